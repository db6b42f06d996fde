// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Part of a trie's key: `count` <= 64 nibbles from the highest bits on, zeros behind them.
struct Nibbles {
    uint256 bits;
    uint256 count;
}

/// Paths of Ethereum's tries, and their hex-prefix encoding (yellow paper, appendix C).
library NibblesLib {
    error PathTooLong();

    /// The nibbles of a key of 32 bytes from the `start`-th on.
    function from(bytes32 key, uint256 start) internal pure returns (Nibbles memory) {
        return Nibbles(uint256(key) << (4 * start), 64 - start);
    }

    function one(uint256 value) internal pure returns (Nibbles memory) {
        return Nibbles(value << 252, 1);
    }

    function nibble(Nibbles memory path, uint256 index) internal pure returns (uint256) {
        return (path.bits >> (252 - 4 * index)) & 15;
    }

    function head(Nibbles memory path, uint256 count) internal pure returns (Nibbles memory) {
        return Nibbles(count == 0 ? 0 : path.bits & ~((uint256(1) << (256 - 4 * count)) - 1), count);
    }

    function tail(Nibbles memory path, uint256 start) internal pure returns (Nibbles memory) {
        return Nibbles(path.bits << (4 * start), path.count - start);
    }

    function join(Nibbles memory first, Nibbles memory second) internal pure returns (Nibbles memory) {
        uint256 count = first.count + second.count;
        if (count > 64) revert PathTooLong();
        return Nibbles(first.bits | (second.bits >> (4 * first.count)), count);
    }

    /// How many nibbles two paths begin with alike.
    function shared(Nibbles memory a, Nibbles memory b) internal pure returns (uint256 count) {
        uint256 most = a.count < b.count ? a.count : b.count;
        uint256 differing = a.bits ^ b.bits;
        while (count < most && (differing >> (252 - 4 * count)) & 15 == 0) count++;
    }

    /// Path from its encoding, `length` bytes in memory.
    function decode(uint256 pointer, uint256 length)
        internal
        pure
        returns (Nibbles memory path, bool isLeaf)
    {
        if (length == 0 || length > 33) revert PathTooLong();
        uint256 word;
        uint256 behind;
        assembly ("memory-safe") {
            word := mload(pointer)
            behind := mload(add(pointer, 1))
        }
        isLeaf = (word >> 253) & 1 == 1;
        bool isOdd = (word >> 252) & 1 == 1;
        uint256 count = 2 * length - (isOdd ? 1 : 2);
        if (count > 64) revert PathTooLong();
        // The odd one lies in the first byte.
        return (head(Nibbles(isOdd ? word << 4 : behind, count), count), isLeaf);
    }

    function encode(Nibbles memory path, bool isLeaf) internal pure returns (bytes memory encoded) {
        uint256 odd = path.count & 1;
        uint256 first = (isLeaf ? 0x20 : 0) | (odd == 1 ? 0x10 | (path.bits >> 252) : 0);
        encoded = abi.encodePacked(uint8(first), path.bits << (4 * odd));
        uint256 length = 1 + (path.count >> 1);
        assembly ("memory-safe") {
            mstore(encoded, length)
        }
    }
}
