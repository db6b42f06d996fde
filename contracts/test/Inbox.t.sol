// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IInbox, MessageKind} from "../src/rollup/IInbox.sol";
import {IBatchRegistry} from "../src/rollup/IBatchRegistry.sol";
import {ChainFixture} from "./support/ChainFixture.sol";

contract InboxTest is ChainFixture {
    function testFuzz_Accumulator_ChainsEveryField(uint64 l1Block, uint32 time, bytes calldata data) public {
        vm.assume(data.length <= 4_096);
        vm.roll(bound(l1Block, 1, type(uint32).max));
        vm.warp(time);
        bytes32 first = _deliver(MessageKind.DepositEth, data);
        assertEq(first, _expected(0, 0, MessageKind.DepositEth, data), "first");
        bytes32 second = _deliver(MessageKind.DepositErc20, data);
        assertEq(second, _expected(first, 1, MessageKind.DepositErc20, data), "second");
        assertEq(inbox.accumulatorAt(0), bytes32(0), "of nothing");
        assertEq(inbox.accumulatorAt(1), first, "at 1");
        assertEq(inbox.timestampOf(1), time, "time");
        assertEq(inbox.timestampOf(2), 0, "no such message");
        assertEq(inbox.l1BlockOf(1), block.number, "L1 block");
        assertEq(inbox.l1BlockOf(2), 0, "no block of no message");
        vm.expectRevert(abi.encodeWithSelector(IInbox.UnknownPosition.selector, 3));
        inbox.accumulatorAt(3);
    }

    function test_Deliver_OnlyByTheOnesInCharge() public {
        vm.expectRevert(IInbox.OnlyBridgeOrRollup.selector);
        inbox.deliver(MessageKind.DepositEth, address(this), "");
        vm.prank(address(rollup));
        vm.expectRevert(IInbox.OnlyBridgeOrRollup.selector);
        inbox.deliver(MessageKind.DepositEth, address(this), "");
        vm.prank(address(bridge));
        vm.expectRevert(IInbox.OnlyBridgeOrRollup.selector);
        inbox.deliver(MessageKind.Close, address(this), "");
    }

    function test_Capacity_IsPerBlockAndDoesNotHoldUpClose() public {
        for (uint256 i = 0; i < 64; i++) _deliver(MessageKind.DepositEth, "");
        vm.prank(address(bridge));
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxFull.selector, block.number));
        inbox.deliver(MessageKind.DepositEth, address(this), "");
        vm.roll(block.number + 1);
        for (uint256 i = 0; i < 64; i++) _deliver(MessageKind.DepositEth, "");
        vm.prank(OWNER);
        rollup.close();
        assertEq(inbox.messageCount(), 129, "CLOSE came through");
        vm.roll(block.number + 1);
        vm.prank(address(bridge));
        vm.expectRevert(IInbox.InboxClosed.selector);
        inbox.deliver(MessageKind.DepositEth, address(this), "");
    }

    function test_Size_IsCapped() public {
        _deliver(MessageKind.DepositErc721, new bytes(16_384));
        vm.prank(address(bridge));
        vm.expectRevert(abi.encodeWithSelector(IInbox.MessageTooLarge.selector, 16_385));
        inbox.deliver(MessageKind.DepositErc721, address(this), new bytes(16_385));
    }

    function test_Clones_CannotBeInitialisedAgain() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        inbox.initialize(address(1), address(2));
    }

    function test_Registry_RecordsTheFirstBlock() public {
        vm.roll(77);
        vm.prank(PROPOSER, PROPOSER);
        bytes32 hash = registry.post("x");
        assertEq(hash, keccak256("x"), "hash");
        vm.roll(78);
        vm.prank(PROPOSER, PROPOSER);
        registry.post("x");
        assertEq(registry.postedAt(hash), 77, "first posting");
        assertEq(registry.postedAt(keccak256("y")), 0, "never posted");
    }

    function test_Registry_RefusesWhatIsNotInTheTransaction() public {
        vm.expectRevert(IBatchRegistry.NotTopLevelCall.selector);
        registry.post("x");
        // A delegated account (EIP-7702) that calls from its own code.
        vm.etch(PROPOSER, hex"ef01000000000000000000000000000000000000000001");
        vm.prank(PROPOSER, PROPOSER);
        vm.expectRevert(IBatchRegistry.NotTopLevelCall.selector);
        registry.post("x");
    }

    function test_Registry_CapsFrames() public {
        bytes memory frame = new bytes(65_537);
        vm.prank(PROPOSER, PROPOSER);
        vm.expectRevert(abi.encodeWithSelector(IBatchRegistry.FrameTooLarge.selector, 65_537));
        registry.post(frame);
    }

    function _deliver(MessageKind kind, bytes memory data) private returns (bytes32) {
        vm.prank(address(bridge));
        uint64 index = inbox.deliver(kind, address(this), data);
        return inbox.accumulatorAt(index + 1);
    }

    function _expected(bytes32 previous, uint64 index, MessageKind kind, bytes memory data)
        private
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                previous, index, kind, address(this), uint64(block.number), uint64(block.timestamp), keccak256(data)
            )
        );
    }
}
