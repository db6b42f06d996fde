// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashing} from "./Hashing.sol";
import {Witness, WitnessReader} from "./Witness.sol";
import {WordTree} from "./WordTree.sol";

/// The tries of a block that map rlp(index) to a transaction or receipt, made of the hashes of their leaf nodes alone, one leaf a
/// step. packages/dispute/src/block/indexTrie.ts is the other implementation.
library IndexTrie {
    using WitnessReader for Witness;

    error WrongBranch();

    /// Where in the word tree of leaves the short nodes are: word i is the hash of leaf i, this + i its bytes, with their number
    /// in the last one, if they are fewer than 32.
    uint256 internal constant SHORT_LEAVES = 1 << 19;

    // A branch that more leaves may come into is hashed as these words: digest of those above it in the trie, depth, map of the
    // children that are nodes themselves, 16 children.
    uint256 private constant BRANCH_WORDS = 19;
    uint256 private constant BELOW = 0;
    uint256 private constant BRANCH_DEPTH = 1;
    uint256 private constant SHORT = 2;
    uint256 private constant REFS = 3;

    /// More than nibbles of a key.
    uint256 private constant NONE = type(uint256).max;

    /// A leaf on its way into a trie.
    struct Leaf {
        uint256 index;
        /// Nibbles that its key shares with the one before it, and with the one behind; NONE where there is none.
        uint256 before;
        uint256 behind;
    }

    /// Takes up the leaf at `place` in the order of keys: reads its words, then the branches that it comes to.
    /// @param stack digest of the branches that are open after those before it
    /// @param leaves root of the word tree of leaves
    /// @return isWhole whether it was the last one: `digest` is the trie's root then, else that of the open branches
    function add(Witness memory witness, bytes32 stack, bytes32 leaves, uint256 place, uint256 total)
        internal
        pure
        returns (bool isWhole, bytes32 digest)
    {
        Leaf memory leaf;
        (leaf.index, leaf.before, leaf.behind) = _shared(place, total);
        (uint256 ref, uint256 isShort) = _leafRef(witness, leaves, leaf.index);
        if (total == 1) return (true, isShort == 0 ? bytes32(ref) : _hashShort(ref));
        bool opens = leaf.behind != NONE && (leaf.before == NONE || leaf.behind > leaf.before);
        uint256[] memory top = opens ? _branch(stack, leaf.behind) : _open(witness, stack);
        _put(top, leaf.index, ref, isShort);
        // No later leaf comes into branches that are deeper than what this key shares with the next one.
        while (leaf.behind == NONE || top[BRANCH_DEPTH] > leaf.behind) {
            bytes32 below = bytes32(top[BELOW]);
            if (below == 0 && leaf.behind == NONE) return (true, _extended(leaf.index, 0, top));
            uint256[] memory upper;
            if (below != 0) upper = _open(witness, below);
            if (below == 0 || (leaf.behind != NONE && upper[BRANCH_DEPTH] < leaf.behind)) {
                upper = _branch(below, leaf.behind);
            }
            _put(upper, leaf.index, uint256(_extended(leaf.index, upper[BRANCH_DEPTH] + 1, top)), 0);
            top = upper;
        }
        return (false, _hash(top));
    }

    /// Path in the leaf node of `index`, hex-prefix encoded: what of its key no branch above it has taken.
    /// @param total entries of the trie
    function leafPath(uint256 index, uint256 total) internal pure returns (bytes memory) {
        uint256 zero = total > 128 ? 127 : total - 1;
        uint256 place = index == 0 ? zero : index <= zero ? index - 1 : index;
        (, uint256 before, uint256 behind) = _shared(place, total);
        // Alone in its trie, it has its whole key.
        uint256 from = 0;
        if (before != NONE) from = before + 1;
        if (behind != NONE && behind + 1 > from) from = behind + 1;
        (, uint256 nibbles) = _key(index);
        return _compact(index, from, nibbles, 0x20);
    }

    function _shared(uint256 place, uint256 total)
        private
        pure
        returns (uint256 index, uint256 before, uint256 behind)
    {
        index = _indexAt(place, total);
        before = place == 0 ? NONE : _common(_indexAt(place - 1, total), index);
        behind = place == total - 1 ? NONE : _common(index, _indexAt(place + 1, total));
    }

    /// The index whose key is the `place`-th: 0x80, the key of 0, comes after up to 127 others.
    function _indexAt(uint256 place, uint256 total) private pure returns (uint256) {
        uint256 zero = total > 128 ? 127 : total - 1;
        if (place == zero) return 0;
        return place < zero ? place + 1 : place;
    }

    /// rlp(index), and how many nibbles it has. INVARIANT: index < 65,536 (ops/BlockRules.sol).
    function _key(uint256 index) private pure returns (uint256 key, uint256 nibbles) {
        if (index == 0) return (0x80, 2);
        if (index < 0x80) return (index, 2);
        if (index < 0x100) return (0x8100 + index, 4);
        return (0x820000 + index, 6);
    }

    function _nibble(uint256 index, uint256 depth) private pure returns (uint256) {
        (uint256 key, uint256 nibbles) = _key(index);
        return (key >> (4 * (nibbles - 1 - depth))) & 15;
    }

    /// Nibbles in which two different keys agree from their beginning.
    function _common(uint256 a, uint256 b) private pure returns (uint256 count) {
        while (_nibble(a, count) == _nibble(b, count)) count++;
    }

    function _leafRef(Witness memory witness, bytes32 leaves, uint256 index)
        private
        pure
        returns (uint256 ref, uint256 isShort)
    {
        (uint256[] memory hash,) = WordTree.words(witness, leaves, index, 1);
        (uint256[] memory short,) = WordTree.words(witness, leaves, SHORT_LEAVES + index, 1);
        return short[0] == 0 ? (hash[0], uint256(0)) : (short[0], uint256(1));
    }

    function _branch(bytes32 below, uint256 depth) private pure returns (uint256[] memory branch) {
        branch = new uint256[](BRANCH_WORDS);
        (branch[BELOW], branch[BRANCH_DEPTH]) = (uint256(below), depth);
    }

    function _open(Witness memory witness, bytes32 digest) private pure returns (uint256[] memory branch) {
        branch = witness.words(BRANCH_WORDS);
        if (_hash(branch) != digest) revert WrongBranch();
    }

    function _hash(uint256[] memory branch) private pure returns (bytes32) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(branch, 0x20)
        }
        return Hashing.range(pointer, BRANCH_WORDS);
    }

    function _put(uint256[] memory branch, uint256 index, uint256 ref, uint256 isShort) private pure {
        uint256 nibble = _nibble(index, branch[BRANCH_DEPTH]);
        branch[REFS + nibble] = ref;
        branch[SHORT] |= isShort << nibble;
    }

    /// Hash of a branch, or of the extension that leads to it from nibble `from` of a key on.
    function _extended(uint256 index, uint256 from, uint256[] memory branch) private pure returns (bytes32 hash) {
        hash = _branchHash(branch);
        uint256 depth = branch[BRANCH_DEPTH];
        if (from == depth) return hash;
        bytes memory path = _compact(index, from, depth, 0);
        // One byte below 0x80 is its own encoding.
        bytes memory item = path.length == 1 ? path : abi.encodePacked(bytes1(uint8(0x80 + path.length)), path);
        return keccak256(abi.encodePacked(bytes1(uint8(0xc0 + item.length + 33)), item, bytes1(0xa0), hash));
    }

    /// Hex-prefix encoding (yellow paper, appendix C) of the nibbles of a key from `from` to before `to`.
    function _compact(uint256 index, uint256 from, uint256 to, uint256 flag) private pure returns (bytes memory path) {
        uint256 count = to - from;
        path = new bytes(1 + count / 2);
        if (count & 1 == 1) flag |= 0x10 | _nibble(index, from++);
        path[0] = bytes1(uint8(flag));
        for (uint256 i = 1; from < to; from += 2) {
            path[i++] = bytes1(uint8((_nibble(index, from) << 4) | _nibble(index, from + 1)));
        }
    }

    /// keccak256 of the branch's RLP, which is never shorter than 32 bytes.
    function _branchHash(uint256[] memory branch) private pure returns (bytes32 hash) {
        // 16 children of at most 33 bytes and no value, behind a head of at most three bytes.
        bytes memory buffer = new bytes(3 + 16 * 33 + 32);
        uint256 start;
        assembly ("memory-safe") {
            start := add(buffer, 0x23)
        }
        uint256 end = start;
        uint256 short = branch[SHORT];
        for (uint256 i = 0; i < 16; i++) {
            uint256 ref = branch[REFS + i];
            if (ref == 0) {
                assembly ("memory-safe") {
                    mstore8(end, 0x80)
                }
                end += 1;
            } else if ((short >> i) & 1 == 1) {
                assembly ("memory-safe") {
                    mstore(end, ref)
                }
                end += ref & 0xff;
            } else {
                assembly ("memory-safe") {
                    mstore8(end, 0xa0)
                    mstore(add(end, 1), ref)
                }
                end += 33;
            }
        }
        uint256 size = end + 1 - start;
        assembly ("memory-safe") {
            mstore8(end, 0x80)
            let head := start
            switch lt(size, 56)
            case 1 {
                head := sub(head, 1)
                mstore8(head, add(0xc0, size))
            }
            default {
                head := sub(head, 1)
                mstore8(head, size)
                switch lt(size, 256)
                case 1 {
                    head := sub(head, 1)
                    mstore8(head, 0xf8)
                }
                default {
                    head := sub(head, 2)
                    mstore8(add(head, 1), shr(8, size))
                    mstore8(head, 0xf9)
                }
            }
            hash := keccak256(head, sub(add(end, 1), head))
        }
    }

    /// Hash of a node that lies in a word.
    function _hashShort(uint256 word) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, word)
            hash := keccak256(0, and(word, 0xff))
        }
    }
}
