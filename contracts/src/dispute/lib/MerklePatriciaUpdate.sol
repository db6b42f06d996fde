// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerklePatricia} from "./MerklePatricia.sol";
import {Nibbles, NibblesLib} from "./Nibbles.sol";
import {Rlp} from "./Rlp.sol";
import {Witness, WitnessReader} from "./Witness.sol";

/// Changes Ethereum's tries (yellow paper, appendix D): root after a key has another value, or none any more. Shown are the nodes
/// on the way to the key, from the root, and behind them the one that stays alone in a branch whose other child is removed, where
/// it is not part of the branch. Nodes shorter than 32 bytes lie inside the one above and are not shown.
/// packages/engine/src/trie is the other implementation.
library MerklePatriciaUpdate {
    using WitnessReader for Witness;
    using MerklePatricia for MerklePatricia.Item;
    using NibblesLib for Nibbles;

    uint256 private constant KEY_NIBBLES = 64;
    bytes private constant NOTHING = hex"80";

    /// The way to a key.
    struct Way {
        /// Nodes that the way goes on from, the root first: where their content is, how long, where the child is in it, how long.
        uint256[] levels;
        uint256 depth;
        /// Nibbles of the key above the place where the way ends.
        uint256 start;
        /// Content of the leaf or extension that it ends at, of no length where there is nothing.
        MerklePatricia.Item end;
        bool isLeaf;
        Nibbles path;
        /// Nibbles that this path and the key share.
        uint256 shared;
    }

    /// @param key 32 bytes
    /// @param value of no length: the key is removed
    function set(Witness memory witness, bytes32 root, bytes32 key, bytes memory value)
        internal
        pure
        returns (bytes32)
    {
        if (root == MerklePatricia.EMPTY_ROOT) {
            if (value.length == 0) return root;
            return keccak256(_short(NibblesLib.from(key, 0), true, Rlp.string_(value)));
        }
        Way memory way = _wayTo(witness, root, key);
        bool isFound = way.end.length != 0 && way.isLeaf && way.shared == way.path.count;
        if (value.length == 0) return isFound ? _remove(witness, way) : root;
        Nibbles memory rest = NibblesLib.from(key, way.start);
        bytes memory item = Rlp.string_(value);
        if (isFound || way.end.length == 0) return _climb(way, _short(rest, true, item));
        return _climb(way, _split(way, rest, item));
    }

    function _wayTo(Witness memory witness, bytes32 root, bytes32 key) private pure returns (Way memory way) {
        way.levels = new uint256[](KEY_NIBBLES);
        MerklePatricia.Item memory node = MerklePatricia._shown(witness, root);
        while (true) {
            MerklePatricia.Item memory next;
            if (node._count() == MerklePatricia.BRANCH_ITEMS) {
                if (way.start == KEY_NIBBLES) revert MerklePatricia.WrongNode();
                next = node._item(uint256(key) >> (252 - 4 * way.start) & 15);
                way.start++;
            } else {
                (way.path, way.isLeaf) = _path(node);
                Nibbles memory rest = NibblesLib.from(key, way.start);
                way.shared = way.path.shared(rest);
                if (way.isLeaf || way.shared < way.path.count) {
                    if (way.isLeaf && way.path.count != rest.count) revert MerklePatricia.WrongNode();
                    way.end = node;
                    return way;
                }
                if (way.shared == 0) revert MerklePatricia.WrongNode();
                next = node._item(1);
                way.start += way.shared;
            }
            way.levels[way.depth++] = _pack(node, next);
            if (_isNothing(next)) return way;
            node = _opened(witness, next);
        }
    }

    /// Content of the node that an item of a branch or extension stands for.
    function _opened(Witness memory witness, MerklePatricia.Item memory item)
        private
        pure
        returns (MerklePatricia.Item memory)
    {
        if (MerklePatricia._byte(item.pointer) >= 0xc0) return item._content(true);
        MerklePatricia.Item memory hash = item._content(false);
        if (hash.length != 32) revert MerklePatricia.WrongNode();
        return MerklePatricia._shown(witness, hash._word());
    }

    /// The branch, and the extension before it, that a leaf or extension becomes whose path the key leaves.
    function _split(Way memory way, Nibbles memory rest, bytes memory item) private pure returns (bytes memory node) {
        uint256 shared = way.shared;
        bytes memory old = _bytes(way.end._item(1));
        // What an extension of one nibble leads to, the branch has.
        if (way.isLeaf || way.path.count > shared + 1) {
            old = _form(_short(way.path.tail(shared + 1), way.isLeaf, old));
        }
        bytes memory added = _form(_short(rest.tail(shared + 1), true, item));
        node = _branch(way.path.nibble(shared), old, rest.nibble(shared), added);
        if (shared != 0) node = _short(rest.head(shared), false, _form(node));
    }

    /// Root without the leaf that the way ends at.
    function _remove(Witness memory witness, Way memory way) private pure returns (bytes32) {
        if (way.depth == 0) return MerklePatricia.EMPTY_ROOT;
        uint256 level = way.levels[--way.depth];
        (MerklePatricia.Item memory branch, MerklePatricia.Item memory child) = _unpack(level);
        if (branch._count() != MerklePatricia.BRANCH_ITEMS) revert MerklePatricia.WrongNode();
        (uint256 count, uint256 index, MerklePatricia.Item memory other) = _others(branch, child);
        if (count == 0) revert MerklePatricia.WrongNode();
        if (count > 1) return _climb(way, _with(level, NOTHING));
        // What stays alone takes the branch's place, and joins with an extension above.
        Nibbles memory path = NibblesLib.one(index);
        bytes memory item = _bytes(other);
        MerklePatricia.Item memory node = _opened(witness, other);
        bool isLeaf = false;
        if (node._count() != MerklePatricia.BRANCH_ITEMS) {
            Nibbles memory below;
            (below, isLeaf) = _path(node);
            path = path.join(below);
            item = _bytes(node._item(1));
        }
        if (way.depth > 0) {
            (MerklePatricia.Item memory above,) = _unpack(way.levels[way.depth - 1]);
            if (above._count() != MerklePatricia.BRANCH_ITEMS) {
                (Nibbles memory before,) = _path(above);
                path = before.join(path);
                way.depth--;
            }
        }
        return _climb(way, _short(path, isLeaf, item));
    }

    /// Children of a branch beside one: how many, and the last of them.
    function _others(MerklePatricia.Item memory branch, MerklePatricia.Item memory child)
        private
        pure
        returns (uint256 count, uint256 index, MerklePatricia.Item memory other)
    {
        for (uint256 i = 0; i < 16; i++) {
            MerklePatricia.Item memory item = branch._item(i);
            if (item.pointer == child.pointer || _isNothing(item)) continue;
            count++;
            (index, other) = (i, item);
        }
    }

    /// Root of the trie in which this node lies where the way ends.
    function _climb(Way memory way, bytes memory node) private pure returns (bytes32) {
        for (uint256 depth = way.depth; depth > 0; depth--) {
            node = _with(way.levels[depth - 1], _form(node));
        }
        return keccak256(node);
    }

    /// What a node's parent holds of it: its hash, or itself where it is shorter.
    function _form(bytes memory node) private pure returns (bytes memory) {
        return node.length < 32 ? node : abi.encodePacked(uint8(0xa0), keccak256(node));
    }

    /// A node with another child.
    function _with(uint256 level, bytes memory form) private pure returns (bytes memory) {
        (MerklePatricia.Item memory node, MerklePatricia.Item memory child) = _unpack(level);
        uint256 behind = child.pointer + child.length;
        return Rlp.list(
            bytes.concat(
                _bytes(MerklePatricia.Item(node.pointer, child.pointer - node.pointer)),
                form,
                _bytes(MerklePatricia.Item(behind, node.pointer + node.length - behind))
            )
        );
    }

    /// A leaf or an extension. @param item value or child, as an item of RLP
    function _short(Nibbles memory path, bool isLeaf, bytes memory item) private pure returns (bytes memory) {
        return Rlp.list(bytes.concat(Rlp.string_(path.encode(isLeaf)), item));
    }

    function _branch(uint256 i, bytes memory a, uint256 j, bytes memory b) private pure returns (bytes memory) {
        if (i > j) (i, a, j, b) = (j, b, i, a);
        bytes memory nothings = hex"8080808080808080808080808080808080";
        return Rlp.list(
            bytes.concat(_first(nothings, i), a, _first(nothings, j - i - 1), b, _first(nothings, 16 - j))
        );
    }

    function _first(bytes memory data, uint256 length) private pure returns (bytes memory) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(data, 0x20)
        }
        return _bytes(MerklePatricia.Item(pointer, length));
    }

    function _path(MerklePatricia.Item memory node) private pure returns (Nibbles memory path, bool isLeaf) {
        if (node._count() != 2) revert MerklePatricia.WrongNode();
        MerklePatricia.Item memory encoded = node._item(0)._content(false);
        return NibblesLib.decode(encoded.pointer, encoded.length);
    }

    function _isNothing(MerklePatricia.Item memory item) private pure returns (bool) {
        return item.length == 1 && MerklePatricia._byte(item.pointer) == 0x80;
    }

    function _bytes(MerklePatricia.Item memory item) private pure returns (bytes memory data) {
        (uint256 pointer, uint256 length) = (item.pointer, item.length);
        data = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(data, 0x20), pointer, length)
        }
    }

    function _pack(MerklePatricia.Item memory node, MerklePatricia.Item memory child) private pure returns (uint256) {
        return node.pointer << 192 | node.length << 128 | child.pointer << 64 | child.length;
    }

    function _unpack(uint256 level)
        private
        pure
        returns (MerklePatricia.Item memory node, MerklePatricia.Item memory child)
    {
        node = MerklePatricia.Item(level >> 192, uint64(level >> 128));
        child = MerklePatricia.Item(uint64(level >> 64), uint64(level));
    }
}
