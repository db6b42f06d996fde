// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Frame, FrameContext, Machine, MachineState} from "../MachineState.sol";
import {Kinds} from "../Words.sol";
import {Hashing} from "../lib/Hashing.sol";
import {WordTree} from "../lib/WordTree.sol";
import {AccountAccess} from "./AccountAccess.sol";

/// Begins frames.
abstract contract FrameStack is AccountAccess {
    using MachineState for Frame;
    using MachineState for FrameContext;

    uint256 private constant MAX_REFUND_QUOTIENT = 5;

    /// State after the first frame: refunds (EIP-3529) and the floor (EIP-7623) say what is paid for.
    function _endOf(Machine memory m, uint256 gasLimit, uint256 floorGas, bool succeeded, uint256 gasLeft)
        internal
        pure
        returns (bytes32)
    {
        uint256 used = gasLimit - gasLeft;
        uint256 most = used / MAX_REFUND_QUOTIENT;
        used -= m.run.refund < most ? m.run.refund : most;
        if (used < floorGas) used = floorGas;
        return keccak256(
            abi.encode(
                Kinds.END,
                m.run.transaction,
                m.run.blockContext,
                m.run.journal,
                m.run.blockJournal,
                m.run.logCount,
                m.run.logs,
                succeeded,
                used,
                uint256(0)
            )
        );
    }

    /// What a frame that fails goes back to.
    function _snapshot(Machine memory m, FrameContext memory context) internal pure {
        context.journal = m.run.journal;
        context.logCount = m.run.logCount;
        context.logs = m.run.logs;
        context.refund = m.run.refund;
    }

    /// Makes a frame the running one, above the one that ran.
    function _enter(
        Machine memory m,
        FrameContext memory context,
        bytes32 codeHash,
        uint256 self,
        uint256 isStatic,
        uint256 gas
    ) internal pure {
        m.run.parents = Hashing.pair(m.run.parents, m.frame.hash());
        m.run.depth++;
        Frame memory frame;
        frame.context = context.hash();
        frame.codeHash = codeHash;
        frame.self = self;
        frame.isStatic = isStatic;
        frame.gas = gas;
        frame.memoryRoot = EMPTY_TREE;
        frame.returnRoot = EMPTY_TREE;
        m.frame = frame;
    }

    function _setReturnData(Frame memory frame, bytes32 root, uint256 offset, uint256 length) internal pure {
        (frame.returnRoot, frame.returnOffset, frame.returnLength) = (root, offset, length);
    }

    /// Gives a frame a callee's output: as return data, and on its way into memory.
    /// @return pending digest of the copy, 0 for none
    function _deliver(
        Frame memory frame,
        bytes32 root,
        uint256 offset,
        uint256 length,
        uint256 outputOffset,
        uint256 outputSize
    ) internal pure returns (bytes32 pending) {
        _setReturnData(frame, root, offset, length);
        uint256 size = outputSize < length ? outputSize : length;
        if (size > 0) pending = MachineState.copying(root, offset, length, 0, outputOffset, size);
    }

    function _bytes(Machine memory m, bytes32 root, uint256 offset, uint256 length)
        internal
        pure
        returns (bytes memory data)
    {
        data = new bytes(length);
        if (length == 0) return data;
        (uint256[] memory words,) = WordTree.span(m.witness, root, offset, length);
        uint256 place = offset & 31;
        assembly ("memory-safe") {
            mcopy(add(data, 0x20), add(add(words, 0x20), place), length)
        }
    }

    /// Yellow paper 7: keccak256 of the RLP of creator and nonce.
    function _createAddress(uint256 creator, uint256 nonce) internal pure returns (uint256) {
        bytes memory number;
        if (nonce == 0) number = hex"80";
        else {
            uint256 size = 0;
            for (uint256 rest = nonce; rest != 0; rest >>= 8) size++;
            bytes memory whole = abi.encodePacked(nonce << (256 - 8 * size));
            assembly ("memory-safe") {
                mstore(whole, size)
            }
            number = nonce < 0x80 ? whole : abi.encodePacked(uint8(0x80 + size), whole);
        }
        return _addressOf(
            uint256(
                keccak256(
                    abi.encodePacked(uint8(0xc0 + 21 + number.length), bytes1(0x94), address(uint160(creator)), number)
                )
            )
        );
    }
}
