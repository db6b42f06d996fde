// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Reads RLP (yellow paper, appendix B) whose every item must be in its canonical form, from memory.
/// packages/engine/assembly/rlp.ts is the other implementation, and has the same bounds.
library CanonicalRlp {
    // What an item is.
    uint256 internal constant WRONG = 0;
    uint256 internal constant STRING = 1;
    uint256 internal constant LIST = 2;

    /// How deep lists may be inside each other.
    uint256 private constant MAX_DEPTH = 64;

    /// Reads the head of the item at `p`, which must end at `end` or before. The next item begins at `data + size`.
    function read(uint256 p, uint256 end) internal pure returns (uint256 kind, uint256 data, uint256 size) {
        if (p >= end) return (WRONG, 0, 0);
        uint256 first;
        assembly ("memory-safe") {
            first := mload(p)
        }
        uint256 head = first >> 248;
        if (head < 0x80) return (STRING, p, 1);
        unchecked {
            kind = head < 0xc0 ? STRING : LIST;
            size = head - (kind == STRING ? 0x80 : 0xc0);
            data = p + 1;
            if (size > 55) {
                uint256 count = size - 55;
                if (count > 4 || data + count > end) return (WRONG, 0, 0);
                uint256 shown = first << 8;
                if (shown >> 248 == 0) return (WRONG, 0, 0);
                size = shown >> (256 - 8 * count);
                if (size < 56) return (WRONG, 0, 0);
                data += count;
            }
            if (size > end - data) return (WRONG, 0, 0);
            // One byte below 0x80 is its own encoding.
            if (kind == STRING && size == 1 && (first << 8) >> 248 < 0x80) return (WRONG, 0, 0);
        }
    }

    /// An integer of at most `most` bytes without leading zeros. @return isNumber whether it is one
    function number(uint256 kind, uint256 data, uint256 size, uint256 most)
        internal
        pure
        returns (bool isNumber, uint256 value)
    {
        if (kind != STRING || size > most) return (false, 0);
        if (size == 0) return (true, 0);
        assembly ("memory-safe") {
            value := mload(data)
        }
        if (value >> 248 == 0) return (false, 0);
        value >>= 256 - 8 * size;
        isNumber = true;
    }

    /// Whether one item, with all that is in it, fills the bytes from `p` to `end` in canonical form.
    function isCanonical(uint256 p, uint256 end) internal pure returns (bool) {
        (uint256 kind, uint256 data, uint256 size) = read(p, end);
        if (kind == WRONG || data + size != end) return false;
        if (kind == STRING) return true;
        // Where the lists end that are open.
        uint256[] memory ends = new uint256[](MAX_DEPTH + 1);
        ends[0] = end;
        uint256 depth = 0;
        p = data;
        while (true) {
            while (p == ends[depth]) {
                if (depth == 0) return true;
                depth--;
            }
            if (depth == MAX_DEPTH) return false;
            (kind, data, size) = read(p, ends[depth]);
            if (kind == WRONG) return false;
            p = data + size;
            if (kind == LIST) {
                ends[++depth] = p;
                p = data;
            }
        }
        revert();
    }
}
