// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Env, FrameContext, Machine, MachineState} from "../MachineState.sol";
import {Bytes} from "../lib/Bytes.sol";
import {Witness} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {InstructionStep} from "./InstructionStep.sol";

/// 20s, 30s and 50s that use memory, a0s: KECCAK256, loads and stores, copies (of which this is the beginning), LOG0 to LOG4.
contract OpsMemory is InstructionStep {
    uint256 private constant KECCAK_WORD = 6;
    uint256 private constant COPY_WORD = 3;
    uint256 private constant LOG_BYTE = 8;
    /// Most bytes that are hashed in one step.
    uint256 private constant HASHED_AT_ONCE = 65_536;
    /// Digest of a sponge that has taken up nothing: keccak256 of 25 words of zeros.
    bytes32 private constant NO_LANES = 0xee0a1a26c607ab52c6308165995365f7951a185fccca4b76c847b8860d9fea7a;

    /// @inheritdoc InstructionStep
    function _execute(Env calldata, Machine memory m, uint256 opcode) internal pure override returns (bool) {
        if (opcode == 0x51) return _mload(m);
        if (opcode == 0x52) return _mstore(m, 32);
        if (opcode == 0x53) return _mstore(m, 1);
        if (opcode == 0x20) return _keccak256(m);
        if (opcode == 0x37) return _calldatacopy(m);
        if (opcode == 0x39) return _codecopy(m);
        if (opcode == 0x3e) return _returndatacopy(m);
        if (opcode == 0x5e) return _mcopy(m);
        if (opcode >= 0xa0 && opcode <= 0xa4) return _log(m, opcode - 0xa0);
        revert NotOfThisFamily(opcode);
    }

    function _mload(Machine memory m) private pure returns (bool) {
        uint256 offset = _pop(m, 1)[0];
        if (!_expand(m, offset, 32)) return false;
        _push(m, _wordAt(m, m.frame.memoryRoot, offset, 32));
        return true;
    }

    /// MSTORE, and MSTORE8 of the lowest byte.
    function _mstore(Machine memory m, uint256 size) private pure returns (bool) {
        uint256[] memory two = _pop(m, 2);
        uint256 offset = two[0];
        if (!_expand(m, offset, size)) return false;
        uint256 first = offset >> 5;
        uint256 count = ((offset + size - 1) >> 5) - first + 1;
        (uint256[] memory words, Witness memory siblings) =
            WordTree.words(m.witness, m.frame.memoryRoot, first, count);
        uint256[] memory value = new uint256[](1);
        value[0] = two[1];
        Bytes.copy(value, 32 - size, words, offset & 31, size);
        m.frame.memoryRoot = WordTree.withWords(siblings, words, first);
        return true;
    }

    function _keccak256(Machine memory m) private pure returns (bool) {
        uint256[] memory two = _pop(m, 2);
        (uint256 offset, uint256 size) = (two[0], two[1]);
        if (!_expand(m, offset, size) || !_charge(m, KECCAK_WORD * ((size + 31) >> 5))) return false;
        if (size <= HASHED_AT_ONCE) _push(m, uint256(_hashOf(m, m.frame.memoryRoot, offset, size)));
        else m.run.pending = keccak256(abi.encode(MachineState.ABSORB, m.frame.memoryRoot, offset, size, 0, NO_LANES));
        return true;
    }

    function _hashOf(Machine memory m, bytes32 root, uint256 offset, uint256 size) private pure returns (bytes32) {
        if (size == 0) return keccak256("");
        uint256 first = offset >> 5;
        (uint256[] memory words,) =
            WordTree.words(m.witness, root, first, ((offset + size - 1) >> 5) - first + 1);
        return Bytes.hash(words, offset & 31, size);
    }

    function _mcopy(Machine memory m) private pure returns (bool) {
        uint256[] memory three = _pop(m, 3);
        uint256 furthest = three[0] > three[1] ? three[0] : three[1];
        if (!_expand(m, furthest, three[2])) return false;
        uint256 size = m.frame.memoryWords << 5;
        return _beginCopy(m, three, size == 0 ? EMPTY_TREE : m.frame.memoryRoot, 0, size);
    }

    function _calldatacopy(Machine memory m) private pure returns (bool) {
        FrameContext memory context = _context(m);
        return _beginCopy(m, _pop(m, 3), context.inputRoot, context.inputOffset, context.inputLength);
    }

    function _codecopy(Machine memory m) private pure returns (bool) {
        return _beginCopy(m, _pop(m, 3), m.code.bytesRoot, 0, m.code.length);
    }

    function _returndatacopy(Machine memory m) private pure returns (bool) {
        uint256[] memory three = _pop(m, 3);
        (uint256 from, uint256 size, uint256 available) = (three[1], three[2], m.frame.returnLength);
        if (from > available || size > available - from) return false;
        return _beginCopy(m, three, m.frame.returnRoot, m.frame.returnOffset, available);
    }

    /// Pays for a copy and leaves it to steps of its own. @param three place in memory, place in the source, size
    function _beginCopy(Machine memory m, uint256[] memory three, bytes32 root, uint256 offset, uint256 length)
        private
        pure
        returns (bool)
    {
        (uint256 to, uint256 from, uint256 size) = (three[0], three[1], three[2]);
        if (!_expand(m, to, size)) return false;
        if (size == 0) return true;
        if (!_charge(m, COPY_WORD * ((size + 31) >> 5))) return false;
        if (from > length) from = length;
        m.run.pending = MachineState.copying(root, offset, length, from, to, size);
        return true;
    }

    function _log(Machine memory m, uint256 topics) private pure returns (bool) {
        if (m.frame.isStatic != 0) return false;
        uint256[] memory words = _pop(m, 2 + topics);
        (uint256 offset, uint256 size) = (words[0], words[1]);
        if (!_expand(m, offset, size) || !_charge(m, LOG_BYTE * size)) return false;
        uint256[] memory log = new uint256[](topics + 5);
        log[0] = m.frame.self;
        log[1] = topics;
        for (uint256 i = 0; i < topics; i++) {
            log[2 + i] = words[2 + i];
        }
        if (size == 0) (log[topics + 2], log[topics + 3]) = (uint256(EMPTY_TREE), 0);
        else (log[topics + 2], log[topics + 3]) = (uint256(m.frame.memoryRoot), offset);
        log[topics + 4] = size;
        uint256 index = m.run.logCount++;
        (uint256[] memory leaf, Witness memory siblings) = WordTree.words(m.witness, m.run.logs, index, 1);
        leaf[0] = uint256(Bytes.hash(log, 0, log.length << 5));
        m.run.logs = WordTree.withWords(siblings, leaf, index);
        return true;
    }
}
