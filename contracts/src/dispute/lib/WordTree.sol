// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashing} from "./Hashing.sol";
import {Witness, WitnessReader} from "./Witness.sol";

/// Merkle trees over words: memory, calldata, code. Leaves are the words themselves, a node is keccak256(left || right).
/// packages/dispute/src/commit/wordTree.ts is the other implementation.
library WordTree {
    using WitnessReader for Witness;

    uint256 internal constant DEPTH = 20;

    error WrongOpening();

    /// Reads leaf `index` of a tree of `depth` levels: the leaf, then the digests beside the way, from the bottom.
    function leaf(Witness memory witness, bytes32 root, uint256 index, uint256 depth)
        internal
        pure
        returns (uint256 value)
    {
        value = witness.word();
        if (climb(witness, bytes32(value), index, depth) != root) revert WrongOpening();
    }

    /// Root of a tree of `depth` levels from leaf `index`, beside whose way these digests are, from the bottom.
    function climb(Witness memory siblings, bytes32 node, uint256 index, uint256 depth)
        internal
        pure
        returns (bytes32)
    {
        for (uint256 level = 0; level < depth; level++) {
            bytes32 beside = siblings.digest();
            node = (index >> level) & 1 == 0 ? Hashing.pair(node, beside) : Hashing.pair(beside, node);
        }
        return node;
    }

    /// Reads `count` > 0 words from `first` on: the words, then level by level the digest left of them where they begin at a
    /// right child, and the one right of them where they end at a left child.
    /// @return values the words
    /// @return siblings place of the digests, for `withWords`
    function words(Witness memory witness, bytes32 root, uint256 first, uint256 count)
        internal
        pure
        returns (uint256[] memory values, Witness memory siblings)
    {
        values = witness.words(count);
        siblings = Witness(witness.position, witness.end);
        if (_root(witness, values, first) != root) revert WrongOpening();
    }

    /// Root after the words that were read are replaced. @param siblings as `words` returned it; it is used up
    function withWords(Witness memory siblings, uint256[] memory values, uint256 first)
        internal
        pure
        returns (bytes32)
    {
        return _root(siblings, values, first);
    }

    function _root(Witness memory siblings, uint256[] memory values, uint256 first) private pure returns (bytes32) {
        uint256 low = first;
        uint256 high = first + values.length - 1;
        if (high >> DEPTH != 0) revert WrongOpening();
        // Room for a digest on both sides.
        uint256[] memory nodes = new uint256[](values.length + 2);
        uint256 count = values.length;
        for (uint256 i = 0; i < count; i++) {
            nodes[i + 1] = values[i];
        }
        for (uint256 level = 0; level < DEPTH; level++) {
            uint256 start = 1;
            if (low & 1 == 1) {
                start = 0;
                nodes[0] = siblings.word();
                count++;
            }
            if (high & 1 == 0) nodes[start + count++] = siblings.word();
            count >>= 1;
            for (uint256 i = 0; i < count; i++) {
                nodes[i + 1] = uint256(
                    Hashing.pair(bytes32(nodes[start + 2 * i]), bytes32(nodes[start + 2 * i + 1]))
                );
            }
            low >>= 1;
            high >>= 1;
        }
        return bytes32(nodes[1]);
    }

    /// Root of a tree of `depth` levels whose first leaves these are; zeros follow. The leaves are used up.
    function build(uint256[] memory nodes, uint256 depth) internal pure returns (bytes32) {
        uint256 count = nodes.length;
        bytes32 zero;
        for (uint256 level = 0; level < depth; level++) {
            uint256 half = count >> 1;
            for (uint256 i = 0; i < half; i++) {
                nodes[i] = uint256(Hashing.pair(bytes32(nodes[2 * i]), bytes32(nodes[2 * i + 1])));
            }
            if (count & 1 == 1) nodes[half] = uint256(Hashing.pair(bytes32(nodes[count - 1]), zero));
            count = half + (count & 1);
            zero = Hashing.pair(zero, zero);
        }
        return count == 0 ? zero : bytes32(nodes[0]);
    }

    /// Words that hold `length` > 0 bytes from `offset` on.
    function span(Witness memory witness, bytes32 root, uint256 offset, uint256 length)
        internal
        pure
        returns (uint256[] memory values, Witness memory siblings)
    {
        uint256 first = offset >> 5;
        return words(witness, root, first, ((offset + length - 1) >> 5) - first + 1);
    }
}
