// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IndexTrie} from "../../src/dispute/lib/IndexTrie.sol";
import {Witness, WitnessReader} from "../../src/dispute/lib/Witness.sol";
import {Test} from "../support/Test.sol";

/// A leaf on its way into a trie (packages/dispute/src/block/indexTrie.test.ts).
struct Step {
    bytes32 leaves;
    uint256 total;
    bytes32 stack;
    uint256 place;
    bool isWhole;
    bytes32 digest;
    bytes witness;
}

contract IndexTrieTest is Test {
    function add(Step calldata step) external pure returns (bool isWhole, bytes32 digest) {
        Witness memory reader = WitnessReader.open(step.witness);
        return IndexTrie.add(reader, step.stack, step.leaves, step.place, step.total);
    }

    function _steps() private view returns (Step[] memory) {
        return abi.decode(vm.parseBytes(vm.readFile("contracts/test/vectors/index-tries.hex")), (Step[]));
    }

    function test_growsAsInTheOtherMachine() public {
        Step[] memory steps = _steps();
        uint256 most = 0;
        for (uint256 i = 0; i < steps.length; i++) {
            uint256 before = gasleft();
            (bool isWhole, bytes32 digest) = this.add(steps[i]);
            uint256 used = before - gasleft();
            if (used > most) most = used;
            assertEq(digest, steps[i].digest, string.concat("leaf ", vm.toString(steps[i].place)));
            assertEq(isWhole ? 1 : 0, steps[i].isWhole ? 1 : 0, "whole");
        }
        vm.snapshotValue("disputeBlocks", "a leaf of an index trie, most of the sample", most);
    }

    /// What is shown can be wrong in no way that leads to another trie.
    function testFuzz_noBitLeadsToAnotherTrie(uint256 index, uint256 bit) public view {
        Step[] memory steps = _steps();
        Step memory step = steps[bound(index, 0, steps.length - 1)];
        bit = bound(bit, 0, step.witness.length * 8 - 1);
        step.witness[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        try this.add(step) returns (bool, bytes32 digest) {
            assertEq(digest, step.digest, "digest");
        } catch {}
    }

    /// The path of a leaf is what is left of its key: a flag, and at most as many nibbles as the key has.
    function testFuzz_pathsOfLeaves(uint256 index, uint256 total) public pure {
        total = bound(total, 1, 65_535);
        index = bound(index, 0, total - 1);
        bytes memory path = IndexTrie.leafPath(index, total);
        uint256 first = uint8(path[0]);
        assertEq(first >> 5, 1, "a leaf's");
        uint256 nibbles = 2 * (path.length - 1) + ((first >> 4) & 1);
        bytes memory key = _key(index);
        assertEq(nibbles <= 2 * key.length ? 1 : 0, 1, "length");
        // Its end is that of the key.
        for (uint256 i = 0; i + 1 < path.length; i++) {
            assertEq(uint8(path[path.length - 1 - i]), uint8(key[key.length - 1 - i]), "end");
        }
    }

    function _key(uint256 index) private pure returns (bytes memory) {
        if (index == 0) return hex"80";
        if (index < 0x80) return abi.encodePacked(uint8(index));
        if (index < 0x100) return abi.encodePacked(uint8(0x81), uint8(index));
        return abi.encodePacked(uint8(0x82), uint16(index));
    }
}
