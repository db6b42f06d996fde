// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Which packs of which rollups have open challenges, and which of them is the lowest: every withdrawal of a rollup asks for it.
abstract contract ContestedPacks {
    struct Contested {
        /// 0 for none.
        uint64 lowest;
        /// Bits beyond it are 0.
        uint64 highest;
        /// A bit for each pack, 256 in a word.
        mapping(uint256 word => uint256) bits;
        /// Open challenges of a pack, by its index and the epoch in which it was posted.
        mapping(uint64 packIndex => mapping(uint64 packEpoch => uint256)) open;
    }

    mapping(address rollup => Contested) private _contested;

    function _firstContested(address rollup) internal view returns (uint64) {
        uint64 lowest = _contested[rollup].lowest;
        return lowest == 0 ? type(uint64).max : lowest;
    }

    /// A challenge of the pack was opened.
    function _contest(address rollup, uint64 index, uint64 epoch) internal {
        Contested storage packs = _contested[rollup];
        if (packs.open[index][epoch]++ > 0) return;
        packs.bits[index >> 8] |= 1 << (index & 255);
        if (packs.lowest == 0 || index < packs.lowest) packs.lowest = index;
        if (index > packs.highest) packs.highest = index;
    }

    /// A challenge of the pack, which stands, was closed.
    function _release(address rollup, uint64 index, uint64 epoch) internal {
        Contested storage packs = _contested[rollup];
        if (--packs.open[index][epoch] > 0) return;
        packs.bits[index >> 8] &= ~(1 << (index & 255));
        if (index != packs.lowest) return;
        uint64 next = _nextAfter(packs, index);
        packs.lowest = next;
        if (next == 0) packs.highest = 0;
    }

    /// The pack and all after it fell. Their challenges count no more: a pack that takes such a place has another epoch.
    function _drop(address rollup, uint64 from) internal {
        Contested storage packs = _contested[rollup];
        uint256 last = packs.highest >> 8;
        uint256 first = from >> 8;
        packs.bits[first] &= (1 << (from & 255)) - 1;
        for (uint256 word = first + 1; word <= last; word++) packs.bits[word] = 0;
        if (packs.lowest >= from) (packs.lowest, packs.highest) = (0, 0);
        else packs.highest = from - 1;
    }

    /// @return the lowest contested pack above `index`, 0 for none
    function _nextAfter(Contested storage packs, uint64 index) private view returns (uint64) {
        uint256 last = packs.highest >> 8;
        uint256 from = uint256(index) + 1;
        uint256 mask = type(uint256).max << (from & 255);
        for (uint256 word = from >> 8; word <= last; word++) {
            uint256 bits = packs.bits[word] & mask;
            if (bits != 0) return uint64((word << 8) | _lowestBit(bits));
            mask = type(uint256).max;
        }
        return 0;
    }

    /// Place of the lowest bit that is set; one is.
    function _lowestBit(uint256 bits) private pure returns (uint256 place) {
        bits &= ~bits + 1;
        for (uint256 width = 128; width > 0; width >>= 1) {
            if (bits >> width != 0) {
                bits >>= width;
                place += width;
            }
        }
    }
}
