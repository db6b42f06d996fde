// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockAccount, BlockSlot, Journal, TxAccount, TxSlot} from "../Journal.sol";
import {Env, Machine} from "../MachineState.sol";
import {BlockWords, EndWords, Kinds, Preimage, ReceiptWords, TransactionWords} from "../Words.sol";
import {IStep} from "../IStep.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {Bringing} from "./Bringing.sol";

/// What comes after a transaction's first frame: who gets what was paid, and its journal becomes part of the block's.
contract TransactionEnd is Bringing {
    using WitnessReader for Witness;
    using Journal for Path;
    using Journal for TxAccount;
    using SparseTree for Path;

    // Phases.
    uint256 private constant SENDER = 0;
    uint256 private constant COINBASE = 1;
    uint256 private constant BASE_FEE = 2;
    uint256 private constant DATA_FEE = 3;
    uint256 private constant FOLD = 4;

    /// @inheritdoc IStep
    function step(Env calldata, bytes32 pre, bytes calldata witness) external pure returns (bytes32) {
        Machine memory m;
        m.witness = WitnessReader.open(witness);
        uint256[] memory end = Preimage.open(m.witness, pre, EndWords.COUNT);
        if (end[0] != Kinds.END) revert WrongState();
        (m.run.transaction, m.run.blockContext) = (bytes32(end[EndWords.TRANSACTION]), bytes32(end[EndWords.BLOCK_CONTEXT]));
        (m.run.journal, m.run.blockJournal) = (bytes32(end[EndWords.JOURNAL]), bytes32(end[EndWords.BLOCK_JOURNAL]));
        if (end[EndWords.PHASE] == FOLD) {
            if (m.run.journal == 0) return _receipt(m, end);
            _fold(m);
        } else if (_pay(m, end)) {
            end[EndWords.PHASE]++;
        }
        (end[EndWords.JOURNAL], end[EndWords.BLOCK_JOURNAL]) = (uint256(m.run.journal), uint256(m.run.blockJournal));
        return Preimage.hash(end);
    }

    function _receipt(Machine memory m, uint256[] memory end) private pure returns (bytes32) {
        uint256[] memory words = new uint256[](ReceiptWords.COUNT);
        words[0] = Kinds.RECEIPT;
        words[ReceiptWords.TRANSACTION] = uint256(m.run.transaction);
        words[ReceiptWords.BLOCK_CONTEXT] = uint256(m.run.blockContext);
        words[ReceiptWords.BLOCK_JOURNAL] = uint256(m.run.blockJournal);
        words[ReceiptWords.SUCCEEDED] = end[EndWords.SUCCEEDED];
        words[ReceiptWords.GAS_USED] = end[EndWords.GAS_USED];
        words[ReceiptWords.LOG_COUNT] = end[EndWords.LOG_COUNT];
        words[ReceiptWords.LOGS] = end[EndWords.LOGS];
        return Preimage.hash(words);
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
        uint256[] memory transaction = Preimage.open(m.witness, m.run.transaction, TransactionWords.COUNT);
        uint256 gasPrice = transaction[TransactionWords.GAS_PRICE];
        uint256 phase = end[EndWords.PHASE];
        uint256 used = end[EndWords.GAS_USED];
        if (phase == SENDER) return (transaction[TransactionWords.SENDER], (transaction[TransactionWords.GAS_LIMIT] - used) * gasPrice);
        uint256[] memory words = Preimage.open(m.witness, m.run.blockContext, BlockWords.COUNT);
        uint256 basePrice = gasPrice < words[BlockWords.BASE_FEE] ? gasPrice : words[BlockWords.BASE_FEE];
        if (phase == COINBASE) return (words[BlockWords.COINBASE], used * (gasPrice - basePrice));
        if (phase == BASE_FEE) return (words[BlockWords.BASE_FEE_RECIPIENT], used * basePrice);
        return (words[BlockWords.DATA_FEE_RECIPIENT], transaction[TransactionWords.DATA_FEE]);
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
