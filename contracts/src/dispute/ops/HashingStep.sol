// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "../IStep.sol";
import {Env, Frame, Machine, MachineState, Run} from "../MachineState.sol";
import {Preimage} from "../Words.sol";
import {Sponge} from "../lib/Sponge.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {RunStep} from "./RunStep.sol";

/// KECCAK256 of more than one step can hash: 32 blocks of 136 bytes a step, and with the rest its result.
contract HashingStep is RunStep {
    using WitnessReader for Witness;
    using Preimage for Witness;
    using MachineState for Run;
    using MachineState for Frame;

    uint256 private constant BLOCKS = 32;
    uint256 private constant STEP_BYTES = BLOCKS * Sponge.RATE;

    // Places in the words of what is pending.
    uint256 private constant PENDING_WORDS = 6;
    uint256 private constant ROOT = 1;
    uint256 private constant OFFSET = 2;
    uint256 private constant LENGTH = 3;
    /// Bytes that were taken up.
    uint256 private constant DONE = 4;
    uint256 private constant SPONGE = 5;

    /// @inheritdoc IStep
    function step(Env calldata, bytes32 pre, bytes calldata witness) external pure returns (bytes32) {
        Machine memory m;
        m.witness = WitnessReader.open(witness);
        _open(m, pre);
        uint256[] memory pending = m.witness.open(m.run.pending, PENDING_WORDS);
        if (pending[0] != MachineState.ABSORB) revert WrongState();
        uint256[] memory lanes = m.witness.open(bytes32(pending[SPONGE]), Sponge.LANES);
        uint256 left = pending[LENGTH] - pending[DONE];
        bool isLast = left < STEP_BYTES;
        if (!isLast) left = STEP_BYTES;
        uint256 pointer = _bytes(m, bytes32(pending[ROOT]), pending[OFFSET] + pending[DONE], left);
        uint256 blocks = left / Sponge.RATE;
        Sponge.absorb(lanes, pointer, blocks);
        if (isLast) {
            m.run.pending = 0;
            uint256 rest = blocks * Sponge.RATE;
            _push(m, uint256(Sponge.finish(lanes, pointer + rest, left - rest)));
            m.run.frame = m.frame.hash();
        } else {
            pending[DONE] += STEP_BYTES;
            pending[SPONGE] = uint256(Sponge.hash(lanes));
            m.run.pending = Preimage.hash(pending);
        }
        return m.run.hash();
    }

    /// @return pointer where in memory the bytes are
    function _bytes(Machine memory m, bytes32 root, uint256 offset, uint256 length)
        private
        pure
        returns (uint256 pointer)
    {
        if (length == 0) return 0;
        (uint256[] memory words,) = WordTree.span(m.witness, root, offset, length);
        assembly ("memory-safe") {
            pointer := add(add(words, 0x20), and(offset, 31))
        }
    }
}
