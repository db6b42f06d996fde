// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICodeRegistry} from "../ICodeRegistry.sol";
import {Journal, TxAccount, TxSlot} from "../Journal.sol";
import {Env, Machine, MachineState} from "../MachineState.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {InstructionStep} from "./InstructionStep.sol";
import {AccountAccess} from "./AccountAccess.sol";

/// 30s, 40s and 50s that read and write the state: accounts, storage (EIP-2200, EIP-2929, EIP-3529), transient storage (EIP-1153).
contract OpsState is InstructionStep, AccountAccess {
    using Journal for Path;
    using Journal for TxAccount;
    using WitnessReader for Witness;

    uint256 private constant COLD_SLOT = 2_100;
    uint256 private constant SSTORE_SET = 20_000;
    uint256 private constant SSTORE_RESET = 2_900;
    uint256 private constant SSTORE_CLEARS = 4_800;
    uint256 private constant SSTORE_SENTRY = 2_300;
    uint256 private constant COPY_WORD = 3;

    /// @inheritdoc InstructionStep
    function _execute(Env calldata env, Machine memory m, uint256 opcode) internal view override returns (bool) {
        if (opcode == 0x54) return _sload(m);
        if (opcode == 0x55) return _sstore(m);
        if (opcode == 0x5c) return _tload(m);
        if (opcode == 0x5d) return _tstore(m);
        if (opcode == 0x47) return _selfbalance(m);
        if (opcode == 0x3c) return _extcodecopy(env, m);
        if (opcode == 0x31 || opcode == 0x3b || opcode == 0x3f) return _about(env, m, opcode);
        revert NotOfThisFamily(opcode);
    }

    function _about(Env calldata env, Machine memory m, uint256 opcode) private view returns (bool) {
        (bool isPaid, TxAccount memory account) = _access(env, m, _addressOf(_pop(m, 1)[0]), WARM_ACCESS);
        if (!isPaid) return false;
        if (opcode == 0x31) _push(m, account.balance);
        else if (opcode == 0x3f) _push(m, account.isEmpty() ? 0 : uint256(account.codeHash));
        else _push(m, _codeOf(env, account.codeHash).length);
        return true;
    }

    function _selfbalance(Machine memory m) private pure returns (bool) {
        (, TxAccount memory account) = Journal.account(m.witness, m.run.journal, m.frame.self);
        _push(m, account.balance);
        return true;
    }

    function _extcodecopy(Env calldata env, Machine memory m) private view returns (bool) {
        uint256[] memory four = _pop(m, 4);
        (bool isPaid, TxAccount memory account) = _access(env, m, _addressOf(four[0]), WARM_ACCESS);
        if (!isPaid) return false;
        ICodeRegistry.Code memory code = _codeOf(env, account.codeHash);
        (uint256 to, uint256 from, uint256 size) = (four[1], four[2], four[3]);
        if (!_expand(m, to, size)) return false;
        if (size == 0) return true;
        if (!_charge(m, COPY_WORD * ((size + 31) >> 5))) return false;
        if (from > code.length) from = code.length;
        m.run.pending = MachineState.copying(code.bytesRoot, 0, code.length, from, to, size);
        return true;
    }

    function _sload(Machine memory m) private pure returns (bool) {
        uint256 key = _pop(m, 1)[0];
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, m.frame.self);
        (Path memory slotWay, TxSlot memory slot) = Journal.slot(m.witness, account.slots, key);
        if (!_charge(m, slot.isWarm == 0 ? COLD_SLOT : WARM_ACCESS)) return false;
        _push(m, slot.current);
        if (slot.isWarm == 0) {
            slot.isWarm = 1;
            account.slots = slotWay.put(slot);
            m.run.journal = way.put(account);
        }
        return true;
    }

    function _sstore(Machine memory m) private pure returns (bool) {
        if (m.frame.isStatic != 0 || m.frame.gas <= SSTORE_SENTRY) return false;
        uint256[] memory two = _pop(m, 2);
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, m.frame.self);
        (Path memory slotWay, TxSlot memory slot) = Journal.slot(m.witness, account.slots, two[0]);
        uint256 value = two[1];
        uint256 cost = _writeCost(m, slot, value) + (slot.isWarm == 0 ? COLD_SLOT : 0);
        if (!_charge(m, cost)) return false;
        slot.isWarm = 1;
        if (slot.current != value) account.flags |= Journal.TOUCHED;
        slot.current = value;
        account.slots = slotWay.put(slot);
        m.run.journal = way.put(account);
        return true;
    }

    /// Gas for a write beyond access; changes the refund.
    function _writeCost(Machine memory m, TxSlot memory slot, uint256 value) private pure returns (uint256) {
        (uint256 original, uint256 current) = (slot.original, slot.current);
        if (current == value) return WARM_ACCESS;
        uint256 refund = m.run.refund;
        if (original == current) {
            if (original == 0) return SSTORE_SET;
            if (value == 0) m.run.refund = refund + SSTORE_CLEARS;
            return SSTORE_RESET;
        }
        // What is taken back was given before.
        if (original != 0) {
            if (current == 0) refund -= SSTORE_CLEARS;
            else if (value == 0) refund += SSTORE_CLEARS;
        }
        if (original == value) refund += (original == 0 ? SSTORE_SET : SSTORE_RESET) - WARM_ACCESS;
        m.run.refund = refund;
        return WARM_ACCESS;
    }

    function _tload(Machine memory m) private pure returns (bool) {
        uint256 key = _pop(m, 1)[0];
        (, TxAccount memory account) = Journal.account(m.witness, m.run.journal, m.frame.self);
        Path memory way = SparseTree.open(m.witness, account.transients, key);
        uint256 value = 0;
        if (way.found) {
            value = m.witness.word();
            if (way.value != keccak256(abi.encode(value))) revert WrongState();
        }
        _push(m, value);
        return true;
    }

    function _tstore(Machine memory m) private pure returns (bool) {
        if (m.frame.isStatic != 0) return false;
        uint256[] memory two = _pop(m, 2);
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, m.frame.self);
        Path memory transientWay = SparseTree.open(m.witness, account.transients, two[0]);
        account.transients = SparseTree.set(transientWay, keccak256(abi.encode(two[1])));
        m.run.journal = way.put(account);
        return true;
    }
}
