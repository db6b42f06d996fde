// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Proofs of a leaf at a given place of a full binary tree of keccak256.
library MerkleProofs {
    /// @param proof siblings from the leaf upwards, 32 bytes each
    /// @param index of the leaf, from the left; INVARIANT: below 2^(number of siblings), so that a leaf has one index
    function verify(bytes32 leaf, bytes calldata proof, uint256 index, bytes32 root) internal pure returns (bool) {
        if (proof.length % 32 != 0 || proof.length > 32 * 32 || index >> (proof.length / 32) != 0) return false;
        bytes32 node = leaf;
        for (uint256 offset = 0; offset < proof.length; offset += 32) {
            bytes32 sibling = bytes32(proof[offset:offset + 32]);
            node = index & 1 == 0 ? keccak256(abi.encode(node, sibling)) : keccak256(abi.encode(sibling, node));
            index >>= 1;
        }
        return node == root;
    }
}
