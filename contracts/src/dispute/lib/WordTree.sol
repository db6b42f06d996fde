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
        uint256 position = siblings.position;
        // In assembly, for every step climbs.
        assembly ("memory-safe") {
            for { let level := 0 } lt(level, depth) { level := add(level, 1) } {
                // The node to the side that its bit says, the digest to the other.
                let side := shl(5, and(shr(level, index), 1))
                mstore(side, node)
                mstore(xor(side, 0x20), calldataload(position))
                node := keccak256(0, 0x40)
                position := add(position, 0x20)
            }
        }
        _readTo(siblings, position);
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
        uint256 position = siblings.position;
        bytes32 root;
        // In assembly, for every step that reads or writes bytes does it. Level by level in free memory, with room for a digest on
        // both sides.
        assembly ("memory-safe") {
            let nodes := mload(0x40)
            let inner := add(nodes, 0x20)
            let count := mload(values)
            mcopy(inner, add(values, 0x20), shl(5, count))
            for { let level := 0 } lt(level, DEPTH) { level := add(level, 1) } {
                let source := inner
                if and(low, 1) {
                    source := nodes
                    mstore(source, calldataload(position))
                    position := add(position, 0x20)
                    count := add(count, 1)
                }
                if iszero(and(high, 1)) {
                    mstore(add(source, shl(5, count)), calldataload(position))
                    position := add(position, 0x20)
                    count := add(count, 1)
                }
                count := shr(1, count)
                // What is written lies at or before what is read next.
                for { let target := inner } lt(target, add(inner, shl(5, count))) { target := add(target, 0x20) } {
                    mstore(target, keccak256(source, 0x40))
                    source := add(source, 0x40)
                }
                low := shr(1, low)
                high := shr(1, high)
            }
            root := mload(inner)
        }
        _readTo(siblings, position);
        return root;
    }

    /// What was read up to there has to be the witness's.
    function _readTo(Witness memory witness, uint256 position) private pure {
        if (position > witness.end) revert WitnessReader.WitnessTooShort();
        witness.position = position;
    }

    /// Root of a tree of `depth` levels whose first leaves these are; zeros follow. The leaves are used up.
    function build(uint256[] memory nodes, uint256 depth) internal pure returns (bytes32) {
        uint256 count = nodes.length;
        bytes32 zero;
        for (uint256 level = 0; level < depth; level++) {
            uint256 half = count >> 1;
            assembly ("memory-safe") {
                let source := add(nodes, 0x20)
                let end := add(source, shl(5, half))
                for { let target := source } lt(target, end) { target := add(target, 0x20) } {
                    mstore(target, keccak256(source, 0x40))
                    source := add(source, 0x40)
                }
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
