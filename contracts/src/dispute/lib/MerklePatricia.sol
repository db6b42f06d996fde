// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Witness, WitnessReader} from "./Witness.sol";

/// Reads Ethereum's tries (yellow paper, appendix D) from nodes that are shown: what a key has, or that it has nothing.
library MerklePatricia {
    using WitnessReader for Witness;

    error WrongNode();

    uint256 internal constant BRANCH_ITEMS = 17;
    /// A branch for each nibble of a key, and a leaf.
    uint256 private constant MAX_NODES = 65;
    uint256 private constant MAX_NODE_BYTES = 1024;
    /// Of a trie without entries.
    bytes32 internal constant EMPTY_ROOT = keccak256(hex"80");

    /// A string or list of RLP in memory.
    struct Item {
        uint256 pointer;
        uint256 length;
    }

    /// @param key 32 bytes
    /// @return found whether there is a value
    /// @return value where it is: the content of the RLP string that the trie has
    function get(Witness memory witness, bytes32 root, bytes32 key)
        internal
        pure
        returns (bool found, Item memory value)
    {
        if (root == EMPTY_ROOT) return (false, value);
        uint256 count = witness.word();
        if (count > MAX_NODES) revert WrongNode();
        bytes32 expected = root;
        uint256 depth = 0;
        for (uint256 i = 0; i < count; i++) {
            Item memory node = _shown(witness, expected);
            // Nodes shorter than a hash lie inside the one above.
            while (true) {
                (bool isDone, bool isHash, Item memory next, uint256 pointer) = _follow(node, key, depth);
                depth = pointer;
                if (isDone) {
                    if (i + 1 != count) revert WrongNode();
                    return (next.length != 0, next);
                }
                if (isHash) {
                    expected = _word(next);
                    break;
                }
                node = next;
            }
        }
        revert WrongNode();
    }

    /// Reads a node. @return node content of its list
    function _shown(Witness memory witness, bytes32 expected) internal pure returns (Item memory node) {
        return _list(witness, expected, MAX_NODE_BYTES);
    }

    /// Reads a list of RLP: its length in bytes, then the bytes, filled up to whole words. @return its content
    function _list(Witness memory witness, bytes32 expected, uint256 most) internal pure returns (Item memory) {
        uint256 length = witness.word();
        if (length > most) revert WrongNode();
        uint256[] memory words = witness.words((length + 31) >> 5);
        bytes32 digest;
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(words, 0x20)
            digest := keccak256(pointer, length)
        }
        if (digest != expected) revert WrongNode();
        return _content(Item(pointer, length), true);
    }

    /// One node on the way to a key.
    /// @return isDone the way ends here; `next` is the value, or nothing
    /// @return isHash the next node is named by its hash, which `next` holds; else it is the content of `next`
    function _follow(Item memory node, bytes32 key, uint256 depth)
        private
        pure
        returns (bool isDone, bool isHash, Item memory next, uint256)
    {
        if (_count(node) == BRANCH_ITEMS) {
            if (depth == 64) revert WrongNode();
            next = _item(node, _nibble(key, depth));
            depth++;
        } else {
            (bool isLeaf, bool fits, uint256 end) = _match(_content(_item(node, 0), false), key, depth);
            if (!fits) return (true, false, Item(0, 0), end);
            next = _item(node, 1);
            if (isLeaf) return (true, false, _content(next, false), end);
            depth = end;
        }
        if (_byte(next.pointer) >= 0xc0) return (false, false, _content(next, true), depth);
        next = _content(next, false);
        if (next.length == 0) return (true, false, next, depth);
        if (next.length != 32) revert WrongNode();
        return (false, true, next, depth);
    }

    /// Compares a hex-prefix encoded path with the key from `depth` on.
    function _match(Item memory path, bytes32 key, uint256 depth)
        private
        pure
        returns (bool isLeaf, bool fits, uint256 end)
    {
        uint256 first = _byte(path.pointer);
        isLeaf = first & 0x20 != 0;
        uint256 odd = (first >> 4) & 1;
        uint256 count = 2 * path.length - 2 + odd;
        end = depth + count;
        if (end > 64) return (isLeaf, false, end);
        for (uint256 i = 0; i < count; i++) {
            uint256 place = i + 2 - odd;
            uint256 pair = _byte(path.pointer + (place >> 1));
            uint256 nibble = place & 1 == 0 ? pair >> 4 : pair & 15;
            if (nibble != _nibble(key, depth + i)) return (isLeaf, false, end);
        }
        // A leaf's path goes to the end of the key.
        fits = !isLeaf || end == 64;
    }

    function _nibble(bytes32 key, uint256 depth) private pure returns (uint256) {
        return (uint256(key) >> (252 - 4 * depth)) & 15;
    }

    /// Number of items in the content of a list.
    function _count(Item memory list) internal pure returns (uint256 count) {
        uint256 end = list.pointer + list.length;
        for (uint256 pointer = list.pointer; pointer < end; count++) {
            pointer += _size(pointer);
        }
    }

    /// The `index`-th item of a list's content, with its head.
    function _item(Item memory list, uint256 index) internal pure returns (Item memory item) {
        uint256 pointer = list.pointer;
        for (uint256 i = 0; i < index; i++) {
            pointer += _size(pointer);
        }
        item = Item(pointer, _size(pointer));
        if (pointer + item.length > list.pointer + list.length) revert WrongNode();
    }

    /// Content of an item without its head.
    function _content(Item memory item, bool isList) internal pure returns (Item memory) {
        uint256 head = _byte(item.pointer);
        if ((head >= 0xc0) != isList) revert WrongNode();
        uint256 short = isList ? 0xc0 : 0x80;
        if (!isList && head < 0x80) return Item(item.pointer, 1);
        uint256 skip = head < short + 56 ? 1 : head - short - 54;
        return Item(item.pointer + skip, item.length - skip);
    }

    /// Bytes that an item takes.
    function _size(uint256 pointer) internal pure returns (uint256) {
        uint256 head = _byte(pointer);
        if (head < 0x80) return 1;
        uint256 short = head < 0xc0 ? 0x80 : 0xc0;
        if (head < short + 56) return 1 + head - short;
        uint256 bytesOfLength = head - short - 55;
        if (bytesOfLength > 2) revert WrongNode();
        uint256 length = 0;
        for (uint256 i = 1; i <= bytesOfLength; i++) {
            length = (length << 8) | _byte(pointer + i);
        }
        return 1 + bytesOfLength + length;
    }

    /// Content as a number.
    function number(Item memory content) internal pure returns (uint256) {
        if (content.length == 0) return 0;
        return uint256(_word(content)) >> (256 - 8 * content.length);
    }

    function _word(Item memory content) internal pure returns (bytes32 word) {
        if (content.length > 32) revert WrongNode();
        uint256 pointer = content.pointer;
        assembly ("memory-safe") {
            word := mload(pointer)
        }
    }

    function _byte(uint256 pointer) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, mload(pointer))
        }
    }
}
