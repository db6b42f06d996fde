// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "../IStep.sol";
import {BlockAccount, BlockSlot, Journal} from "../Journal.sol";
import {Env} from "../MachineState.sol";
import {BetweenWords, BlockWords, FactsWords, FlushWords, Kinds, Preimage, ProgressWords} from "../Words.sol";
import {MerklePatriciaUpdate} from "../lib/MerklePatriciaUpdate.sol";
import {Rlp} from "../lib/Rlp.sol";
import {SealWords} from "../lib/SealState.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";

/// What comes behind a block's transactions: its journal goes into the tries of the state, from the left, slot by slot and account
/// by account, until nothing is left of it. packages/dispute/src/flush/flush.ts is the other implementation.
contract Flush is IStep {
    using WitnessReader for Witness;
    using Preimage for Witness;
    using Preimage for uint256[];
    using Journal for Path;
    using SparseTree for Path;

    /// Phase of a block in which its transactions run.
    uint256 private constant TRANSACTIONS = 2;

    /// @inheritdoc IStep
    function step(Env calldata, bytes32 pre, bytes calldata data) external pure returns (bytes32) {
        Witness memory witness = WitnessReader.open(data);
        uint256 kind = witness.word();
        witness = WitnessReader.open(data);
        if (kind == Kinds.BETWEEN) return _begin(witness, pre);
        if (kind != Kinds.FLUSH) revert WrongState();
        uint256[] memory flush = witness.open(pre, FlushWords.COUNT);
        bytes32 journal = bytes32(flush[FlushWords.BLOCK_JOURNAL]);
        // INVARIANT: nothing of the journal is passed over, for a tree is 0 only when every leaf was taken.
        if (journal == 0) {
            return SealWords.begin(
                bytes32(flush[FlushWords.BLOCK_CONTEXT]),
                bytes32(flush[FlushWords.PROGRESS]),
                bytes32(flush[FlushWords.ROOT])
            );
        }
        (journal, flush[FlushWords.ROOT]) = _take(witness, journal, flush[FlushWords.ROOT]);
        flush[FlushWords.BLOCK_JOURNAL] = uint256(journal);
        return flush.hash();
    }

    /// A block that has a receipt for each of its transactions.
    function _begin(Witness memory witness, bytes32 pre) private pure returns (bytes32) {
        uint256[] memory between = witness.open(pre, BetweenWords.COUNT);
        uint256[] memory progress = witness.open(bytes32(between[BetweenWords.PROGRESS]), ProgressWords.COUNT);
        uint256[] memory facts = witness.open(bytes32(progress[ProgressWords.FACTS]), FactsWords.COUNT);
        uint256[] memory context = witness.open(bytes32(between[BetweenWords.BLOCK_CONTEXT]), BlockWords.COUNT);
        if (
            progress[ProgressWords.PHASE] != TRANSACTIONS
                || progress[ProgressWords.RECEIPTS] != facts[FactsWords.TOTAL]
        ) revert WrongState();
        return keccak256(
            abi.encode(
                Kinds.FLUSH,
                between[BetweenWords.BLOCK_CONTEXT],
                between[BetweenWords.BLOCK_JOURNAL],
                between[BetweenWords.PROGRESS],
                context[BlockWords.WORLD_ROOT]
            )
        );
    }

    /// Takes the first slot of the first account, or that account when it has no slots left.
    /// @return the journal without it, and the root of the state with it
    function _take(Witness memory witness, bytes32 journal, uint256 root) private pure returns (bytes32, uint256) {
        uint256 key = witness.word();
        Path memory way = SparseTree.open(witness, journal, key);
        if (!way.isLeftmost()) revert WrongState();
        BlockAccount memory account = Journal.blockAccount(witness, way);
        if (account.slots != 0) {
            _takeSlot(witness, account);
            return (way.put(account), root);
        }
        if (account.isDirty != 0) {
            bytes32 path = keccak256(abi.encodePacked(uint160(key)));
            root = uint256(MerklePatriciaUpdate.set(witness, bytes32(root), path, _encode(account)));
        }
        return (way.withoutLeftmost(), root);
    }

    function _takeSlot(Witness memory witness, BlockAccount memory account) private pure {
        uint256 key = witness.word();
        Path memory way = SparseTree.open(witness, account.slots, key);
        if (!way.isLeftmost()) revert WrongState();
        BlockSlot memory slot = Journal.blockSlot(witness, way);
        if (slot.isDirty != 0) {
            bytes memory value;
            if (slot.value != 0) value = Rlp.number(slot.value);
            account.storageRoot =
                MerklePatriciaUpdate.set(witness, account.storageRoot, keccak256(abi.encode(key)), value);
            account.isDirty = 1;
        }
        account.slots = way.withoutLeftmost();
    }

    /// @return encoded of no length for an empty account, which is not in the state (EIP-161)
    function _encode(BlockAccount memory account) private pure returns (bytes memory encoded) {
        bool isEmpty = account.nonce == 0 && account.balance == 0 && account.codeHash == Journal.EMPTY_CODE_HASH;
        if (isEmpty) return encoded;
        return Rlp.list(
            abi.encodePacked(
                Rlp.number(account.nonce),
                Rlp.number(account.balance),
                uint8(0xa0),
                account.storageRoot,
                uint8(0xa0),
                account.codeHash
            )
        );
    }
}
