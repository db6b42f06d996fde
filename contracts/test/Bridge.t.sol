// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge, OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {IInbox, MessageKind} from "../src/rollup/IInbox.sol";
import {Vm} from "./support/Test.sol";
import {ChainFixture} from "./support/ChainFixture.sol";
import {OutboxModel} from "./support/OutboxModel.sol";
import {BareErc721, FeeErc20, MoodyErc20, NamelessErc20, PlainErc20, PlainErc721, RefusesEth, Reenterer} from "./support/Tokens.sol";

/// Deposits, releases, credits and proofs; twins have their own file.
contract BridgeTest is ChainFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    function test_DepositEth_LocksAndTellsTheChain() public {
        vm.expectEmit();
        emit IInbox.MessageDelivered(
            0,
            MessageKind.DepositEth,
            address(this),
            uint64(block.number),
            uint64(block.timestamp),
            abi.encode(ALICE, 5 ether),
            keccak256(
                abi.encode(
                    bytes32(0),
                    uint64(0),
                    MessageKind.DepositEth,
                    address(this),
                    uint64(block.number),
                    uint64(block.timestamp),
                    keccak256(abi.encode(ALICE, 5 ether))
                )
            )
        );
        bridge.depositEth{value: 5 ether}(ALICE);
        assertEq(bridge.locked(address(0)), 5 ether, "locked");
        assertEq(address(bridge).balance, 5 ether + ESCROW, "balance");
    }

    function test_Deposits_RefuseNonsense() public {
        vm.expectRevert(IBridge.ZeroAmount.selector);
        bridge.depositEth(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.InvalidRecipient.selector, address(0)));
        bridge.depositEth{value: 1}(address(0));
        address l2Bridge = 0x00000000000000000000000000000000007e0003;
        vm.expectRevert(abi.encodeWithSelector(IBridge.InvalidRecipient.selector, l2Bridge));
        bridge.depositEth{value: 1}(l2Bridge);
        PlainErc20 token = new PlainErc20();
        vm.expectRevert(IBridge.ZeroAmount.selector);
        bridge.depositErc20(address(token), ALICE, 0);
        NamelessErc20 nameless = new NamelessErc20();
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, address(nameless)));
        bridge.depositErc20(address(nameless), ALICE, 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, ALICE));
        bridge.depositErc20(ALICE, ALICE, 1);
        vm.expectRevert();
        bridge.depositErc721(ALICE, ALICE, 1);
    }

    function test_Deposits_EndWithTheChain() public {
        vm.prank(OWNER);
        rollup.close();
        vm.expectRevert(IBridge.BridgeClosed.selector);
        bridge.depositEth{value: 1}(ALICE);
        PlainErc20 token = new PlainErc20();
        vm.expectRevert(IBridge.BridgeClosed.selector);
        bridge.depositErc20(address(token), ALICE, 1);
        vm.expectRevert(IBridge.BridgeClosed.selector);
        bridge.depositErc721(address(token), ALICE, 1);
    }

    function test_DepositErc20_CreditsWhatArrived() public {
        FeeErc20 token = new FeeErc20();
        token.mint(address(this), 1_000);
        token.approve(address(bridge), 1_000);
        vm.recordLogs();
        bridge.depositErc20(address(token), ALICE, 1_000);
        assertEq(bridge.locked(address(token)), 900, "after the toll");
        bytes memory data = _deliveredData();
        assertEq(
            keccak256(data), keccak256(abi.encode(address(token), ALICE, 900, "Toll", "TOL", uint8(18))), "message"
        );
    }

    function test_DepositErc721_SendsMetadataWhereThereIsAny() public {
        PlainErc721 token = new PlainErc721();
        token.mint(address(this), 7);
        token.approve(address(bridge), 7);
        vm.recordLogs();
        bridge.depositErc721(address(token), ALICE, 7);
        assertEq(
            keccak256(_deliveredData()),
            keccak256(abi.encode(address(token), ALICE, 7, "Obsidian", "OBS", "ipfs://obsidian/7")),
            "message"
        );
        assertTrue(bridge.isLocked(address(token), 7), "locked");

        BareErc721 bare = new BareErc721();
        bare.mint(address(this), 9);
        vm.recordLogs();
        bridge.depositErc721(address(bare), ALICE, 9);
        assertEq(keccak256(_deliveredData()), keccak256(abi.encode(address(bare), ALICE, 9, "", "", "")), "bare");
    }

    function test_DepositErc721_RefusesErc20() public {
        PlainErc20 token = new PlainErc20();
        token.mint(address(this), 10);
        token.approve(address(bridge), 10);
        vm.expectRevert();
        bridge.depositErc721(address(token), ALICE, 10);
    }

    function test_Execute_PaysEthErc20AndErc721() public {
        (PlainErc20 coin, PlainErc721 art) = _fund();
        OutboxMessage[] memory messages = new OutboxMessage[](3);
        messages[0] = OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(0), ALICE, 2 ether));
        messages[1] = OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(coin), ALICE, 400));
        messages[2] = OutboxMessage(OutboxKind.ReleaseErc721, abi.encode(address(art), BOB, 7));
        uint64 pack = finalise(messages, false);
        vm.expectEmit();
        emit IBridge.MessageExecuted(0, OutboxKind.ReleaseErc20, ALICE, address(0), 2 ether, true);
        executeAll(pack, messages);

        assertEq(ALICE.balance, 2 ether, "ETH");
        assertEq(coin.balanceOf(ALICE), 400, "ERC-20");
        assertEq(art.ownerOf(7), BOB, "ERC-721");
        assertEq(bridge.locked(address(0)), 3 ether, "ETH left");
        assertEq(bridge.locked(address(coin)), 600, "ERC-20 left");
        assertTrue(!bridge.isLocked(address(art), 7), "token left");
        assertEq(bridge.escrow(), ESCROW, "a withdrawal costs the escrow nothing");

        executeAll(pack, messages);
        assertEq(ALICE.balance, 2 ether, "not twice");
        assertEq(coin.balanceOf(ALICE), 400, "not twice");
    }

    function test_Execute_NeedsAFinalPack() public {
        OutboxMessage[] memory messages = one(OutboxKind.MintNative, abi.encode(ALICE, 1));
        submit(nextPack(OutboxModel.root(OutboxModel.leavesOf(messages)), false));
        bytes32[] memory proof = OutboxModel.proof(OutboxModel.leavesOf(messages), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotFinalised.selector, 1));
        bridge.execute(1, 0, messages, proof);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotFinalised.selector, 2));
        bridge.execute(2, 0, messages, proof);
        // The genesis is final but its outbox is empty.
        vm.expectRevert(IBridge.InvalidProof.selector);
        bridge.execute(0, 0, messages, proof);
    }

    function testFuzz_Execute_AnyRangeOfAnyTree(uint8 size, uint8 start, uint8 count, uint256 salt) public {
        OutboxMessage[] memory messages = _natives(bound(size, 1, 40), salt);
        uint256 from = bound(start, 0, messages.length - 1);
        uint256 number = bound(count, 1, messages.length - from);
        uint64 pack = finalise(messages, false);
        executeRange(pack, messages, from, number);
        for (uint64 i = 0; i < messages.length; i++) {
            assertTrue(bridge.isExecuted(i) == (i >= from && i < from + number), "exactly the range");
        }
    }

    function testFuzz_Execute_RefusesAlteredMessagesPlacesAndProofs(uint8 size, uint8 start, uint8 count, uint8 what)
        public
    {
        OutboxMessage[] memory messages = _natives(bound(size, 1, 20), 1);
        uint256 from = bound(start, 0, messages.length - 1);
        uint256 number = bound(count, 1, messages.length - from);
        uint64 pack = finalise(messages, false);
        bytes32[] memory proof = OutboxModel.proof(OutboxModel.leavesOf(messages), from, number);
        OutboxMessage[] memory part = slice(messages, from, number);
        uint256 pick = what % 6;
        if (pick == 0) part[number - 1].payload = abi.encode(ALICE, 1 ether);
        if (pick == 1) from++;
        if (pick == 2) proof[what % proof.length] = bytes32(uint256(proof[what % proof.length]) ^ 1);
        if (pick == 3) proof = _resized(proof, proof.length - 1);
        if (pick == 4) proof = _resized(proof, proof.length + 1);
        if (pick == 5) part[0].kind = OutboxKind.Claim;
        vm.expectRevert(IBridge.InvalidProof.selector);
        bridge.execute(pack, uint64(from), part, proof);
    }

    function test_Execute_RefusesEmptyAndFarRanges() public {
        OutboxMessage[] memory messages = one(OutboxKind.MintNative, abi.encode(ALICE, 1));
        uint64 pack = finalise(messages, false);
        vm.expectRevert(IBridge.InvalidProof.selector);
        bridge.execute(pack, 0, new OutboxMessage[](0), new bytes32[](0));
        vm.expectRevert(IBridge.InvalidProof.selector);
        bridge.execute(pack, 1 << 32, messages, new bytes32[](32));
        vm.expectRevert();
        bridge.execute(pack, type(uint64).max, messages, new bytes32[](32));
    }

    function test_Execute_NeverOverdraws() public {
        (PlainErc20 coin, PlainErc721 art) = _fund();
        OutboxMessage[] memory messages = new OutboxMessage[](4);
        messages[0] = OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(coin), ALICE, 1_001));
        messages[1] = OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(0), ALICE, 5 ether + 1));
        messages[2] = OutboxMessage(OutboxKind.ReleaseErc721, abi.encode(address(art), ALICE, 8));
        messages[3] = OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(coin), ALICE, 1_000));
        uint64 pack = finalise(messages, false);
        vm.expectEmit();
        emit IBridge.MessageNotPayable(0, OutboxKind.ReleaseErc20);
        executeAll(pack, messages);
        assertEq(coin.balanceOf(ALICE), 1_000, "the payable one is paid");
        assertEq(ALICE.balance, 0, "ETH stays");
        for (uint64 i = 0; i < 3; i++) assertTrue(!bridge.isExecuted(i), "stays open");
        assertTrue(bridge.isExecuted(3), "executed");
    }

    function test_Execute_ClaimsAndUnknownKindsStayOpen() public {
        OutboxMessage[] memory messages = new OutboxMessage[](3);
        messages[0] = OutboxMessage(OutboxKind.Claim, abi.encode(uint8(3), abi.encode(address(0), 5), BOB));
        messages[1] = OutboxMessage(OutboxKind.None, "");
        messages[2] = OutboxMessage(OutboxKind.MintNative, abi.encode(address(0), 1));
        uint64 pack = finalise(messages, false);
        executeAll(pack, messages);
        for (uint64 i = 0; i < 3; i++) assertTrue(!bridge.isExecuted(i), "open");
    }

    function test_FailedTokens_BecomeCreditsAndBlockNobody() public {
        for (uint8 mood = 1; mood <= 4; mood++) {
            MoodyErc20 token = new MoodyErc20();
            token.mint(address(this), 100);
            token.approve(address(bridge), 100);
            bridge.depositErc20(address(token), ALICE, 100);
            bridge.depositEth{value: 1}(ALICE);
            token.setMood(MoodyErc20.Mood(mood), bridge);
            OutboxMessage[] memory messages = new OutboxMessage[](mood * 2);
            // Earlier rounds' messages stand before these in the outbox, so indices go on.
            for (uint256 i = 0; i < messages.length; i++) messages[i] = OutboxMessage(OutboxKind.Claim, "");
            uint64 index = (mood - 1) * 2;
            messages[index] = OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(token), BOB, 100));
            messages[index + 1] = OutboxMessage(OutboxKind.ReleaseErc20, abi.encode(address(0), BOB, 1));
            uint64 pack = finalise(messages, false);
            vm.roll(block.number + 1);
            executeRange(pack, messages, index, 2);

            (OutboxKind kind, address asset, address to, uint256 amount) = bridge.creditOf(index);
            assertTrue(kind == OutboxKind.ReleaseErc20 && asset == address(token), "credit's asset");
            assertTrue(to == BOB && amount == 100, "credit's recipient");
            assertEq(bridge.locked(address(token)), 0, "credited out");
            assertEq(BOB.balance, mood, "the next message is paid");

            vm.expectRevert();
            bridge.claim{gas: 1_000_000}(index);
            token.setMood(MoodyErc20.Mood.Fine, bridge);
            bridge.claim(index);
            assertEq(token.balanceOf(BOB), 100, "claimed");
            vm.expectRevert(IBridge.NothingToClaim.selector);
            bridge.claim(index);
        }
    }

    function test_FailedErc721_BecomesACredit() public {
        BareErc721 token = new BareErc721();
        token.mint(address(this), 3);
        bridge.depositErc721(address(token), ALICE, 3);
        token.freeze(true);
        OutboxMessage[] memory messages = one(OutboxKind.ReleaseErc721, abi.encode(address(token), BOB, 3));
        executeAll(finalise(messages, false), messages);
        assertTrue(bridge.isExecuted(0) && token.ownerOf(3) == address(bridge), "credited");
        token.freeze(false);
        bridge.claim(0);
        assertEq(token.ownerOf(3), BOB, "claimed");
    }

    function test_EthCredit_CanBeTakenElsewhereByItsRecipientOnly() public {
        RefusesEth recipient = new RefusesEth();
        bridge.depositEth{value: 1 ether}(ALICE);
        OutboxMessage[] memory messages =
            one(OutboxKind.ReleaseErc20, abi.encode(address(0), address(recipient), 1 ether));
        executeAll(finalise(messages, false), messages);
        vm.expectRevert(IBridge.PaymentFailed.selector);
        bridge.claim(0);
        vm.expectRevert(abi.encodeWithSelector(IBridge.OnlyRecipient.selector, address(recipient)));
        bridge.claimTo(0, ALICE);
        recipient.claimTo(bridge, 0, ALICE);
        assertEq(ALICE.balance, 1 ether, "taken elsewhere");
    }

    function test_Reentrancy_PaysOnce() public {
        bridge.depositEth{value: 4 ether}(ALICE);
        Reenterer thief = new Reenterer(bridge, 0);
        OutboxMessage[] memory messages =
            one(OutboxKind.ReleaseErc20, abi.encode(address(0), address(thief), 1 ether));
        executeAll(finalise(messages, false), messages);
        assertEq(address(thief).balance, 1 ether, "once");
        assertEq(thief.caught(), 1, "the second was refused");
    }

    function test_TooLittleGas_RevertsInsteadOfCrediting() public {
        (PlainErc20 coin,) = _fund();
        OutboxMessage[] memory messages = one(OutboxKind.ReleaseErc20, abi.encode(address(coin), ALICE, 1));
        uint64 pack = finalise(messages, false);
        bytes32[] memory proof = OutboxModel.proof(OutboxModel.leavesOf(messages), 0, 1);
        for (uint256 gasLimit = 60_000; gasLimit <= 900_000; gasLimit += 20_000) {
            try bridge.execute{gas: gasLimit}(pack, 0, messages, proof) {
                assertEq(coin.balanceOf(ALICE), 1, "executed means paid");
                return;
            } catch {
                assertTrue(!bridge.isExecuted(0), "nothing happened");
            }
        }
        revert("never executed");
    }

    function test_Escrow_RefundsSettlementsOnlyAndNeverUnderflows() public {
        OutboxMessage[] memory messages = _natives(64, 9);
        vm.prank(OWNER);
        rollup.close();
        uint64 pack = finalise(messages, true);
        vm.fee(10 gwei);
        vm.txGasPrice(12 gwei);
        uint256 before = address(this).balance;
        uint256 gasBefore = gasleft();
        bridge.execute(pack, 0, messages, OutboxModel.proof(OutboxModel.leavesOf(messages), 0, 64));
        uint256 used = gasBefore - gasleft();
        uint256 refund = address(this).balance - before;
        assertTrue(refund > used * 10 gwei, "covers the execution");
        // What a transaction costs beyond the call: its base, calldata, and the proof built here is not part of it.
        assertAtMost(refund, (used + 21_000 + 64 * 4_000) * 11 gwei, "not more than the whole transaction");
        assertEq(bridge.escrow(), ESCROW - refund, "booked");

        before = address(this).balance;
        executeAll(pack, messages);
        assertEq(address(this).balance, before, "nothing for what is done");
    }

    function test_Escrow_PaysWhatIsLeft() public {
        OutboxMessage[] memory messages = _natives(8, 9);
        vm.prank(OWNER);
        rollup.close();
        uint64 pack = finalise(messages, true);
        vm.fee(10_000 gwei);
        vm.txGasPrice(10_000 gwei);
        uint256 before = address(this).balance;
        executeAll(pack, messages);
        assertEq(address(this).balance - before, ESCROW, "all that was there");
        assertEq(bridge.escrow(), 0, "empty");
        bridge.fundEscrow{value: 5}();
        assertEq(bridge.escrow(), 5, "anybody may add");
    }

    function test_Escrow_LeftoverIsTheOwnersAfterAMonth() public {
        vm.prank(OWNER);
        rollup.close();
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotFinalised.selector, 0));
        bridge.reclaimEscrow();
        uint64 pack = finalise(_natives(1, 1), true);
        uint64 free = rollup.packRecord(pack).windowEnd + 30 days;
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IBridge.EscrowHeldUntil.selector, free));
        bridge.reclaimEscrow();
        vm.warp(free);
        vm.expectRevert(IBridge.OnlyOwner.selector);
        bridge.reclaimEscrow();
        vm.prank(OWNER);
        bridge.reclaimEscrow();
        assertEq(OWNER.balance, ESCROW, "returned");
    }

    function _fund() private returns (PlainErc20 coin, PlainErc721 art) {
        bridge.depositEth{value: 5 ether}(ALICE);
        coin = new PlainErc20();
        coin.mint(address(this), 1_000);
        coin.approve(address(bridge), 1_000);
        bridge.depositErc20(address(coin), ALICE, 1_000);
        art = new PlainErc721();
        art.mint(address(this), 7);
        art.approve(address(bridge), 7);
        bridge.depositErc721(address(art), ALICE, 7);
    }

    function _natives(uint256 count, uint256 salt) private pure returns (OutboxMessage[] memory messages) {
        messages = new OutboxMessage[](count);
        for (uint256 i = 0; i < count; i++) {
            address to = address(uint160(uint256(keccak256(abi.encode(salt, i)))));
            messages[i] = OutboxMessage(OutboxKind.MintNative, abi.encode(to, i + 1));
        }
    }

    function _resized(bytes32[] memory values, uint256 length) private pure returns (bytes32[] memory result) {
        result = new bytes32[](length);
        for (uint256 i = 0; i < length && i < values.length; i++) result[i] = values[i];
    }

    function _deliveredData() private returns (bytes memory data) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] != IInbox.MessageDelivered.selector) continue;
            (,, data,) = abi.decode(logs[i].data, (uint64, uint64, bytes, bytes32));
        }
    }
}
