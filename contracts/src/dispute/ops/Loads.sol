// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Journal, TxAccount} from "../Journal.sol";
import {Env, Machine} from "../MachineState.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Bringing} from "./Bringing.sol";
import {InstructionStep} from "./InstructionStep.sol";

/// Brings what an instruction needs and the transaction's journal lacks one step nearer: from the state that the block began with
/// into the block's journal, or from there. Nothing else changes; the instruction is still the next one.
contract Loads is InstructionStep, Bringing {
    /// @inheritdoc InstructionStep
    function _execute(Env calldata env, Machine memory m, uint256 opcode) internal view override returns (bool) {
        (bytes32 stack, uint256 stackSize) = (m.frame.stack, m.frame.stackSize);
        if (opcode == 0x54 || opcode == 0x55) _bringSlot(m, m.frame.self, _pop(m, 1)[0]);
        else if (opcode == 0x31 || opcode == 0x3b || opcode == 0x3c || opcode == 0x3f || opcode == 0xff) {
            _loadAccount(m, _addressOf(_pop(m, 1)[0]));
        } else if (opcode == 0xf1 || opcode == 0xf2 || opcode == 0xf4 || opcode == 0xfa) {
            _loadTarget(env, m, _addressOf(_pop(m, 2)[1]));
        } else {
            revert NotOfThisFamily(opcode);
        }
        (m.frame.stack, m.frame.stackSize) = (stack, stackSize);
        m.frame.gas += _constantGas(opcode);
        m.frame.pc--;
        return true;
    }

    /// Whom a call names, and whom that account delegates to (EIP-7702).
    function _loadTarget(Env calldata env, Machine memory m, uint256 target) private view {
        Path memory way = SparseTree.open(m.witness, m.run.journal, target);
        if (!way.found) {
            _bring(m, way);
            return;
        }
        TxAccount memory account = Journal.txAccount(m.witness, way);
        uint256 delegate = uint256(uint160(_codeOf(env, account.codeHash).delegate));
        if (env.fork == 0 || delegate == 0) revert WrongState();
        _loadAccount(m, delegate);
    }

    function _loadAccount(Machine memory m, uint256 key) private pure {
        Path memory way = SparseTree.open(m.witness, m.run.journal, key);
        if (way.found) revert WrongState();
        _bring(m, way);
    }
}
