// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashing} from "./Hashing.sol";
import {Witness, WitnessReader} from "./Witness.sol";

/// Way to a key in a sparse tree, as it was shown.
struct Path {
    uint256 key;
    uint256 path;
    /// Levels above the place where the way ends.
    uint256 depth;
    /// Bit i: there is something beside the way at level i, counted from the root.
    uint256 beside;
    /// Where in the calldata those digests are, the deepest first.
    uint256 siblings;
    bool found;
    /// Digest of the value that was found.
    bytes32 value;
    /// What lies there instead: a leaf with another key, or nothing (0).
    bytes32 otherLeaf;
    uint256 otherPath;
}

/// Merkle trees over words, keys at the shortest prefix of their hash that no other key shares. Empty = 0, leaf =
/// keccak256(0x00 || key || digest of value), node = keccak256(left || right).
/// packages/dispute/src/commit/sparseTree.ts is the other implementation.
library SparseTree {
    using WitnessReader for Witness;

    uint256 private constant NOTHING = 0;
    uint256 private constant FOUND = 1;
    uint256 private constant OTHER = 2;

    error WrongPath();

    /// Reads the way to a key: depth, map of what is beside it, those digests, what it ends at.
    function open(Witness memory witness, bytes32 root, uint256 key) internal pure returns (Path memory path) {
        path.key = key;
        path.path = _pathOf(key);
        path.depth = witness.word();
        path.beside = witness.word();
        if (path.depth > 256 || (path.depth < 256 && path.beside >> path.depth != 0)) revert WrongPath();
        path.siblings = witness.position;
        for (uint256 bits = path.beside; bits != 0; bits &= bits - 1) {
            witness.word();
        }
        uint256 kind = witness.word();
        bytes32 leaf;
        if (kind == FOUND) {
            path.found = true;
            path.value = witness.digest();
            leaf = _leaf(key, path.value);
        } else if (kind == OTHER) {
            uint256 other = witness.word();
            if (other == key) revert WrongPath();
            path.otherPath = _pathOf(other);
            path.otherLeaf = leaf = _leaf(other, witness.digest());
        } else if (kind != NOTHING) {
            revert WrongPath();
        }
        if (_climb(path, leaf) != root) revert WrongPath();
    }

    /// Root of the tree with this value at the key.
    function set(Path memory path, bytes32 value) internal pure returns (bytes32) {
        bytes32 node = _leaf(path.key, value);
        if (path.otherLeaf != 0) {
            uint256 level = path.depth;
            while (_isRight(path.path, level) == _isRight(path.otherPath, level)) {
                level++;
            }
            node = _isRight(path.path, level)
                ? Hashing.pair(path.otherLeaf, node)
                : Hashing.pair(node, path.otherLeaf);
            while (level > path.depth) {
                level--;
                node = _isRight(path.path, level) ? Hashing.pair(0, node) : Hashing.pair(node, 0);
            }
        }
        return _climb(path, node);
    }

    /// Whether nothing lies before the key: then it is the first that a tree is emptied of.
    function isLeftmost(Path memory path) internal pure returns (bool) {
        for (uint256 level = 0; level < path.depth; level++) {
            if (_isRight(path.path, level) && (path.beside >> level) & 1 == 1) return false;
        }
        return path.found;
    }

    /// Root of the tree without its leftmost key. What is left is not pulled up, so that one way suffices to check it.
    function withoutLeftmost(Path memory path) internal pure returns (bytes32) {
        // Above the place, the first level with something beside it keeps a node; below it there is nothing left.
        uint256 position = path.siblings;
        bytes32 node = 0;
        for (uint256 level = path.depth; level > 0;) {
            level--;
            bytes32 beside = 0;
            if ((path.beside >> level) & 1 == 1) {
                assembly ("memory-safe") {
                    beside := calldataload(position)
                }
                position += 32;
            }
            if (node == 0 && beside == 0) continue;
            node = _isRight(path.path, level) ? Hashing.pair(beside, node) : Hashing.pair(node, beside);
        }
        return node;
    }

    function _climb(Path memory path, bytes32 node) private pure returns (bytes32) {
        uint256 position = path.siblings;
        for (uint256 level = path.depth; level > 0;) {
            level--;
            bytes32 beside = 0;
            if ((path.beside >> level) & 1 == 1) {
                assembly ("memory-safe") {
                    beside := calldataload(position)
                }
                position += 32;
            }
            node = _isRight(path.path, level) ? Hashing.pair(beside, node) : Hashing.pair(node, beside);
        }
        return node;
    }

    function _isRight(uint256 path, uint256 level) private pure returns (bool) {
        return (path >> (255 - level)) & 1 == 1;
    }

    function _pathOf(uint256 key) private pure returns (uint256 path) {
        assembly ("memory-safe") {
            mstore(0, key)
            path := keccak256(0, 0x20)
        }
    }

    function _leaf(uint256 key, bytes32 value) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0), key, value));
    }
}
