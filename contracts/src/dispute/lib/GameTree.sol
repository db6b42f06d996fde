// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChallengeManager} from "../IChallengeManager.sol";
import {Hashing} from "./Hashing.sol";

/// The trees of a dispute: a state's digest in each leaf, keccak256(left || right) above. Their heights are fixed, so that a
/// digest is never taken for a node, nor a node for a digest.
library GameTree {
    uint8 internal constant SEGMENTS_HEIGHT = 16;
    uint8 internal constant STEPS_HEIGHT = 27;
    uint256 internal constant LAST_SEGMENT = (1 << 16) - 1;
    uint256 internal constant LAST_STEP = (1 << 27) - 1;
    /// Heights that one move opens.
    uint8 private constant STRIDE = 3;

    /// Heights between a node and those that its opening shows.
    function stride(uint8 height) internal pure returns (uint8) {
        return height < STRIDE ? height : STRIDE;
    }

    function childCount(uint8 height) internal pure returns (uint256) {
        return 1 << stride(height);
    }

    /// @param nodes 1, 2, 4 or 8 neighbours
    function rootOf(bytes32[] calldata nodes) internal pure returns (bytes32) {
        bytes32[] memory row = nodes;
        for (uint256 count = row.length; count > 1; count >>= 1) {
            for (uint256 i = 0; i < count; i += 2) row[i >> 1] = Hashing.pair(row[i], row[i + 1]);
        }
        return row[0];
    }

    /// Reverts unless the leaf lies at `position` under `root`. @param proof siblings, from the leaf upwards
    function checkLeaf(bytes32 root, bytes32 leaf, uint256 position, bytes32[] calldata proof, uint8 height)
        internal
        pure
    {
        if (proof.length != height) revert IChallengeManager.WrongProof();
        bytes32 node = leaf;
        for (uint256 i = 0; i < height; i++) {
            node = (position >> i) & 1 == 0 ? Hashing.pair(node, proof[i]) : Hashing.pair(proof[i], node);
        }
        if (node != root) revert IChallengeManager.WrongProof();
    }
}
