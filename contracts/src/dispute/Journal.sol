// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashing} from "./lib/Hashing.sol";
import {Path, SparseTree} from "./lib/SparseTree.sol";
import {Witness, WitnessReader} from "./lib/Witness.sol";

/// An account as the running transaction has it; packages/dispute/src/machine/entries.ts says what the words mean.
struct TxAccount {
    uint256 flags;
    uint256 nonce;
    uint256 balance;
    bytes32 codeHash;
    bytes32 slots;
    bytes32 transients;
}

struct TxSlot {
    uint256 isWarm;
    uint256 original;
    uint256 current;
}

/// An account as the block's transactions so far have left it.
struct BlockAccount {
    uint256 isDirty;
    uint256 nonce;
    uint256 balance;
    bytes32 codeHash;
    bytes32 storageRoot;
    bytes32 slots;
}

struct BlockSlot {
    uint256 isDirty;
    uint256 value;
}

/// The journals of a transaction and of its block: entries are shown with their way, changed, and put back.
library Journal {
    using WitnessReader for Witness;

    uint256 internal constant WARM = 1;
    uint256 internal constant CREATED = 2;
    uint256 internal constant DESTROYED = 4;
    uint256 internal constant TOUCHED = 8;
    bytes32 internal constant EMPTY_CODE_HASH = keccak256("");
    /// Of a Merkle Patricia trie without entries.
    bytes32 internal constant EMPTY_TRIE_ROOT = keccak256(hex"80");

    error NotLoaded(uint256 key);
    error WrongEntry();

    /// @return path for `put`
    function account(Witness memory witness, bytes32 journal, uint256 key)
        internal
        pure
        returns (Path memory path, TxAccount memory entry)
    {
        path = _opened(witness, journal, key);
        _read(witness, path.value, _at(entry), 6);
    }

    /// The same where the way is known to end at the account.
    function txAccount(Witness memory witness, Path memory path) internal pure returns (TxAccount memory entry) {
        _read(witness, path.value, _at(entry), 6);
    }

    function put(Path memory path, TxAccount memory entry) internal pure returns (bytes32 journal) {
        return SparseTree.set(path, Hashing.range(_at(entry), 6));
    }

    function slot(Witness memory witness, bytes32 slots, uint256 key)
        internal
        pure
        returns (Path memory path, TxSlot memory entry)
    {
        path = _opened(witness, slots, key);
        _read(witness, path.value, _at(entry), 3);
    }

    function put(Path memory path, TxSlot memory entry) internal pure returns (bytes32 slots) {
        return SparseTree.set(path, Hashing.range(_at(entry), 3));
    }

    function blockAccount(Witness memory witness, Path memory path) internal pure returns (BlockAccount memory entry) {
        if (!path.found) revert NotLoaded(path.key);
        _read(witness, path.value, _at(entry), 6);
    }

    function put(Path memory path, BlockAccount memory entry) internal pure returns (bytes32 journal) {
        return SparseTree.set(path, Hashing.range(_at(entry), 6));
    }

    function blockSlot(Witness memory witness, Path memory path) internal pure returns (BlockSlot memory entry) {
        _read(witness, path.value, _at(entry), 2);
    }

    function put(Path memory path, BlockSlot memory entry) internal pure returns (bytes32 slots) {
        return SparseTree.set(path, Hashing.range(_at(entry), 2));
    }

    /// EIP-161.
    function isEmpty(TxAccount memory entry) internal pure returns (bool) {
        return entry.nonce == 0 && entry.balance == 0 && entry.codeHash == EMPTY_CODE_HASH;
    }

    function _opened(Witness memory witness, bytes32 root, uint256 key) private pure returns (Path memory path) {
        path = SparseTree.open(witness, root, key);
        if (!path.found) revert NotLoaded(key);
    }

    function _read(Witness memory witness, bytes32 digest, uint256 pointer, uint256 count) private pure {
        witness.wordsTo(count, pointer);
        if (Hashing.range(pointer, count) != digest) revert WrongEntry();
    }

    function _at(TxAccount memory entry) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := entry
        }
    }

    function _at(TxSlot memory entry) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := entry
        }
    }

    function _at(BlockAccount memory entry) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := entry
        }
    }

    function _at(BlockSlot memory entry) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := entry
        }
    }
}
