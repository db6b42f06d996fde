// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "../IStep.sol";
import {Frame, FrameContext, Machine, MachineState, Run} from "../MachineState.sol";
import {Kinds} from "../Words.sol";
import {Hashing} from "../lib/Hashing.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";

/// What all steps of a running transaction have in common: opening the state, stack, memory and gas of its frame.
abstract contract RunStep is IStep {
    using WitnessReader for Witness;
    using MachineState for Run;
    using MachineState for Frame;

    /// Root of a tree of zeros.
    bytes32 internal constant EMPTY_TREE = 0xc65e9645644786b620e2dd2ad648ddfcbf4a7e5b1a3a4ecfe7f64667a3f0b7e2;
    /// Pending end of a frame that fails, and of one that stops: keccak256(abi.encode(HALT, how, EMPTY_TREE, 0, 0)).
    bytes32 internal constant FAILURE = 0x48facd258c08a636d89ef74989f83259155b297c84ebac510b5d903b59bed20d;
    bytes32 internal constant STOP = 0xb6246d5e77d643ab9eb981d5473cb26cc9f09f624d0f59481ffca7483132a122;

    function _open(Machine memory m, bytes32 pre) internal pure {
        Run memory run = m.run;
        Frame memory frame = m.frame;
        uint256 runAt;
        uint256 frameAt;
        assembly ("memory-safe") {
            runAt := run
            frameAt := frame
        }
        m.witness.wordsTo(MachineState.RUN_WORDS, runAt);
        if (run.kind != Kinds.RUN || run.hash() != pre) revert WrongState();
        m.witness.wordsTo(MachineState.FRAME_WORDS, frameAt);
        if (frame.hash() != run.frame) revert WrongState();
    }

    /// The state that was opened, with nothing changed but that its frame fails next.
    function _failed(bytes calldata witness) internal pure returns (bytes32) {
        Witness memory again = WitnessReader.open(witness);
        Run memory run;
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := run
        }
        again.wordsTo(MachineState.RUN_WORDS, pointer);
        run.pending = FAILURE;
        return run.hash();
    }

    /// What doesn't change while the frame runs.
    function _context(Machine memory m) internal pure returns (FrameContext memory context) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := context
        }
        m.witness.wordsTo(MachineState.FRAME_CONTEXT_WORDS, pointer);
        if (Hashing.range(pointer, MachineState.FRAME_CONTEXT_WORDS) != m.frame.context) revert WrongState();
    }

    /// The first `length` (1 to 32) bytes at `offset` of a word tree, followed by zeros.
    function _wordAt(Machine memory m, bytes32 root, uint256 offset, uint256 length)
        internal
        pure
        returns (uint256 word)
    {
        uint256 first = offset >> 5;
        uint256 count = ((offset + length - 1) >> 5) - first + 1;
        (uint256[] memory words,) = WordTree.words(m.witness, root, first, count);
        uint256 shift = (offset & 31) << 3;
        word = words[0] << shift;
        if (count == 2) word |= words[1] >> (256 - shift);
        // Nothing of what lies behind the range.
        word &= ~(type(uint256).max >> (length << 3));
    }

    /// Pays for memory up to the end of a range and grows it; an empty range needs none (yellow paper, appendix H).
    function _expand(Machine memory m, uint256 offset, uint256 size) internal pure returns (bool) {
        if (size == 0) return true;
        if (offset > type(uint32).max || size > type(uint32).max) return false;
        uint256 words = (offset + size + 31) >> 5;
        uint256 had = m.frame.memoryWords;
        if (words <= had) return true;
        m.frame.memoryWords = words;
        return _charge(m, 3 * (words - had) + ((words * words) >> 9) - ((had * had) >> 9));
    }

    function _charge(Machine memory m, uint256 amount) internal pure returns (bool) {
        if (m.frame.gas < amount) return false;
        m.frame.gas -= amount;
        return true;
    }

    /// Takes `count` > 0 words from the stack: shown from the top, then the digest of what is below them.
    function _pop(Machine memory m, uint256 count) internal pure returns (uint256[] memory words) {
        words = m.witness.words(count);
        bytes32 below = m.witness.digest();
        bytes32 stack = below;
        for (uint256 i = count; i > 0; i--) {
            stack = Hashing.pair(stack, bytes32(words[i - 1]));
        }
        if (stack != m.frame.stack) revert WrongState();
        m.frame.stack = below;
        m.frame.stackSize -= count;
    }

    function _push(Machine memory m, uint256 word) internal pure {
        m.frame.stack = Hashing.pair(m.frame.stack, bytes32(word));
        m.frame.stackSize++;
    }
}
