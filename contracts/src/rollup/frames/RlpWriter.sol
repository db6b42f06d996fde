// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Writes canonical RLP into memory that the caller has reserved, with 32 bytes to spare behind the end. Each function
/// takes the place to write at and gives the place behind what it wrote.
library RlpWriter {
    /// Most bytes of a head.
    uint256 internal constant MAX_HEAD = 4;

    /// Big-endian without leading zeros.
    function integer(uint256 to, uint256 value) internal pure returns (uint256 next) {
        unchecked {
            if (value < 0x80) return shortItem(to, value == 0 ? 0x80 : value);
            uint256 size = sizeOf(value);
            assembly ("memory-safe") {
                mstore8(to, add(0x80, size))
                mstore(add(to, 1), shl(sub(256, shl(3, size)), value))
                next := add(add(to, 1), size)
            }
        }
    }

    /// An address, or a word: `size` bytes from `from` on, 2 to 55 of them.
    function fixedBytes(uint256 to, uint256 from, uint256 size) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore8(to, add(0x80, size))
            // Up to 32 bytes: what is written beyond them is written over.
            mstore(add(to, 1), mload(from))
            next := add(add(to, 1), size)
        }
    }

    /// One byte that is its own encoding, or the head of something empty.
    function shortItem(uint256 to, uint256 encoding) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore8(to, encoding)
            next := add(to, 1)
        }
    }

    /// @param base 0x80 for bytes, 0xc0 for a list; size < 2^24
    function head(uint256 to, uint256 size, uint256 base) internal pure returns (uint256 next) {
        unchecked {
            if (size < 56) return shortItem(to, base + size);
            uint256 length = sizeOf(size);
            assembly ("memory-safe") {
                mstore8(to, add(add(base, 55), length))
                mstore(add(to, 1), shl(sub(256, shl(3, length)), size))
                next := add(add(to, 1), length)
            }
        }
    }

    /// Puts a list's head before the payload that lies from `payload` to `end`. @return start of the head
    function headBefore(uint256 payload, uint256 end) internal pure returns (uint256 start) {
        unchecked {
            uint256 size = end - payload;
            uint256 length = headSize(size);
            start = payload - length;
            // A head is written a word at a time: the byte behind it must stay what it is.
            uint256 first = size < 56 ? 0xc0 + size : ((0xf7 + length - 1) << (8 * (length - 1))) | size;
            for (uint256 i = length; i > 0; i--) {
                assembly ("memory-safe") {
                    mstore8(add(start, sub(i, 1)), first)
                }
                first >>= 8;
            }
        }
    }

    function headSize(uint256 size) internal pure returns (uint256) {
        unchecked {
            return size < 56 ? 1 : 1 + sizeOf(size);
        }
    }

    /// Bytes that an integer takes with its head.
    function integerSize(uint256 value) internal pure returns (uint256) {
        unchecked {
            return value < 0x80 ? 1 : 1 + sizeOf(value);
        }
    }

    /// Bytes without leading zeros.
    function sizeOf(uint256 value) internal pure returns (uint256 size) {
        assembly ("memory-safe") {
            if gt(value, 0xffffffffffffffffffffffffffffffff) {
                size := 16
                value := shr(128, value)
            }
            if gt(value, 0xffffffffffffffff) {
                size := add(size, 8)
                value := shr(64, value)
            }
            if gt(value, 0xffffffff) {
                size := add(size, 4)
                value := shr(32, value)
            }
            if gt(value, 0xffff) {
                size := add(size, 2)
                value := shr(16, value)
            }
            size := add(size, add(gt(value, 0), gt(value, 0xff)))
        }
    }
}
