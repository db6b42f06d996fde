// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MessageKind} from "../src/rollup/IInbox.sol";
import {IRollup, Pack, PackRecord} from "../src/rollup/IRollup.sol";
import {ChainFixture} from "./support/ChainFixture.sol";

contract RollupTest is ChainFixture {
    address private constant STRANGER = address(0x0444);

    function test_SubmitPack_RecordsAndFinalisesByTheClock() public {
        Pack memory pack = nextPack(bytes32("outbox"), false);
        vm.expectEmit();
        emit IRollup.PackSubmitted(
            1,
            1,
            2,
            outputRootOf(pack.output),
            keccak256(abi.encode(pack)),
            PROPOSER,
            uint64(block.timestamp) + CHALLENGE_PERIOD,
            false
        );
        submit(pack);

        PackRecord memory record = rollup.packRecord(1);
        assertEq(record.outputRoot, outputRootOf(pack.output), "output root");
        assertEq(record.outboxRoot, bytes32("outbox"), "outbox root");
        assertEq(record.lastBlock, 2, "last block");
        assertEq(record.proposer, PROPOSER, "proposer");
        assertEq(rollup.finalisedPack(), 0, "nothing is final yet");
        vm.warp(block.timestamp + CHALLENGE_PERIOD - 1);
        assertTrue(!rollup.isFinalised(1), "one second early");
        vm.warp(block.timestamp + 1);
        assertTrue(rollup.isFinalised(1), "window over");
        assertEq(rollup.finalisedPack(), 1, "final pack");
        assertTrue(!rollup.isFinalised(2), "a pack that does not exist");
    }

    function testFuzz_FinalisedPack_IsTheNewestWithItsWindowOver(uint8 count, uint16 gap, uint32 later) public {
        uint256 packs = bound(count, 1, 12);
        for (uint256 i = 0; i < packs; i++) {
            submit(nextPack(bytes32(i), false));
            vm.warp(block.timestamp + bound(gap, 0, MAX_PACK_DELAY));
            vm.roll(block.number + 1);
        }
        vm.warp(block.timestamp + bound(later, 0, 2 * CHALLENGE_PERIOD));
        uint64 expected = 0;
        for (uint64 i = 1; i <= packs; i++) if (rollup.isFinalised(i)) expected = i;
        assertEq(rollup.finalisedPack(), expected, "binary search against scan");
    }

    function test_SubmitPack_RefusesWrongOrder() public {
        Pack memory pack = nextPack(0, false);
        pack.index = 2;
        _expectRefused(pack, abi.encodeWithSelector(IRollup.UnexpectedPack.selector, 1, 2));
        pack = nextPack(0, false);
        pack.firstBlock = 2;
        _expectRefused(pack, abi.encodeWithSelector(IRollup.BlocksNotContiguous.selector, 1, 2, 2));
        pack = nextPack(0, false);
        pack.lastBlock = 0;
        _expectRefused(pack, abi.encodeWithSelector(IRollup.BlocksNotContiguous.selector, 1, 1, 0));
        pack = nextPack(0, false);
        pack.parentOutputRoot = bytes32(uint256(1));
        _expectRefused(pack, abi.encodeWithSelector(IRollup.ParentMismatch.selector, GENESIS_ROOT, bytes32(uint256(1))));
    }

    function test_SubmitPack_RefusesOutputRootsThatDoNotFit() public {
        Pack memory pack = nextPack(0, false);
        pack.output.stateRoot = bytes32(uint256(7));
        _expectRefused(pack, abi.encodeWithSelector(IRollup.OutputRootsMismatch.selector));
        pack = nextPack(0, false);
        pack.lastBlock = type(uint64).max;
        _expectRefused(pack, abi.encodeWithSelector(IRollup.OutputRootsMismatch.selector));
        pack = nextPack(0, false);
        pack.outputRoots = new bytes32[](0);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.OutputRootsMismatch.selector));
    }

    function test_SubmitPack_ChecksTheInbox() public {
        bridge.depositEth{value: 1}(STRANGER);
        bridge.depositEth{value: 2}(STRANGER);
        Pack memory pack = nextPack(0, false);
        pack.output.inboxPosition = 3;
        _reseal(pack);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.InboxMismatch.selector, 3));
        pack.output.inboxPosition = 1;
        _reseal(pack);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.InboxMismatch.selector, 1));
        pack.output.inboxAccumulator = inbox.accumulatorAt(1);
        _reseal(pack);
        submit(pack);
        assertEq(rollup.packRecord(1).inboxPosition, 1, "part of the inbox may wait");
        pack = nextPack(0, false);
        pack.output.inboxPosition = 0;
        pack.output.inboxAccumulator = 0;
        _reseal(pack);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.InboxMismatch.selector, 0));
    }

    function test_SubmitPack_MustConsumeOldMessages() public {
        bridge.depositEth{value: 1}(STRANGER);
        uint64 deadline = uint64(block.timestamp) + INBOX_DELAY;
        Pack memory pack = nextPack(0, false);
        pack.output.inboxPosition = 0;
        pack.output.inboxAccumulator = 0;
        _reseal(pack);
        vm.warp(deadline + 1);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.InboxMessageLate.selector, 0, deadline));
        vm.warp(deadline);
        submit(pack);
    }

    function test_SubmitPack_ChecksTheOrigin() public {
        Pack memory pack = nextPack(0, false);
        pack.output.l1OriginHash = bytes32(uint256(5));
        _reseal(pack);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.L1OriginMismatch.selector, block.number - 1));
        pack.output.l1OriginNumber = uint64(block.number + 3);
        pack.output.l1OriginHash = 0;
        _reseal(pack);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.L1OriginMismatch.selector, block.number + 3));
    }

    /// Old origins are read from the history contract of EIP-2935: here one that knows every block.
    function test_SubmitPack_TakesOldOriginsFromTheHistoryContract() public {
        Pack memory pack = nextPack(0, false);
        vm.roll(block.number + 1_000);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.L1OriginMismatch.selector, pack.output.l1OriginNumber));
        // PUSH32 hash, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN
        vm.etch(
            0x0000F90827F1C53a10cb7A02335B175320002935,
            bytes.concat(hex"7f", pack.output.l1OriginHash, hex"5f5260205ff3")
        );
        submit(pack);
    }

    function test_SubmitPack_NeedsEveryFrame() public {
        Pack memory pack = nextPack(0, false);
        pack.frames = new bytes32[](2);
        pack.frames[0] = keccak256(FRAME);
        pack.frames[1] = bytes32(uint256(9));
        _expectRefused(pack, abi.encodeWithSelector(IRollup.FrameNotPosted.selector, bytes32(uint256(9))));
        pack.frames = new bytes32[](0);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.FrameNotPosted.selector, bytes32(0)));
    }

    function test_Fallback_AnybodyWithABondAfterTheDelay() public {
        vm.deal(STRANGER, 10 ether);
        Pack memory pack = nextPack(0, false);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotProposer.selector, STRANGER));
        rollup.submitPack(pack);

        vm.warp(block.timestamp + MAX_PACK_DELAY + 1);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InsufficientBond.selector, BOND, 0));
        rollup.submitPack(pack);

        vm.prank(STRANGER);
        rollup.depositBond{value: BOND}();
        vm.prank(STRANGER);
        rollup.submitPack(pack);
        accept(pack);
        assertEq(rollup.packRecord(1).windowEnd, block.timestamp + 2 * CHALLENGE_PERIOD, "twice the window");

        // The proposer is back; its window may not end before that of its parent.
        submit(nextPack(0, false));
        assertEq(rollup.packRecord(2).windowEnd, rollup.packRecord(1).windowEnd, "not before the parent's");
    }

    function test_Bond_IsLockedWhileAWindowIsOpen() public {
        submit(nextPack(0, false));
        vm.prank(PROPOSER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondLocked.selector, 1));
        rollup.withdrawBond();
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        vm.prank(PROPOSER);
        rollup.withdrawBond();
        assertEq(PROPOSER.balance, BOND, "bond is back");
        assertEq(rollup.bondOf(PROPOSER), 0, "nothing left");
        Pack memory pack = nextPack(0, false);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.InsufficientBond.selector, BOND, 0));
    }

    function test_RevertPacks_VoidsSlashesAndLetsTheChainGoOn() public {
        submit(nextPack(bytes32("a"), false));
        bytes32 root = parentRoot;
        vm.roll(block.number + 1);
        vm.warp(block.timestamp + 10);
        submit(nextPack(bytes32("b"), false));
        submit(nextPack(bytes32("c"), false));

        vm.expectRevert(IRollup.OnlyDisputeGame.selector);
        rollup.revertPacks(2);
        vm.prank(DISPUTE_GAME);
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownPack.selector, 4));
        rollup.revertPacks(4);

        vm.prank(DISPUTE_GAME);
        rollup.revertPacks(2);
        assertEq(rollup.packCount(), 1, "packs 2 and 3 are void");
        assertEq(rollup.revertEpoch(), 1, "epoch");
        assertEq(DISPUTE_GAME.balance, BOND, "bond goes to the game");
        assertEq(rollup.bondOf(PROPOSER), 0, "bond is gone");
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownPack.selector, 2));
        rollup.packRecord(2);

        (parentRoot, nextBlock) = (root, 3);
        vm.deal(PROPOSER, BOND);
        vm.prank(PROPOSER);
        rollup.depositBond{value: BOND}();
        submit(nextPack(bytes32("d"), false));
        assertEq(rollup.packRecord(2).outboxRoot, bytes32("d"), "replaced");
    }

    function test_RevertPacks_NeverTouchesFinalPacks() public {
        submit(nextPack(0, false));
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        vm.prank(DISPUTE_GAME);
        vm.expectRevert(abi.encodeWithSelector(IRollup.PackAlreadyFinalised.selector, 1));
        rollup.revertPacks(1);
    }

    function test_Close_ByTheOwnerEndsTheInbox() public {
        vm.prank(STRANGER);
        vm.expectRevert(IRollup.NotClosable.selector);
        rollup.close();

        vm.expectEmit();
        emit IRollup.ChainClosed(OWNER, 0);
        vm.prank(OWNER);
        rollup.close();
        assertTrue(rollup.closed() && inbox.closed(), "closed");
        assertEq(inbox.messageCount(), 1, "the CLOSE message");
        vm.prank(OWNER);
        vm.expectRevert(IRollup.AlreadyClosed.selector);
        rollup.close();
    }

    function test_Close_ByAnybodyAfterAStall() public {
        submit(nextPack(0, false));
        vm.warp(block.timestamp + 4 * MAX_PACK_DELAY);
        vm.prank(STRANGER);
        vm.expectRevert(IRollup.NotClosable.selector);
        rollup.close();
        vm.warp(block.timestamp + 1);
        vm.prank(STRANGER);
        rollup.close();
        assertTrue(rollup.closed(), "closed");
    }

    function test_TerminalPack_NeedsAConsumedClosedInboxAndIsTheLast() public {
        Pack memory pack = nextPack(0, true);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.NotTerminal.selector));
        vm.prank(OWNER);
        rollup.close();
        // Still at the position before CLOSE.
        _expectRefused(pack, abi.encodeWithSelector(IRollup.NotTerminal.selector));
        submit(nextPack(0, true));
        assertTrue(rollup.packRecord(1).terminal, "terminal");
        pack = nextPack(0, false);
        _expectRefused(pack, abi.encodeWithSelector(IRollup.ChainTerminated.selector));
    }

    function _reseal(Pack memory pack) private pure {
        pack.outputRoots[pack.outputRoots.length - 1] = outputRootOf(pack.output);
    }

    function _expectRefused(Pack memory pack, bytes memory reason) private {
        vm.prank(PROPOSER);
        vm.expectRevert(reason);
        rollup.submitPack(pack);
    }
}
