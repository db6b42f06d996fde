// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Journal, TxAccount} from "../Journal.sol";
import {Env, FrameContext, Machine, MachineState} from "../MachineState.sol";
import {Path} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {FrameStack} from "./FrameStack.sol";
import {InstructionStep} from "./InstructionStep.sol";

/// f0s: calls, creations and ends.
contract OpsSystem is InstructionStep, FrameStack {
    using Journal for Path;
    using Journal for TxAccount;
    using WitnessReader for Witness;

    uint256 private constant CALL_VALUE = 9_000;
    uint256 private constant CALL_STIPEND = 2_300;
    uint256 private constant NEW_ACCOUNT = 25_000;
    uint256 private constant INIT_CODE_WORD = 2;
    uint256 private constant KECCAK_WORD = 6;
    uint256 private constant MAX_DEPTH = 1024;
    uint256 private constant MAX_INIT_CODE_SIZE = 49_152;

    uint256 private constant CALL = 0xf1;
    uint256 private constant CALLCODE = 0xf2;
    uint256 private constant RETURN = 0xf3;
    uint256 private constant DELEGATECALL = 0xf4;
    uint256 private constant CREATE2 = 0xf5;
    uint256 private constant STATICCALL = 0xfa;
    uint256 private constant REVERT = 0xfd;

    /// A call on its way.
    struct Call {
        uint256 opcode;
        uint256 target;
        uint256 value;
        uint256 gas;
        bytes32 codeHash;
        bytes32 inputRoot;
        uint256 inputOffset;
        uint256 inputLength;
        uint256 outputOffset;
        uint256 outputSize;
    }

    /// @inheritdoc InstructionStep
    function _execute(Env calldata env, Machine memory m, uint256 opcode) internal view override returns (bool) {
        if (opcode == CALL || opcode == CALLCODE || opcode == DELEGATECALL || opcode == STATICCALL) {
            return _call(env, m, opcode);
        }
        if (opcode == RETURN || opcode == REVERT) return _end(m, opcode);
        if (opcode == 0xf0 || opcode == CREATE2) return _create(m, opcode == CREATE2);
        if (opcode == 0xff) return _selfdestruct(env, m);
        revert NotOfThisFamily(opcode);
    }

    function _end(Machine memory m, uint256 opcode) private pure returns (bool) {
        uint256[] memory two = _pop(m, 2);
        (uint256 offset, uint256 size) = (two[0], two[1]);
        if (!_expand(m, offset, size)) return false;
        (bytes32 root, uint256 start) = size == 0 ? (EMPTY_TREE, 0) : (m.frame.memoryRoot, offset);
        if (opcode == RETURN && size > 0 && _context(m).creates != 0) {
            m.run.pending = keccak256(abi.encode(MachineState.DEPOSIT, root, start, size));
        } else {
            uint256 how = opcode == RETURN ? MachineState.RETURNED : MachineState.REVERTED;
            m.run.pending = MachineState.halting(how, root, start, size);
        }
        return true;
    }

    function _create(Machine memory m, bool salted) private pure returns (bool) {
        if (m.frame.isStatic != 0) return false;
        uint256[] memory words = _pop(m, salted ? 4 : 3);
        (uint256 value, uint256 offset, uint256 size) = (words[0], words[1], words[2]);
        if (!_expand(m, offset, size) || size > MAX_INIT_CODE_SIZE) return false;
        if (!_charge(m, (salted ? INIT_CODE_WORD + KECCAK_WORD : INIT_CODE_WORD) * ((size + 31) >> 5))) return false;
        uint256 gas = m.frame.gas - (m.frame.gas >> 6);
        _setReturnData(m.frame, EMPTY_TREE, 0, 0);
        (, TxAccount memory creator) = Journal.account(m.witness, m.run.journal, m.frame.self);
        if (m.run.depth >= MAX_DEPTH || creator.balance < value || creator.nonce >= type(uint64).max) {
            _push(m, 0);
            return true;
        }
        m.frame.gas -= gas;
        (bytes32 root, uint256 start) = size == 0 ? (EMPTY_TREE, 0) : (m.frame.memoryRoot, offset);
        uint256 salt = salted ? words[3] : 0;
        m.run.pending = keccak256(abi.encode(MachineState.INIT_CODE, root, start, size, salted, salt, value, gas));
        return true;
    }

    function _call(Env calldata env, Machine memory m, uint256 opcode) private view returns (bool) {
        Call memory call;
        call.opcode = opcode;
        bool isPaid;
        (isPaid, call.gas) = _readCall(m, call);
        if (!isPaid || !_payAccess(env, m, call)) return false;
        uint256 most = m.frame.gas - (m.frame.gas >> 6);
        if (call.gas > most) call.gas = most;
        m.frame.gas -= call.gas;
        if (call.value != 0) call.gas += CALL_STIPEND;
        _setReturnData(m.frame, EMPTY_TREE, 0, 0);
        _callInto(env, m, call);
        return true;
    }

    /// Takes the operands and pays for memory. @return isPaid, and the gas that is asked for
    function _readCall(Machine memory m, Call memory call) private pure returns (bool, uint256 requested) {
        bool hasValue = call.opcode == CALL || call.opcode == CALLCODE;
        uint256[] memory words = _pop(m, hasValue ? 7 : 6);
        requested = words[0];
        call.target = _addressOf(words[1]);
        uint256 next = 2;
        if (hasValue) call.value = words[next++];
        if (call.value != 0 && call.opcode == CALL && m.frame.isStatic != 0) return (false, 0);
        (uint256 offset, uint256 size) = (words[next], words[next + 1]);
        (uint256 outputOffset, uint256 outputSize) = (words[next + 2], words[next + 3]);
        if (!_expand(m, offset, size) || !_expand(m, outputOffset, outputSize)) return (false, 0);
        (call.inputRoot, call.inputOffset) = size == 0 ? (EMPTY_TREE, 0) : (m.frame.memoryRoot, offset);
        call.inputLength = size;
        call.outputOffset = outputSize == 0 ? 0 : outputOffset;
        call.outputSize = outputSize;
        return (true, requested);
    }

    /// Pays for access, delegation (EIP-7702), value and a new account; finds the code that will run.
    function _payAccess(Env calldata env, Machine memory m, Call memory call) private view returns (bool isPaid) {
        TxAccount memory target;
        (isPaid, target) = _access(env, m, call.target, WARM_ACCESS);
        if (!isPaid) return false;
        call.codeHash = target.codeHash;
        uint256 delegate = env.fork == 0 ? 0 : uint256(uint160(_codeOf(env, target.codeHash).delegate));
        if (delegate != 0) {
            TxAccount memory other;
            (isPaid, other) = _access(env, m, delegate, WARM_ACCESS);
            if (!isPaid) return false;
            call.codeHash = _isPrecompile(env, delegate) ? Journal.EMPTY_CODE_HASH : other.codeHash;
        }
        if (call.value == 0) return true;
        if (!_charge(m, CALL_VALUE)) return false;
        return call.opcode != CALL || !target.isEmpty() || _charge(m, NEW_ACCOUNT);
    }

    function _callInto(Env calldata env, Machine memory m, Call memory call) private pure {
        if (m.run.depth >= MAX_DEPTH || !_hasBalance(m, call)) {
            _giveBack(m, call.gas, 0);
            return;
        }
        FrameContext memory context;
        _snapshot(m, context);
        bool ownStorage = call.opcode == CALLCODE || call.opcode == DELEGATECALL;
        if (!ownStorage) _transfer(m, m.frame.self, call.target, call.value);
        if (_isPrecompile(env, call.target)) {
            m.run.pending = keccak256(
                abi.encode(
                    MachineState.PRECOMPILE,
                    call.target,
                    call.inputRoot,
                    call.inputOffset,
                    call.inputLength,
                    call.gas,
                    call.outputOffset,
                    call.outputSize,
                    context.journal
                )
            );
            return;
        }
        if (call.codeHash == Journal.EMPTY_CODE_HASH) {
            _giveBack(m, call.gas, 1);
            return;
        }
        (context.caller, context.value) = (m.frame.self, call.value);
        if (call.opcode == DELEGATECALL) {
            FrameContext memory own = _context(m);
            (context.caller, context.value) = (own.caller, own.value);
        }
        (context.inputRoot, context.inputOffset) = (call.inputRoot, call.inputOffset);
        context.inputLength = call.inputLength;
        (context.outputOffset, context.outputSize) = (call.outputOffset, call.outputSize);
        uint256 self = ownStorage ? m.frame.self : call.target;
        uint256 isStatic = call.opcode == STATICCALL ? 1 : m.frame.isStatic;
        _enter(m, context, call.codeHash, self, isStatic, call.gas);
    }

    function _hasBalance(Machine memory m, Call memory call) private pure returns (bool) {
        if (call.value == 0) return true;
        (, TxAccount memory self) = Journal.account(m.witness, m.run.journal, m.frame.self);
        return self.balance >= call.value;
    }

    function _giveBack(Machine memory m, uint256 gas, uint256 result) private pure {
        m.frame.gas += gas;
        _push(m, result);
    }

    /// EIP-6780: only a contract of the same transaction vanishes, any other sends its balance.
    function _selfdestruct(Env calldata env, Machine memory m) private pure returns (bool) {
        if (m.frame.isStatic != 0) return false;
        uint256 heir = _addressOf(_pop(m, 1)[0]);
        (bool isPaid, TxAccount memory other) = _access(env, m, heir, 0);
        if (!isPaid) return false;
        (Path memory way, TxAccount memory self) = Journal.account(m.witness, m.run.journal, m.frame.self);
        uint256 balance = self.balance;
        if (balance != 0 && other.isEmpty() && !_charge(m, NEW_ACCOUNT)) return false;
        bool isNew = self.flags & Journal.CREATED != 0;
        if (heir != m.frame.self || isNew) {
            self.balance = 0;
            self.flags |= isNew ? Journal.TOUCHED | Journal.DESTROYED : Journal.TOUCHED;
            m.run.journal = way.put(self);
        }
        if (heir != m.frame.self) _credit(m, heir, balance);
        m.run.pending = STOP;
        return true;
    }
}
