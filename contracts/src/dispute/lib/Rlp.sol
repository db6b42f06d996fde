// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Writes RLP (yellow paper, appendix B) of up to 64 KiB.
library Rlp {
    function string_(bytes memory content) internal pure returns (bytes memory) {
        if (content.length == 1 && uint8(content[0]) < 0x80) return content;
        return bytes.concat(_head(0x80, content.length), content);
    }

    /// @param content items one after the other
    function list(bytes memory content) internal pure returns (bytes memory) {
        return bytes.concat(_head(0xc0, content.length), content);
    }

    /// A number as a string: big-endian without leading zeros.
    function number(uint256 value) internal pure returns (bytes memory) {
        if (value == 0) return hex"80";
        uint256 size = 0;
        for (uint256 rest = value; rest != 0; rest >>= 8) size++;
        bytes memory content = abi.encodePacked(value << (256 - 8 * size));
        assembly ("memory-safe") {
            mstore(content, size)
        }
        return string_(content);
    }

    function _head(uint256 short, uint256 length) private pure returns (bytes memory) {
        if (length < 56) return abi.encodePacked(uint8(short + length));
        if (length < 256) return abi.encodePacked(uint8(short + 56), uint8(length));
        return abi.encodePacked(uint8(short + 57), uint16(length));
    }
}
