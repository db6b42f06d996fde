// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// keccak256 of words that lie one after the other.
library Hashing {
    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore(0, left)
            mstore(0x20, right)
            digest := keccak256(0, 0x40)
        }
    }

    /// @param pointer where in memory the first of `count` words is
    function range(uint256 pointer, uint256 count) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            digest := keccak256(pointer, shl(5, count))
        }
    }
}
