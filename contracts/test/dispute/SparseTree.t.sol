// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashing} from "../../src/dispute/lib/Hashing.sol";
import {Path, SparseTree} from "../../src/dispute/lib/SparseTree.sol";
import {Witness, WitnessReader} from "../../src/dispute/lib/Witness.sol";
import {Test} from "../support/Test.sol";

/// A tree by its definition, from all keys and values at once, beside the one that only sees ways.
contract SparseTreeTest is Test {
    using SparseTree for Path;

    struct Entry {
        uint256 key;
        bytes32 value;
    }

    function changed(bytes calldata witness, bytes32 root, uint256 key, bytes32 value)
        external
        pure
        returns (bool found, bytes32 before, bytes32 after_)
    {
        Path memory path = SparseTree.open(WitnessReader.open(witness), root, key);
        return (path.found, path.value, path.set(value));
    }

    function drained(bytes calldata witness, bytes32 root, uint256 key)
        external
        pure
        returns (bool isLeftmost, bytes32 after_)
    {
        Path memory path = SparseTree.open(WitnessReader.open(witness), root, key);
        return (path.isLeftmost(), path.withoutLeftmost());
    }

    function _pathOf(uint256 key) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(key)));
    }

    function _leaf(Entry memory entry) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(uint8(0), entry.key, entry.value));
    }

    /// Those whose path goes this way at a level, where `side` is 1 to the right.
    function _side(Entry[] memory entries, uint256 level, uint256 side) private pure returns (Entry[] memory some) {
        some = new Entry[](entries.length);
        uint256 count = 0;
        for (uint256 i = 0; i < entries.length; i++) {
            if ((_pathOf(entries[i].key) >> (255 - level)) & 1 == side) some[count++] = entries[i];
        }
        assembly ("memory-safe") {
            mstore(some, count)
        }
    }

    function _rootOf(Entry[] memory entries, uint256 level) private pure returns (bytes32) {
        if (entries.length == 0) return 0;
        if (entries.length == 1) return _leaf(entries[0]);
        return Hashing.pair(_rootOf(_side(entries, level, 0), level + 1), _rootOf(_side(entries, level, 1), level + 1));
    }

    function _wayTo(Entry[] memory entries, uint256 key) private pure returns (bytes memory) {
        uint256 beside = 0;
        uint256 level = 0;
        bytes memory siblings;
        for (; entries.length > 1; level++) {
            uint256 side = (_pathOf(key) >> (255 - level)) & 1;
            bytes32 sibling = _rootOf(_side(entries, level, 1 - side), level + 1);
            if (sibling != 0) {
                beside |= 1 << level;
                siblings = abi.encodePacked(sibling, siblings);
            }
            entries = _side(entries, level, side);
        }
        bytes memory end = abi.encode(0);
        if (entries.length == 1) {
            end = entries[0].key == key
                ? abi.encode(1, entries[0].value)
                : abi.encode(2, entries[0].key, entries[0].value);
        }
        return abi.encodePacked(level, beside, siblings, end);
    }

    /// Keys 0 to 2^n - 1 of which some are there.
    function _entries(uint256 salt, uint256 count) private pure returns (Entry[] memory entries) {
        entries = new Entry[](count);
        for (uint256 i = 0; i < count; i++) {
            entries[i] = Entry(uint256(keccak256(abi.encode(salt, i))), keccak256(abi.encode(salt, i, 1)));
        }
    }

    function testFuzz_setIsTheTreeOfAllEntries(uint256 salt, uint256 count, uint256 pick, bytes32 value) public view {
        count = bound(count, 0, 24);
        Entry[] memory all = _entries(salt, count + 1);
        // The last one is missing in the tree.
        Entry[] memory entries = _entries(salt, count);
        bytes32 root = _rootOf(entries, 0);
        pick = bound(pick, 0, count);
        uint256 key = all[pick].key;
        (bool found, bytes32 before, bytes32 after_) = this.changed(_wayTo(entries, key), root, key, value);
        assertTrue(found == (pick < count), "found");
        if (found) {
            assertEq(before, entries[pick].value, "value");
            entries[pick].value = value;
            assertEq(after_, _rootOf(entries, 0), "replaced");
        } else {
            all[pick].value = value;
            assertEq(after_, _rootOf(all, 0), "put");
        }
    }

    /// Every bit counts.
    function testFuzz_aWrongBitIsRefused(uint256 salt, uint256 count, uint256 pick, uint256 bit) public {
        Entry[] memory entries = _entries(salt, bound(count, 1, 24));
        uint256 key = entries[bound(pick, 0, entries.length - 1)].key;
        bytes memory way = _wayTo(entries, key);
        bit = bound(bit, 0, way.length * 8 - 1);
        way[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes32 root = _rootOf(entries, 0);
        vm.expectRevert();
        this.changed(way, root, key, 0);
    }

    /// That a key is missing can't be shown where it is there.
    function testFuzz_absenceOfWhatIsThereIsRefused(uint256 salt, uint256 count, uint256 pick) public {
        count = bound(count, 1, 24);
        Entry[] memory entries = _entries(salt, count);
        pick = bound(pick, 0, count - 1);
        uint256 key = entries[pick].key;
        bytes32 root = _rootOf(entries, 0);
        Entry[] memory others = new Entry[](count - 1);
        for (uint256 i = 0; i < count - 1; i++) {
            others[i] = entries[i < pick ? i : i + 1];
        }
        bytes memory way = _wayTo(others, key);
        vm.expectRevert(SparseTree.WrongPath.selector);
        this.changed(way, root, key, 0);
    }

    /// Emptied from the left: each key once in the order of paths, the others refused, nothing left in the end.
    function testFuzz_isEmptiedFromTheLeft(uint256 salt, uint256 count) public view {
        count = bound(count, 1, 12);
        Entry[] memory entries = _entries(salt, count);
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            leaves[i] = _leaf(entries[i]);
        }
        bytes32 root = _rootOf(entries, 0);
        for (uint256 left = count; left > 0; left--) {
            uint256 first = _first(entries, leaves);
            for (uint256 i = 0; i < count; i++) {
                if (leaves[i] == 0) continue;
                (bool isLeftmost, bytes32 after_) =
                    this.drained(_wayAmong(entries, leaves, entries[i].key), root, entries[i].key);
                assertTrue(isLeftmost == (i == first), "leftmost");
                if (i == first) {
                    leaves[i] = 0;
                    root = after_;
                    break;
                }
            }
            assertEq(root, _rootAmong(entries, leaves, _all(count), 0), "what is left is not pulled up");
        }
        assertEq(root, 0, "nothing");
    }

    function _first(Entry[] memory entries, bytes32[] memory leaves) private pure returns (uint256 first) {
        uint256 lowest = type(uint256).max;
        for (uint256 i = 0; i < entries.length; i++) {
            if (leaves[i] == 0 || _pathOf(entries[i].key) > lowest) continue;
            (first, lowest) = (i, _pathOf(entries[i].key));
        }
    }

    function _all(uint256 count) private pure returns (uint256[] memory indices) {
        indices = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            indices[i] = i;
        }
    }

    /// Root of the tree with the form that all entries give it, in which some leaves are 0 now.
    function _rootAmong(Entry[] memory entries, bytes32[] memory leaves, uint256[] memory some, uint256 level)
        private
        pure
        returns (bytes32)
    {
        if (some.length == 0) return 0;
        if (some.length == 1) return leaves[some[0]];
        bytes32 left = _rootAmong(entries, leaves, _part(entries, some, level, 0), level + 1);
        bytes32 right = _rootAmong(entries, leaves, _part(entries, some, level, 1), level + 1);
        return left == 0 && right == 0 ? bytes32(0) : Hashing.pair(left, right);
    }

    function _part(Entry[] memory entries, uint256[] memory some, uint256 level, uint256 side)
        private
        pure
        returns (uint256[] memory part)
    {
        part = new uint256[](some.length);
        uint256 count = 0;
        for (uint256 i = 0; i < some.length; i++) {
            if ((_pathOf(entries[some[i]].key) >> (255 - level)) & 1 == side) part[count++] = some[i];
        }
        assembly ("memory-safe") {
            mstore(part, count)
        }
    }

    function _wayAmong(Entry[] memory entries, bytes32[] memory leaves, uint256 key)
        private
        pure
        returns (bytes memory)
    {
        uint256[] memory some = _all(entries.length);
        uint256 beside = 0;
        uint256 level = 0;
        bytes memory siblings;
        for (; some.length > 1; level++) {
            uint256 side = (_pathOf(key) >> (255 - level)) & 1;
            bytes32 sibling = _rootAmong(entries, leaves, _part(entries, some, level, 1 - side), level + 1);
            if (sibling != 0) {
                beside |= 1 << level;
                siblings = abi.encodePacked(sibling, siblings);
            }
            some = _part(entries, some, level, side);
        }
        return abi.encodePacked(level, beside, siblings, uint256(1), entries[some[0]].value);
    }
}
