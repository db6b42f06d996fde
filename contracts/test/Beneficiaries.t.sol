// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {
    BASE_FEE_VAULT,
    DATA_FEE_VAULT,
    Holder,
    ISettler,
    OUTBOX,
    PRIORITY_FEE_VAULT,
    Phase,
    SYSTEM
} from "../src/predeploys/IPredeploys.sol";
import {LayerNft, Orphan, Vault} from "./support/Collections.sol";
import {Babbler, LayerErc20, SharePool, Trustee} from "./support/LayerTokens.sol";
import {SettlerFixture} from "./support/SettlerFixture.sol";

/// Who gets what a contract holds (docs/decisions/0014-beneficiaries.md).
contract BeneficiariesTest is SettlerFixture {
    address private constant CAROL = address(0xCA401);

    function test_Vaults_AreTheirRecipients() public {
        vm.store(DATA_FEE_VAULT, 0, bytes32(uint256(uint160(BOB))));
        Vault vault = new Vault(ALICE);
        vm.store(PRIORITY_FEE_VAULT, 0, bytes32(uint256(uint160(address(vault)))));
        vm.deal(BASE_FEE_VAULT, 10);
        vm.deal(DATA_FEE_VAULT, 20);
        vm.deal(PRIORITY_FEE_VAULT, 30);
        vm.deal(OUTBOX, 40);
        startSettlement();
        assertEq(_native(settleNativeOf(OUTBOX, address(0)), CHAIN_OWNER), 40, "other predeploys to the owner");
        assertEq(_native(settleNativeOf(BASE_FEE_VAULT, address(0)), CHAIN_OWNER), 10, "no recipient: the owner");
        assertEq(_native(settleNativeOf(PRIORITY_FEE_VAULT, address(0)), ALICE), 30, "a contract's owner");
        assertEq(_native(settleNativeOf(DATA_FEE_VAULT, address(0)), BOB), 20, "the recipient");
    }

    function test_Named_ShareByWeightAndTheFirstTakesTheRest() public {
        Vault vault = new Vault(CAROL);
        Trustee trustee = _trustee(100, ALICE, 1, address(vault), 1, BOB, 1);
        startSettlement();
        OutboxMessage[] memory messages = settleNativeOf(address(trustee), CREATOR);
        assertEq(messages.length, 3, "one message each");
        assertEq(_native(messages, ALICE), 34, "the first takes what rounding leaves");
        assertEq(_native(messages, CAROL), 33, "a contract stands for its owner");
        assertEq(_native(messages, BOB), 33, "pro rata");
    }

    function test_Named_MayHaveWeightsOfAnySizeAndNone() public {
        uint256 half = type(uint256).max / 2;
        Trustee trustee = _trustee(1_000_000, ALICE, 0, BOB, half, address(new Orphan()), half);
        startSettlement();
        OutboxMessage[] memory messages = settleNativeOf(address(trustee), CREATOR);
        assertEq(messages.length, 2, "nothing for a weight of nothing");
        assertEq(_native(messages, BOB), 500_000, "half");
        assertEq(_native(messages, CHAIN_OWNER), 500_000, "nobody stands for an orphan but the chain's owner");
    }

    function test_Named_FirstGetsWholeTokens() public {
        LayerNft token = new LayerNft(CREATOR, address(0));
        token.mint(address(_trustee(0, BOB, 1, ALICE, 9, CAROL, 9)), 1);
        startSettlement();
        vm.startPrank(SYSTEM);
        settler.settleCollection(address(token), CREATOR, "ipfs://lava/", "");
        settler.settleErc721(address(token), _ids(1), new Holder[](0));
        vm.stopPrank();
        assertMessage(
            takeMessages()[1], OutboxKind.MintErc721, abi.encode(address(token), BOB, 1, ""), "to the first named"
        );
    }

    /// Every answer that is not two arrays of one length counts as none: the owner decides.
    function test_Named_NonsenseIsPassedOver() public {
        address[] memory one = new address[](1);
        uint256[] memory two = new uint256[](2);
        uint256[] memory zero = new uint256[](1);
        bytes[12] memory answers = [
            bytes(""),
            hex"01",
            abi.encode(uint256(1)),
            abi.encode(one, two),
            abi.encode(one, zero),
            abi.encode(new address[](0), new uint256[](0)),
            abi.encode(new address[](65), new uint256[](65)),
            abi.encode(type(uint256).max, type(uint256).max, 1, 1, 1, 1),
            abi.encode(uint256(0x40), uint256(0x40), type(uint256).max, 1, 1, 1),
            abi.encode(uint256(0x40), uint256(0x80), 1, type(uint256).max, 1, 1),
            abi.encode(uint256(0x40), uint256(0xa0), 2, 1, 1, 2),
            new bytes(100_000)
        ];
        startSettlement();
        address[] memory accounts = new address[](answers.length);
        for (uint256 i = 0; i < answers.length; i++) accounts[i] = address(new Babbler{value: i + 1}(answers[i], false));
        Holder[] memory holders = sortedHolders(accounts);
        for (uint256 i = 0; i < holders.length; i++) holders[i].creator = CREATOR;
        vm.prank(SYSTEM);
        settler.settleNative(holders);
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, answers.length, "one message each");
        assertEq(_native(messages, CREATOR), 78, "everything by the rules after it");
    }

    function test_Named_SumsThatOverflowCountAsNonsense() public {
        Trustee trustee = _trustee(9, ALICE, type(uint256).max, BOB, 1, CAROL, 0);
        startSettlement();
        assertEq(_native(settleNativeOf(address(trustee), CREATOR), CREATOR), 9, "its creator");
    }

    function test_BurningGas_CostsABoundedAmount() public {
        Babbler babbler = new Babbler{value: 5}("", true);
        startSettlement();
        Holder[] memory holders = holdersOf(address(babbler), CREATOR);
        vm.prank(SYSTEM);
        uint256 before = gasleft();
        settler.settleNative{gas: 2_000_000}(holders);
        assertAtMost(before - gasleft(), 600_000, "two questions and a message");
        assertEq(_native(takeMessages(), CREATOR), 5, "its creator");
    }

    function test_Shares_PayTheHoldersOfAPool() public {
        SharePool pool = new SharePool{value: 1_001}(CREATOR);
        pool.mint(ALICE, 600);
        pool.mint(BOB, 300);
        pool.lockForever(100);
        startSettlement();
        _settleShares(Phase.Native, address(0), 0, pool, allOf(ALICE, BOB, address(pool)));
        OutboxMessage[] memory messages = takeMessages();
        // 900 shares count; Bob's number is below Alice's, so he is the first.
        assertEq(_native(messages, ALICE), 667, "two thirds, rounded down");
        assertEq(_native(messages, BOB), 334, "one third, and the rest");
        assertEq(messages.length, 2, "the contract's own shares are everybody's");
    }

    function test_Shares_WorkForEveryFungibleAsset() public {
        SharePool pool = new SharePool(CREATOR);
        pool.mint(ALICE, 3);
        pool.mint(BOB, 1);
        vm.startPrank(SYSTEM);
        l2Bridge.finaliseErc20(L1_TOKEN, address(pool), 400, "Basalt", "BSL", 18);
        l2Bridge.finaliseErc1155(L1_TOKEN, address(pool), 7, 40, "ipfs://7");
        vm.stopPrank();
        LayerErc20 born = new LayerErc20(CREATOR);
        born.mint(address(pool), 800);
        startSettlement();
        Holder[] memory holders = bothOf(ALICE, BOB);
        _settleShares(Phase.BridgedErc20, l2Bridge.l2TokenOf(L1_TOKEN, false), 0, pool, holders);
        _settleShares(Phase.BridgedErc1155, l2Bridge.l2Erc1155Of(L1_TOKEN), 7, pool, holders);
        vm.prank(SYSTEM);
        settler.settleToken20(address(born), CREATOR);
        _settleShares(Phase.Erc20, address(born), 0, pool, holders);
        OutboxMessage[] memory messages = takeMessages();
        assertEq(paidTo(messages, OutboxKind.ReleaseErc20, L1_TOKEN, ALICE), 300, "bridged ERC-20");
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(born), ALICE), 600, "born ERC-20");
        assertMessage(messages[2], OutboxKind.ReleaseErc1155, abi.encode(L1_TOKEN, ALICE, 7, 30), "bridged units");
        assertMessage(messages[3], OutboxKind.ReleaseErc1155, abi.encode(L1_TOKEN, BOB, 7, 10), "bridged units");
    }

    function test_Shares_ThatAreNotAllOfThemCountForNothing() public {
        SharePool pool = new SharePool{value: 90}(CREATOR);
        pool.mint(ALICE, 600);
        pool.mint(BOB, 300);
        startSettlement();
        vm.expectEmit();
        emit ISettler.SharesRefused(address(pool));
        _settleShares(Phase.Native, address(0), 0, pool, holdersOf(ALICE, address(0)));
        assertEq(_native(takeMessages(), CREATOR), 90, "its owner, as without shares");
    }

    function test_Shares_AreNoShortcutPastNamedBeneficiaries() public {
        Trustee trustee = _trustee(9, ALICE, 1, ALICE, 1, ALICE, 1);
        startSettlement();
        Holder memory holder = Holder(address(trustee), CREATOR);
        vm.prank(SYSTEM);
        settler.settleShares(Phase.Native, address(0), 0, holder, holdersOf(BOB, address(0)));
        assertEq(_native(takeMessages(), ALICE), 9, "who the contract names");
    }

    function test_Shares_ObeyTheOrderAndPhases() public {
        SharePool pool = new SharePool{value: 90}(CREATOR);
        pool.mint(ALICE, 1);
        pool.mint(BOB, 1);
        startSettlement();
        Holder memory holder = Holder(address(pool), CREATOR);
        Holder[] memory turned = new Holder[](2);
        (turned[0].account, turned[1].account) = (ALICE, BOB);
        vm.startPrank(SYSTEM);
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleShares(Phase.Native, address(0), 0, holder, turned);
        turned[1] = turned[0];
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleShares(Phase.Native, address(0), 0, holder, turned);
        for (uint8 phase = 2; phase <= uint8(Phase.Finished); phase++) {
            if (phase == uint8(Phase.BridgedErc1155)) continue;
            vm.expectRevert(ISettler.WrongPhase.selector);
            settler.settleShares(Phase(phase), address(0), 0, holder, bothOf(ALICE, BOB));
        }
        settler.settleShares(Phase.Native, address(0), 0, holder, bothOf(ALICE, BOB));
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleShares(Phase.Native, address(0), 0, holder, bothOf(ALICE, BOB));
        vm.stopPrank();
    }

    /// The dearest item there is fits a transaction of 2^25 gas.
    function test_Shares_OfManyHostileHoldersFitOneTransaction() public {
        SharePool pool = new SharePool{value: 1 ether}(CREATOR);
        address[] memory accounts = new address[](512);
        for (uint256 i = 0; i < accounts.length; i++) {
            accounts[i] = address(new Babbler("", true));
            pool.mint(accounts[i], i + 1);
        }
        Holder[] memory holders = sortedHolders(accounts);
        startSettlement();
        Holder memory holder = Holder(address(pool), CREATOR);
        vm.prank(SYSTEM);
        uint256 before = gasleft();
        settler.settleShares{gas: 2 ** 25 - 1_000_000}(Phase.Native, address(0), 0, holder, holders);
        vm.snapshotValue("settlementOnLayer", "sharesOf512HostileHolders", before - gasleft());
        assertEq(_native(takeMessages(), CHAIN_OWNER), 1 ether, "nobody stands for them");
    }

    /// Whatever the weights: what a contract held is what its beneficiaries get.
    function testFuzz_Split_Conserves(uint96 amount, uint256[3] memory weights) public {
        if (amount == 0) amount = 1;
        Trustee trustee = _trustee(amount, ALICE, weights[0], BOB, weights[1], CAROL, weights[2]);
        startSettlement();
        OutboxMessage[] memory messages = settleNativeOf(address(trustee), CREATOR);
        uint256 sum = _native(messages, ALICE) + _native(messages, BOB) + _native(messages, CAROL);
        assertEq(sum + _native(messages, CREATOR), amount, "conserved");
    }

    /// No answer whatever stops the settlement of the account, or of the one after it.
    function testFuzz_Named_NoAnswerBlocks(bytes memory answer) public {
        Babbler babbler = new Babbler{value: 3}(answer, false);
        address after_ = address(uint160(address(babbler)) + 1);
        vm.deal(after_, 4);
        startSettlement();
        vm.prank(SYSTEM);
        settler.settleNative(bothOf(address(babbler), after_));
        OutboxMessage[] memory messages = takeMessages();
        uint256 sum = 0;
        for (uint256 i = 0; i < messages.length; i++) {
            (, uint256 part) = abi.decode(messages[i].payload, (address, uint256));
            sum += part;
        }
        assertEq(sum, 7, "everything is written");
    }

    function _settleShares(Phase phase, address token, uint256 tokenId, SharePool pool, Holder[] memory holders)
        private
    {
        Holder memory holder = Holder(address(pool), CREATOR);
        vm.prank(SYSTEM);
        settler.settleShares(phase, token, tokenId, holder, holders);
    }

    function _trustee(uint256 value, address a, uint256 wa, address b, uint256 wb, address c, uint256 wc)
        private
        returns (Trustee)
    {
        address[] memory accounts = new address[](3);
        uint256[] memory weights = new uint256[](3);
        (accounts[0], accounts[1], accounts[2]) = (a, b, c);
        (weights[0], weights[1], weights[2]) = (wa, wb, wc);
        vm.deal(address(this), value);
        return new Trustee{value: value}(address(0), accounts, weights);
    }

    function _native(OutboxMessage[] memory messages, address to) private pure returns (uint256) {
        return paidTo(messages, OutboxKind.MintNative, address(0), to);
    }

    function _ids(uint256 id) private pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = id;
    }
}
