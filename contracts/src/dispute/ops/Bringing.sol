// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockAccount, BlockSlot, Journal, TxAccount, TxSlot} from "../Journal.sol";
import {Machine} from "../MachineState.sol";
import {BlockWords, Preimage} from "../Words.sol";
import {MerklePatricia} from "../lib/MerklePatricia.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {AccountAccess} from "./AccountAccess.sol";

/// Brings an account one step nearer to the transaction's journal.
abstract contract Bringing is AccountAccess {
    using WitnessReader for Witness;
    using Journal for Path;
    using MerklePatricia for MerklePatricia.Item;

    /// @param way that ends without the account
    function _bring(Machine memory m, Path memory way) internal pure {
        Path memory blockWay = SparseTree.open(m.witness, m.run.blockJournal, way.key);
        if (blockWay.found) {
            BlockAccount memory known = Journal.blockAccount(m.witness, blockWay);
            TxAccount memory account;
            account.nonce = known.nonce;
            account.balance = known.balance;
            account.codeHash = known.codeHash;
            m.run.journal = way.put(account);
            return;
        }
        uint256[] memory words = Preimage.open(m.witness, m.run.blockContext, BlockWords.COUNT);
        m.run.blockJournal = blockWay.put(_worldAccount(m, bytes32(words[BlockWords.WORLD_ROOT]), way.key));
    }

    function _worldAccount(Machine memory m, bytes32 root, uint256 key)
        internal
        pure
        returns (BlockAccount memory account)
    {
        (bool found, MerklePatricia.Item memory value) =
            MerklePatricia.get(m.witness, root, keccak256(abi.encodePacked(uint160(key))));
        account.codeHash = Journal.EMPTY_CODE_HASH;
        account.storageRoot = Journal.EMPTY_TRIE_ROOT;
        if (!found) return account;
        MerklePatricia.Item memory fields = MerklePatricia._content(value, true);
        account.nonce = _field(fields, 0);
        account.balance = _field(fields, 1);
        account.storageRoot = bytes32(_field(fields, 2));
        account.codeHash = bytes32(_field(fields, 3));
    }

    function _field(MerklePatricia.Item memory fields, uint256 index) internal pure returns (uint256) {
        return MerklePatricia._content(MerklePatricia._item(fields, index), false).number();
    }

    /// The same for a slot of an account that is there already.
    function _bringSlot(Machine memory m, uint256 owner, uint256 key) internal pure {
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, owner);
        Path memory slotWay = SparseTree.open(m.witness, account.slots, key);
        if (slotWay.found) revert WrongState();
        Path memory blockWay = SparseTree.open(m.witness, m.run.blockJournal, owner);
        BlockAccount memory known = Journal.blockAccount(m.witness, blockWay);
        Path memory blockSlotWay = SparseTree.open(m.witness, known.slots, key);
        if (blockSlotWay.found) {
            BlockSlot memory slot = Journal.blockSlot(m.witness, blockSlotWay);
            account.slots = slotWay.put(TxSlot(0, slot.value, slot.value));
            m.run.journal = way.put(account);
            return;
        }
        (bool found, MerklePatricia.Item memory value) =
            MerklePatricia.get(m.witness, known.storageRoot, keccak256(abi.encode(key)));
        uint256 word = found ? MerklePatricia._content(value, false).number() : 0;
        known.slots = blockSlotWay.put(BlockSlot(0, word));
        m.run.blockJournal = blockWay.put(known);
    }
}
