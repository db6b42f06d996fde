// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Env, Machine} from "../MachineState.sol";
import {Hashing} from "../lib/Hashing.sol";
import {InstructionStep} from "./InstructionStep.sol";

/// 0s, 10s, 50s to 90s: arithmetic, comparison, bitwise logic; what moves words of the stack, jumps and counts.
contract OpsStack is InstructionStep {
    uint256 private constant EXP_BYTE = 50;
    uint256 private constant CHUNK = 31;
    uint256 private constant JUMPDEST = 0x5b;

    /// @inheritdoc InstructionStep
    function _execute(Env calldata, Machine memory m, uint256 opcode) internal pure override returns (bool) {
        if (opcode == 0x00) {
            m.run.pending = STOP;
            return true;
        }
        if (opcode < 0x20) return _arithmetic(m, opcode);
        if (opcode >= 0x80 && opcode < 0x90) return _dup(m, opcode - 0x7f);
        if (opcode >= 0x90 && opcode < 0xa0) return _swap(m, opcode - 0x8f);
        if (opcode >= 0x5f && opcode < 0x80) return _pushBytes(m, opcode - 0x5f);
        if (opcode == 0x50) _pop(m, 1);
        else if (opcode == 0x56) return _jump(m, _pop(m, 1)[0]);
        else if (opcode == 0x57) return _jumpi(m);
        else if (opcode == 0x58) _push(m, m.frame.pc - 1);
        else if (opcode == 0x59) _push(m, m.frame.memoryWords << 5);
        else if (opcode == 0x5a) _push(m, m.frame.gas);
        else if (opcode != JUMPDEST) revert NotOfThisFamily(opcode);
        return true;
    }

    function _arithmetic(Machine memory m, uint256 opcode) private pure returns (bool) {
        if (opcode == 0x08 || opcode == 0x09) {
            uint256[] memory three = _pop(m, 3);
            (uint256 x, uint256 y, uint256 n) = (three[0], three[1], three[2]);
            uint256 result;
            assembly ("memory-safe") {
                switch opcode
                case 0x08 { result := addmod(x, y, n) }
                default { result := mulmod(x, y, n) }
            }
            _push(m, result);
        } else if (opcode == 0x15 || opcode == 0x19) {
            uint256 a = _pop(m, 1)[0];
            _push(m, opcode == 0x19 ? ~a : a == 0 ? 1 : 0);
        } else {
            uint256[] memory two = _pop(m, 2);
            if (opcode == 0x0a && !_charge(m, EXP_BYTE * _byteLength(two[1]))) return false;
            _push(m, _binary(opcode, two[0], two[1]));
        }
        return true;
    }

    /// The L1's own instruction of that name.
    function _binary(uint256 opcode, uint256 a, uint256 b) private pure returns (uint256 result) {
        assembly ("memory-safe") {
            switch opcode
            case 0x01 { result := add(a, b) }
            case 0x02 { result := mul(a, b) }
            case 0x03 { result := sub(a, b) }
            case 0x04 { result := div(a, b) }
            case 0x05 { result := sdiv(a, b) }
            case 0x06 { result := mod(a, b) }
            case 0x07 { result := smod(a, b) }
            case 0x0a { result := exp(a, b) }
            case 0x0b { result := signextend(a, b) }
            case 0x10 { result := lt(a, b) }
            case 0x11 { result := gt(a, b) }
            case 0x12 { result := slt(a, b) }
            case 0x13 { result := sgt(a, b) }
            case 0x14 { result := eq(a, b) }
            case 0x16 { result := and(a, b) }
            case 0x17 { result := or(a, b) }
            case 0x18 { result := xor(a, b) }
            case 0x1a { result := byte(a, b) }
            case 0x1b { result := shl(a, b) }
            case 0x1c { result := shr(a, b) }
            case 0x1d { result := sar(a, b) }
        }
    }

    function _byteLength(uint256 word) private pure returns (uint256 length) {
        for (; word != 0; word >>= 8) length++;
    }

    function _dup(Machine memory m, uint256 n) private pure returns (bool) {
        uint256[] memory words = _pop(m, n);
        for (uint256 i = n; i > 0; i--) {
            _push(m, words[i - 1]);
        }
        _push(m, words[n - 1]);
        return true;
    }

    function _swap(Machine memory m, uint256 n) private pure returns (bool) {
        uint256[] memory words = _pop(m, n + 1);
        (words[0], words[n]) = (words[n], words[0]);
        for (uint256 i = n + 1; i > 0; i--) {
            _push(m, words[i - 1]);
        }
        return true;
    }

    /// PUSH0 to PUSH32: the operand lies in this chunk and up to two more.
    function _pushBytes(Machine memory m, uint256 count) private pure returns (bool) {
        uint256 pc = m.frame.pc;
        uint256 word = 0;
        for (uint256 taken = 0; taken < count;) {
            uint256 place = (pc + taken) % CHUNK;
            uint256 part = CHUNK - place;
            if (part > count - taken) part = count - taken;
            uint256 chunk = _chunk(m, (pc + taken) / CHUNK);
            word = (word << (8 * part)) | ((chunk << (8 * place)) >> (256 - 8 * part));
            taken += part;
        }
        m.frame.pc = pc + count;
        _push(m, word);
        return true;
    }

    function _jumpi(Machine memory m) private pure returns (bool) {
        uint256[] memory two = _pop(m, 2);
        return two[1] == 0 || _jump(m, two[0]);
    }

    function _jump(Machine memory m, uint256 to) private pure returns (bool) {
        if (to >= m.code.length) return false;
        uint256 chunk = _chunk(m, to / CHUNK);
        uint256 place = to % CHUNK;
        if ((chunk >> (248 - 8 * place)) & 0xff != JUMPDEST) return false;
        // From instruction to instruction until the place is met or passed.
        uint256 pointer = chunk & 0xff;
        while (pointer < place) {
            uint256 op = (chunk >> (248 - 8 * pointer)) & 0xff;
            pointer += op > 0x5f && op < 0x80 ? op - 0x5e : 1;
        }
        if (pointer != place) return false;
        m.frame.pc = to;
        return true;
    }
}
