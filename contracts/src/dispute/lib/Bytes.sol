// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Bytes that lie in words of a tree, at any place.
library Bytes {
    /// Copies `length` bytes from place `from` in the words of `source` to place `to` in those of `target`.
    function copy(uint256[] memory source, uint256 from, uint256[] memory target, uint256 to, uint256 length)
        internal
        pure
    {
        assembly ("memory-safe") {
            mcopy(add(add(target, 0x20), to), add(add(source, 0x20), from), length)
        }
    }

    /// keccak256 of `length` bytes at place `from` in the words of `source`.
    function hash(uint256[] memory source, uint256 from, uint256 length) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            digest := keccak256(add(add(source, 0x20), from), length)
        }
    }

    /// Makes `length` bytes at place `from` in the words of `target` zero.
    function clear(uint256[] memory target, uint256 from, uint256 length) internal pure {
        assembly ("memory-safe") {
            calldatacopy(add(add(target, 0x20), from), calldatasize(), length)
        }
    }
}
