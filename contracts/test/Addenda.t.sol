// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Erc20Twin} from "../src/bridge/Erc20Twin.sol";
import {Erc721Twin} from "../src/bridge/Erc721Twin.sol";
import {IBridge, OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {Holder, ISettler, Mode, SYSTEM} from "../src/predeploys/IPredeploys.sol";
import {IRollup, Pack, PackRecord} from "../src/rollup/IRollup.sol";
import {TokenStandard} from "../src/rollup/IInbox.sol";
import {ChainFixture} from "./support/ChainFixture.sol";
import {LayerNft} from "./support/Collections.sol";
import {LayerErc1155, LayerErc20} from "./support/LayerTokens.sol";
import {OutboxModel} from "./support/OutboxModel.sol";
import {SettlerFixture} from "./support/SettlerFixture.sol";
import {Vm} from "./support/Test.sol";

/// A chain that was settled, and the means to add to it.
abstract contract SettledChain is ChainFixture {
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant STRANGER = address(0x5555);
    address internal constant L2_TOKEN = address(0x70C3);

    OutboxMessage[] internal messages;

    function setUp() public virtual override {
        super.setUp();
        bridge.depositEth{value: 5 ether}(ALICE);
        messages.push(OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(0), ALICE, 2 ether)));
        messages.push(OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, ALICE, 1, "")));
        vm.prank(OWNER);
        rollup.close();
        vm.roll(block.number + 1);
        finalise(messages, true);
        vm.deal(STRANGER, 10 ether);
    }

    function _next() internal returns (Pack memory) {
        return _nextOf(PROPOSER);
    }

    /// What this account may post next.
    function _nextOf(address poster) internal returns (Pack memory) {
        vm.roll(block.number + 1);
        PackRecord memory head = rollup.packRecord(rollup.headFor(poster));
        (parentRoot, nextBlock) = (head.outputRoot, head.lastBlock + 1);
        return nextPack(OutboxModel.root(OutboxModel.leavesOf(messages)), true);
    }

    function _postAddendum(address poster) internal returns (uint64) {
        Pack memory pack = _nextOf(poster);
        vm.startPrank(poster);
        if (rollup.bondOf(poster) < BOND) rollup.depositBond{value: BOND}();
        rollup.submitPack(pack);
        vm.stopPrank();
        accept(pack);
        return pack.index;
    }

    function _settlement() internal view returns (OutboxMessage[] memory) {
        return slice(messages, 0, 2);
    }
}

/// Packs after the terminal one, on the L1.
contract AddendaTest is SettledChain {
    function test_TerminalPack_IsTheFirst() public {
        assertEq(rollup.terminalPack(), 1, "the pack of the fixture");
        _postAddendum(STRANGER);
        assertEq(rollup.terminalPack(), 1, "and stays the first");
        assertTrue(rollup.packRecord(2).terminal, "the next is an addendum");
    }

    function test_Addendum_NeedsABondAndTheTerminalFlag() public {
        Pack memory pack = _next();
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InsufficientBond.selector, BOND, 0));
        rollup.submitPack(pack);
        pack = nextPack(OutboxModel.root(OutboxModel.leavesOf(messages)), false);
        vm.prank(PROPOSER);
        vm.expectRevert(IRollup.ChainTerminated.selector);
        rollup.submitPack(pack);
    }

    /// With a dispute game everybody's addenda count alike; the ordinary window, no waiting for a silent proposer.
    function test_Addendum_OfAStrangerPaysWhatWasLeftOut() public {
        messages.push(OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(0), BOB, 1 ether)));
        messages.push(OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, BOB, 7)));
        uint64 pack = _postAddendum(STRANGER);
        PackRecord memory record = rollup.packRecord(pack);
        assertEq(record.windowEnd, block.timestamp + CHALLENGE_PERIOD, "ordinary window");
        assertTrue(!rollup.isIsolated(pack), "it can be disputed");
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotFinalised.selector, pack));
        executeAll(pack, messages);
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        executeAll(pack, messages);
        assertEq(BOB.balance, 1 ether, "released");
        assertEq(ALICE.balance, 2 ether, "and what the settlement wrote, once");
        assertEq(Erc20Twin(bridge.tokenTwin(L2_TOKEN, TokenStandard.Erc20, address(0))).balanceOf(BOB), 7, "minted");
        executeAll(1, _settlement());
        assertEq(ALICE.balance, 2 ether, "not twice");
    }

    function test_Addendum_CostsTheEscrowNothing() public {
        vm.txGasPrice(1 gwei);
        uint64 pack = _postAddendum(STRANGER);
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        executeRange(pack, messages, 0, 1);
        assertEq(bridge.escrow(), ESCROW, "at the caller's cost");
        executeRange(1, _settlement(), 1, 1);
        assertTrue(bridge.escrow() < ESCROW, "the settlement is not");
    }

    function test_Addenda_HoldUpNeitherEscrowNorBond() public {
        vm.warp(block.timestamp + bridge.ESCROW_HOLD());
        _postAddendum(STRANGER);
        vm.prank(OWNER);
        bridge.reclaimEscrow();
        assertEq(bridge.escrow(), 0, "from the end of the first terminal pack");
        vm.prank(PROPOSER);
        rollup.withdrawBond();
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondLocked.selector, 2));
        rollup.withdrawBond();
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        vm.prank(STRANGER);
        rollup.withdrawBond();
    }

    function test_RevertedAddendum_LeavesTheSettlement() public {
        _postAddendum(STRANGER);
        vm.prank(DISPUTE_GAME);
        rollup.revertPacks(2);
        assertEq(rollup.terminalPack(), 1, "an addendum fell");
        assertTrue(rollup.packRecord(1).terminal, "the settlement did not");
    }
}

/// The same on a chain whose packs nobody can dispute: a stranger's word counts for the stranger's twins only.
contract IsolatedAddendaTest is SettledChain {
    address private constant THIEF = address(0x7417F);

    function disputeGame() internal pure override returns (address) {
        return address(0);
    }

    function test_Stranger_MintsOnTwinsOfTheirOwn() public {
        messages.push(OutboxMessage(OutboxKind.Erc20Metadata, abi.encode(L2_TOKEN, "Quiet", "QT", uint8(18), BOB)));
        messages.push(OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, BOB, 7)));
        uint64 pack = _postAddendum(STRANGER);
        assertTrue(rollup.isIsolated(pack), "nobody can dispute it");
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        vm.expectEmit();
        emit IBridge.IsolatedMessageExecuted(
            STRANGER, 3, OutboxKind.MintErc20, BOB, bridge.tokenTwin(L2_TOKEN, TokenStandard.Erc20, STRANGER), 7
        );
        executeRange(pack, messages, 2, 2);
        address twin = bridge.tokenTwin(L2_TOKEN, TokenStandard.Erc20, STRANGER);
        assertEq(Erc20Twin(twin).balanceOf(BOB), 7, "minted");
        assertEq(Erc20Twin(twin).l2Token(), L2_TOKEN, "of the token");
        assertTrue(bridge.isExecutedFor(STRANGER, 3) && !bridge.isExecuted(3), "in books of their own");
        assertEq(bridge.tokenTwin(L2_TOKEN, TokenStandard.Erc20, address(0)).code.length, 0, "not the chain's twin");
        executeRange(pack, messages, 2, 2);
        assertEq(Erc20Twin(twin).totalSupply(), 7, "not twice");
    }

    /// A false addendum takes nothing: neither what is locked, nor ids of twins, nor the turn of other messages.
    function test_Thief_GetsNothingThatTheSettlementPromised() public {
        OutboxMessage[] memory honest = _settlement();
        delete messages;
        messages.push(OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(0), THIEF, 5 ether)));
        messages.push(OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, THIEF, 1, "")));
        messages.push(OutboxMessage(OutboxKind.MintNative, abi.encode(THIEF, 1e30)));
        vm.deal(THIEF, BOND);
        uint64 pack = _postAddendum(THIEF);
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        vm.recordLogs();
        executeAll(pack, messages);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            assertTrue(logs[i].topics[0] != IBridge.MessageExecuted.selector, "nothing that reads like a payment");
        }
        assertEq(THIEF.balance, 0, "no ETH");
        assertEq(bridge.locked(address(0)), 5 ether, "still locked");
        assertEq(bridge.nativeTwin().code.length, 0, "no coin");
        assertTrue(!bridge.isExecutedFor(THIEF, 0) && !bridge.isExecutedFor(THIEF, 2), "those stay open");
        executeAll(1, honest);
        assertEq(ALICE.balance, 2 ether, "paid");
        assertEq(Erc721Twin(bridge.twinOf(L2_TOKEN)).ownerOf(1), ALICE, "minted to its owner");
        address own = bridge.tokenTwin(L2_TOKEN, TokenStandard.Erc721, THIEF);
        assertEq(Erc721Twin(own).ownerOf(1), THIEF, "the thief has a twin of nothing");
    }

    /// False addenda stand in nobody's way: neither the proposer's nor another stranger's row goes over them.
    function test_Rows_OfPostersAreApart() public {
        address other = address(0x0777);
        vm.deal(other, BOND);
        OutboxMessage[] memory honest = _settlement();
        delete messages;
        messages.push(OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, THIEF, 9)));
        vm.deal(THIEF, BOND);
        uint64 bad = _postAddendum(THIEF);
        assertEq(rollup.headFor(THIEF), bad, "the thief goes on from there");
        assertEq(rollup.headFor(other), 1, "others from the settlement");
        assertEq(rollup.headFor(PROPOSER), 1, "and the proposer");
        delete messages;
        for (uint256 i = 0; i < honest.length; i++) messages.push(honest[i]);
        messages.push(OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, BOB, 7)));
        uint64 first = _postAddendum(other);
        messages.push(OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, ALICE, 8)));
        uint64 second = _postAddendum(other);
        uint64 main = _postAddendum(PROPOSER);
        assertEq(rollup.headFor(PROPOSER), main, "the chain's own row");
        assertEq(rollup.headFor(other), second, "a row of their own");
        Pack memory wrong = _nextOf(PROPOSER);
        vm.prank(other);
        vm.expectRevert();
        rollup.submitPack(wrong);
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        executeRange(second, messages, 2, 2);
        executeRange(main, messages, 2, 2);
        assertTrue(rollup.isFinalised(bad) && rollup.isFinalised(first), "all are final");
        assertEq(Erc20Twin(_twinOf(other)).totalSupply(), 15, "their twin");
        assertEq(Erc20Twin(_twinOf(address(0))).totalSupply(), 15, "the chain's twin");
    }

    /// The proposer answers for the chain's packs anyhow.
    function test_Proposer_AddsToTheChainsOwnTwins() public {
        messages.push(OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, BOB, 2, "")));
        messages.push(OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(0), BOB, 1 ether)));
        uint64 pack = _postAddendum(PROPOSER);
        assertTrue(!rollup.isIsolated(pack), "an ordinary addendum");
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        executeAll(pack, messages);
        assertEq(Erc721Twin(bridge.twinOf(L2_TOKEN)).ownerOf(2), BOB, "the chain's twin");
        assertEq(BOB.balance, 1 ether, "and releases");
    }

    function _twinOf(address poster) private view returns (address) {
        return bridge.tokenTwin(L2_TOKEN, TokenStandard.Erc20, poster);
    }
}

/// What the Settler writes after the end.
contract SettlerAddendaTest is SettlerFixture {
    function test_Addendum_TakesTokensInAnyOrderAndNothingTwice() public {
        LayerErc20 first = new LayerErc20(CREATOR);
        LayerErc20 second = new LayerErc20(CREATOR);
        (LayerErc20 low, LayerErc20 high) = address(first) < address(second) ? (first, second) : (second, first);
        LayerNft art = new LayerNft(CREATOR, address(0));
        low.mint(ALICE, 1);
        high.mint(ALICE, 2);
        high.mint(BOB, 3);
        art.mint(ALICE, 7);
        vm.deal(ALICE, 5);
        startSettlement();
        vm.startPrank(SYSTEM);
        settler.settleNative(holdersOf(ALICE, address(0)));
        settler.settleToken20(address(high), CREATOR);
        settler.settleErc20Born(address(high), holdersOf(BOB, address(0)));
        vm.stopPrank();
        takeMessages();
        enterSettled();

        vm.startPrank(SYSTEM);
        settler.settleCollection(address(art), CREATOR, "ipfs://lava/", "");
        settler.settleErc721(address(art), _ids(7), new Holder[](0));
        settler.settleErc721(address(art), _ids(7), new Holder[](0));
        settler.settleToken20(address(high), CREATOR);
        settler.settleErc20Born(address(high), bothOf(ALICE, BOB));
        settler.settleToken20(address(low), CREATOR);
        settler.settleErc20Born(address(low), holdersOf(ALICE, address(0)));
        settler.settleErc20Born(address(low), holdersOf(ALICE, address(0)));
        settler.settleNative(bothOf(ALICE, BOB));
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 6, "three descriptions, three items");
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(high), ALICE), 2, "who was left out");
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(high), BOB), 0, "who was not");
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(low), ALICE), 1, "a token that was left out");
        assertTrue(settler.isSettledId(address(art), 7), "on record");
        assertTrue(chainState.mode() == Mode.Settled, "settled all the while");
    }

    function test_Addendum_KeepsOrderWithinACallAndNeedsAnnouncements() public {
        LayerErc20 token = new LayerErc20(CREATOR);
        LayerErc1155 units = new LayerErc1155(CREATOR, BOB);
        units.mint(ALICE, 5, 1);
        units.mint(ALICE, 4, 1);
        token.mint(ALICE, 1);
        startSettlement();
        enterSettled();
        // Nobody with a balance: forge keeps the logs of calls that revert.
        Holder[] memory turned = bothOf(address(0x98), address(0x99));
        (turned[0], turned[1]) = (turned[1], turned[0]);
        vm.startPrank(SYSTEM);
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.settleErc20Born(address(token), bothOf(ALICE, BOB));
        settler.settleToken20(address(token), CREATOR);
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleErc20Born(address(token), turned);
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.settleErc1155(address(units), 5, holdersOf(ALICE, address(0)));
        settler.settleCollection1155(address(units), CREATOR);
        settler.settleErc1155(address(units), 5, holdersOf(ALICE, address(0)));
        settler.settleErc1155(address(units), 4, holdersOf(ALICE, address(0)));
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.finish();
        vm.stopPrank();
        assertEq(takeMessages().length, 4, "two descriptions, two ids");
    }

    /// Every item of a settlement that is gone through twice, in whatever parts, is written once.
    function testFuzz_Addendum_WritesEachItemOnce(uint256 inFirst, uint96[10] memory amounts) public {
        LayerErc20 token = new LayerErc20(CREATOR);
        address[] memory accounts = new address[](10);
        uint256 count = 0;
        for (uint256 i = 0; i < 10; i++) {
            accounts[i] = address(uint160(0x1000 + i));
            token.mint(accounts[i], amounts[i]);
            if (amounts[i] > 0) count++;
        }
        Holder[] memory all = sortedHolders(accounts);
        address[] memory some = new address[](10);
        uint256 picked = 0;
        for (uint256 i = 0; i < 10; i++) if (inFirst >> i & 1 == 1) some[picked++] = accounts[i];
        assembly ("memory-safe") {
            mstore(some, picked)
        }
        startSettlement();
        vm.startPrank(SYSTEM);
        settler.settleToken20(address(token), CREATOR);
        settler.settleErc20Born(address(token), sortedHolders(some));
        settler.finish();
        settler.settleToken20(address(token), CREATOR);
        settler.settleErc20Born(address(token), all);
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 2 + count, "each once");
        uint256 sum = 0;
        for (uint256 i = 0; i < 10; i++) sum += paidTo(messages, OutboxKind.MintErc20, address(token), accounts[i]);
        assertEq(sum, token.totalSupply(), "conserved");
    }

    function _ids(uint256 id) private pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = id;
    }
}
