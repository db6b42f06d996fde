// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Values over time, for lookups at any block in the past: the registries keep stakes, quorum bitmaps and hashes of aggregate
/// keys in it.
///
/// INVARIANT: what `checkedAt` and `valueAt` say of a block below the current one never changes afterwards: entries are only
/// appended, and the last one is overwritten only within the block that began it.
library BlockHistory {
    /// `value` holds from block `from` until before `next`, or until now while `next` is 0.
    struct Entry {
        uint32 from;
        uint32 next;
        uint192 value;
    }

    /// There is no entry for that block yet.
    error NoEntryAtBlock(uint32 blockNumber);
    /// The entry with that index does not hold at that block.
    error WrongEntryForBlock(uint256 index, uint32 blockNumber);

    /// @return changed false if nothing was written because the value is what it was
    function write(Entry[] storage entries, uint192 value) internal returns (bool changed) {
        uint32 current = uint32(block.number);
        uint256 length = entries.length;
        if (length > 0) {
            Entry storage last = entries[length - 1];
            if (last.value == value) return false;
            if (last.from == current) {
                last.value = value;
                return true;
            }
            last.next = current;
        }
        entries.push(Entry({from: current, next: 0, value: value}));
        return true;
    }

    /// The newest value, 0 before the first.
    function latest(Entry[] storage entries) internal view returns (uint192) {
        uint256 length = entries.length;
        return length == 0 ? 0 : entries[length - 1].value;
    }

    /// Index of the entry that holds at a block.
    function indexAt(Entry[] storage entries, uint32 blockNumber) internal view returns (uint32) {
        // Entries below `low` began at or before the block, those from `high` on after it.
        uint256 low = 0;
        uint256 high = entries.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (entries[middle].from <= blockNumber) low = middle + 1;
            else high = middle;
        }
        if (low == 0) revert NoEntryAtBlock(blockNumber);
        return uint32(low - 1);
    }

    /// The value at a block, from an index that somebody claims to be the right one.
    function checkedAt(Entry[] storage entries, uint32 blockNumber, uint256 index) internal view returns (uint192) {
        if (index >= entries.length) revert WrongEntryForBlock(index, blockNumber);
        Entry memory entry = entries[index];
        if (blockNumber < entry.from || (entry.next != 0 && blockNumber >= entry.next)) {
            revert WrongEntryForBlock(index, blockNumber);
        }
        return entry.value;
    }

    function valueAt(Entry[] storage entries, uint32 blockNumber) internal view returns (uint192) {
        return entries[indexAt(entries, blockNumber)].value;
    }
}
