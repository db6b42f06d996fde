// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockAccount, BlockSlot, Journal, TxAccount, TxSlot} from "../Journal.sol";
import {Env, Machine, MachineState} from "../MachineState.sol";
import {IStep} from "../IStep.sol";
import {Bytes} from "../lib/Bytes.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {Bringing} from "./Bringing.sol";

/// What comes after a transaction's first frame: who gets what was paid, and its journal becomes part of the block's.
contract TransactionEnd is Bringing {
    using WitnessReader for Witness;
    using Journal for Path;
    using Journal for TxAccount;
    using SparseTree for Path;

    uint256 private constant END_WORDS = 10;
    // Places in the state's words.
    uint256 private constant JOURNAL = 3;
    uint256 private constant BLOCK_JOURNAL = 4;
    uint256 private constant LOG_COUNT = 5;
    uint256 private constant LOGS = 6;
    uint256 private constant SUCCEEDED = 7;
    uint256 private constant GAS_USED = 8;
    uint256 private constant PHASE = 9;

    // Phases.
    uint256 private constant SENDER = 0;
    uint256 private constant COINBASE = 1;
    uint256 private constant BASE_FEE = 2;
    uint256 private constant DATA_FEE = 3;
    uint256 private constant FOLD = 4;

    uint256 private constant TRANSACTION_WORDS = 19;
    uint256 private constant TX_SENDER = 0;
    uint256 private constant TX_GAS_LIMIT = 6;
    uint256 private constant TX_GAS_PRICE = 7;
    uint256 private constant TX_DATA_FEE = 12;
    uint256 private constant BLOCK_WORDS = 13;
    uint256 private constant BLOCK_BASE_FEE = 5;
    uint256 private constant BLOCK_COINBASE = 6;
    uint256 private constant BLOCK_BASE_FEE_RECIPIENT = 7;
    uint256 private constant BLOCK_DATA_FEE_RECIPIENT = 8;

    /// @inheritdoc IStep
    function step(Env calldata, bytes32 pre, bytes calldata witness) external pure returns (bytes32) {
        Machine memory m;
        m.witness = WitnessReader.open(witness);
        uint256[] memory end = m.witness.words(END_WORDS);
        if (end[0] != MachineState.END || Bytes.hash(end, 0, END_WORDS << 5) != pre) revert WrongState();
        (m.run.transaction, m.run.blockContext) = (bytes32(end[1]), bytes32(end[2]));
        (m.run.journal, m.run.blockJournal) = (bytes32(end[JOURNAL]), bytes32(end[BLOCK_JOURNAL]));
        if (end[PHASE] == FOLD) {
            if (m.run.journal == 0) return _between(m, end);
            _fold(m);
        } else if (_pay(m, end)) {
            end[PHASE]++;
        }
        (end[JOURNAL], end[BLOCK_JOURNAL]) = (uint256(m.run.journal), uint256(m.run.blockJournal));
        return Bytes.hash(end, 0, END_WORDS << 5);
    }

    function _between(Machine memory m, uint256[] memory end) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                MachineState.BETWEEN,
                m.run.blockContext,
                m.run.blockJournal,
                true,
                end[SUCCEEDED],
                end[GAS_USED],
                end[LOG_COUNT],
                end[LOGS]
            )
        );
    }

    /// @return whether the phase is over: what its payee lacked in the journal is brought first
    function _pay(Machine memory m, uint256[] memory end) private pure returns (bool) {
        (uint256 payee, uint256 fee) = _feeOf(m, end);
        if (fee == 0) return true;
        Path memory way = SparseTree.open(m.witness, m.run.journal, payee);
        if (!way.found) {
            _bring(m, way);
            return false;
        }
        TxAccount memory account = Journal.txAccount(m.witness, way);
        account.balance += fee;
        account.flags |= Journal.TOUCHED;
        m.run.journal = way.put(account);
        return true;
    }

    /// Base fees are never burned.
    function _feeOf(Machine memory m, uint256[] memory end) private pure returns (uint256 payee, uint256 fee) {
        uint256[] memory transaction = m.witness.words(TRANSACTION_WORDS);
        if (Bytes.hash(transaction, 0, TRANSACTION_WORDS << 5) != m.run.transaction) revert WrongState();
        uint256 gasPrice = transaction[TX_GAS_PRICE];
        uint256 phase = end[PHASE];
        uint256 used = end[GAS_USED];
        if (phase == SENDER) return (transaction[TX_SENDER], (transaction[TX_GAS_LIMIT] - used) * gasPrice);
        uint256[] memory words = m.witness.words(BLOCK_WORDS);
        if (Bytes.hash(words, 0, BLOCK_WORDS << 5) != m.run.blockContext) revert WrongState();
        uint256 basePrice = gasPrice < words[BLOCK_BASE_FEE] ? gasPrice : words[BLOCK_BASE_FEE];
        if (phase == COINBASE) return (words[BLOCK_COINBASE], used * (gasPrice - basePrice));
        if (phase == BASE_FEE) return (words[BLOCK_BASE_FEE_RECIPIENT], used * basePrice);
        return (words[BLOCK_DATA_FEE_RECIPIENT], transaction[TX_DATA_FEE]);
    }

    /// Takes the first entry out of the transaction's journal and puts it into the block's: a slot, or an account without slots.
    function _fold(Machine memory m) private pure {
        uint256 key = m.witness.word();
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, key);
        if (!way.isLeftmost()) revert WrongState();
        Path memory blockWay = SparseTree.open(m.witness, m.run.blockJournal, key);
        BlockAccount memory known = Journal.blockAccount(m.witness, blockWay);
        bool isTouched = account.flags & Journal.TOUCHED != 0;
        if (account.flags & Journal.DESTROYED != 0 || (isTouched && account.isEmpty())) {
            // EIP-6780 and EIP-161.
            known = BlockAccount(1, 0, 0, Journal.EMPTY_CODE_HASH, Journal.EMPTY_TRIE_ROOT, 0);
            m.run.blockJournal = blockWay.put(known);
            m.run.journal = way.withoutLeftmost();
        } else if (account.slots != 0) {
            account.slots = _foldSlot(m, account.slots, known);
            m.run.blockJournal = blockWay.put(known);
            m.run.journal = way.put(account);
        } else {
            if (isTouched) {
                known.isDirty = 1;
                (known.nonce, known.balance, known.codeHash) = (account.nonce, account.balance, account.codeHash);
                m.run.blockJournal = blockWay.put(known);
            }
            m.run.journal = way.withoutLeftmost();
        }
    }

    /// @return slots without the first one
    function _foldSlot(Machine memory m, bytes32 slots, BlockAccount memory known) private pure returns (bytes32) {
        uint256 key = m.witness.word();
        (Path memory way, TxSlot memory slot) = Journal.slot(m.witness, slots, key);
        if (!way.isLeftmost()) revert WrongState();
        Path memory blockWay = SparseTree.open(m.witness, known.slots, key);
        if (!blockWay.found) revert WrongState();
        BlockSlot memory before = Journal.blockSlot(m.witness, blockWay);
        if (before.value != slot.current) before.isDirty = 1;
        before.value = slot.current;
        known.slots = blockWay.put(before);
        return way.withoutLeftmost();
    }
}
