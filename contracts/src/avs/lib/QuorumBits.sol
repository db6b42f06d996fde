// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Sets of quorums in their two forms: a bitmap (bit N = quorum N), and a byte string of ascending quorum numbers.
library QuorumBits {
    error QuorumsNotAscending();
    error NoSuchQuorum(uint8 quorumNumber);

    /// Highest count of quorums that a bitmap of a registry holds.
    uint8 internal constant MAX_QUORUMS = 192;

    /// @param quorumNumbers strictly ascending, each below `quorumCount`
    function toBitmap(bytes memory quorumNumbers, uint8 quorumCount) internal pure returns (uint192 bitmap) {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 number = uint8(quorumNumbers[i]);
            if (number >= quorumCount) revert NoSuchQuorum(number);
            uint192 bit = uint192(1) << number;
            // Whatever is set so far must lie below.
            if (bitmap >= bit) revert QuorumsNotAscending();
            bitmap |= bit;
        }
    }

    function toBytes(uint192 bitmap) internal pure returns (bytes memory quorumNumbers) {
        quorumNumbers = new bytes(count(bitmap));
        uint256 length = 0;
        for (uint8 number = 0; bitmap >> number != 0; number++) {
            if (isSet(bitmap, number)) quorumNumbers[length++] = bytes1(number);
        }
    }

    function toIds(uint192 bitmap) internal pure returns (uint32[] memory ids) {
        bytes memory numbers = toBytes(bitmap);
        ids = new uint32[](numbers.length);
        for (uint256 i = 0; i < numbers.length; i++) {
            ids[i] = uint8(numbers[i]);
        }
    }

    function isSet(uint192 bitmap, uint8 number) internal pure returns (bool) {
        return number < MAX_QUORUMS && (bitmap >> number) & 1 == 1;
    }

    function count(uint192 bitmap) internal pure returns (uint256 ones) {
        for (uint192 rest = bitmap; rest != 0; rest &= rest - 1) {
            ones++;
        }
    }
}
