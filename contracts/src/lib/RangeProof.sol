// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Multiproof of consecutive leaves of a depth-32 binary Merkle tree whose empty leaves are bytes32(0).
library RangeProof {
    uint256 internal constant DEPTH = 32;

    /// Root that the leaves start.. and the siblings give; the leaves are overwritten.
    /// @param proof level by level from the leaves: the left sibling first if the range's left end is odd, then the right
    /// sibling if its right end is even.
    /// @return result the root, or zero when the range or the number of siblings is wrong
    function root(uint256 start, bytes32[] memory leaves, bytes32[] calldata proof)
        internal
        pure
        returns (bytes32 result)
    {
        uint256 count = leaves.length;
        if (count == 0 || start + count > 1 << DEPTH) return 0;
        uint256 used = 0;
        for (uint256 level = 0; level < DEPTH; level++) {
            bytes32 left;
            bytes32 right;
            bool takeLeft = start & 1 == 1;
            bool takeRight = (start + count) & 1 == 1;
            if (used + (takeLeft ? 1 : 0) + (takeRight ? 1 : 0) > proof.length) return 0;
            if (takeLeft) left = proof[used++];
            if (takeRight) right = proof[used++];
            count = takeLeft ? _foldOdd(leaves, count, left, right) : _foldEven(leaves, count, right);
            start >>= 1;
        }
        if (used != proof.length) return 0;
        return leaves[0];
    }

    /// Hashes pairs in place when the first node is a left child. Writing parent i never overtakes reading its children,
    /// which lie at 2i - 1 or later.
    function _foldEven(bytes32[] memory nodes, uint256 count, bytes32 right) private pure returns (uint256 parents) {
        parents = (count + 1) / 2;
        for (uint256 i = 0; i < parents; i++) {
            nodes[i] = hashPair(nodes[2 * i], 2 * i + 1 == count ? right : nodes[2 * i + 1]);
        }
    }

    /// The same when the first node is a right child: its left sibling comes from the proof.
    function _foldOdd(bytes32[] memory nodes, uint256 count, bytes32 left, bytes32 right)
        private
        pure
        returns (uint256 parents)
    {
        parents = count / 2 + 1;
        nodes[0] = hashPair(left, nodes[0]);
        for (uint256 i = 1; i < parents; i++) {
            nodes[i] = hashPair(nodes[2 * i - 1], 2 * i == count ? right : nodes[2 * i]);
        }
    }

    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32 parent) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            parent := keccak256(0x00, 0x40)
        }
    }
}
