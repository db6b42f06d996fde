// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICodeRegistry} from "../ICodeRegistry.sol";
import {Journal, TxAccount} from "../Journal.sol";
import {Env, Machine} from "../MachineState.sol";
import {Path} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {RunStep} from "./RunStep.sol";

/// What steps have in common that name accounts.
abstract contract AccountAccess is RunStep {
    using WitnessReader for Witness;
    using Journal for Path;

    uint256 internal constant COLD_ACCOUNT = 2_600;
    uint256 internal constant WARM_ACCESS = 100;

    function _addressOf(uint256 word) internal pure returns (uint256) {
        return uint256(uint160(word));
    }

    function _isPrecompile(Env calldata env, uint256 account) internal pure returns (bool) {
        return account != 0 && account <= (env.fork == 0 ? 10 : 17);
    }

    /// Pays for access to an account and makes it warm (EIP-2929). @param ifWarm gas of a warm one
    function _access(Env calldata env, Machine memory m, uint256 key, uint256 ifWarm)
        internal
        pure
        returns (bool isPaid, TxAccount memory account)
    {
        Path memory way;
        (way, account) = Journal.account(m.witness, m.run.journal, key);
        bool isCold = !_isPrecompile(env, key) && account.flags & Journal.WARM == 0;
        if (!_charge(m, isCold ? COLD_ACCOUNT : ifWarm)) return (false, account);
        if (isCold) {
            account.flags |= Journal.WARM;
            m.run.journal = way.put(account);
        }
        return (true, account);
    }

    function _codeOf(Env calldata env, bytes32 codeHash) internal view returns (ICodeRegistry.Code memory code) {
        if (codeHash == Journal.EMPTY_CODE_HASH) {
            code.known = true;
            code.bytesRoot = EMPTY_TREE;
            return code;
        }
        code = env.codes.codeOf(codeHash);
        if (!code.known) revert UnknownCode(codeHash);
    }

    /// Moves value; from an account to itself it only touches.
    function _transfer(Machine memory m, uint256 from, uint256 to, uint256 value) internal pure {
        bool moves = value != 0 && from != to;
        _credit(m, to, moves ? value : 0);
        if (!moves) return;
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, from);
        account.balance -= value;
        account.flags |= Journal.TOUCHED;
        m.run.journal = way.put(account);
    }

    function _credit(Machine memory m, uint256 to, uint256 value) internal pure {
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, to);
        unchecked {
            account.balance += value;
        }
        account.flags |= Journal.TOUCHED;
        m.run.journal = way.put(account);
    }
}
