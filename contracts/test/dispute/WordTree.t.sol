// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashing} from "../../src/dispute/lib/Hashing.sol";
import {Witness, WitnessReader} from "../../src/dispute/lib/Witness.sol";
import {WordTree} from "../../src/dispute/lib/WordTree.sol";
import {Test} from "../support/Test.sol";

contract WordTreeTest is Test {
    using WitnessReader for Witness;

    function replaced(bytes calldata witness, bytes32 root, uint256 first, uint256 count, uint256[] calldata others)
        external
        pure
        returns (uint256[] memory words, bytes32 changed)
    {
        Witness memory reader = WitnessReader.open(witness);
        Witness memory siblings;
        (words, siblings) = WordTree.words(reader, root, first, count);
        changed = WordTree.withWords(siblings, others, first);
    }

    function leaf(bytes calldata witness, bytes32 root, uint256 index, uint256 depth) external pure returns (uint256) {
        return WordTree.leaf(WitnessReader.open(witness), root, index, depth);
    }

    function span(bytes calldata witness, bytes32 root, uint256 offset, uint256 length)
        external
        pure
        returns (uint256[] memory words)
    {
        (words,) = WordTree.span(WitnessReader.open(witness), root, offset, length);
    }

    /// Words that are the tree's first, the rest of the memory being zeros.
    function _words(uint256 salt, uint256 count) private pure returns (uint256[] memory words) {
        words = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            words[i] = uint256(keccak256(abi.encode(salt, i)));
        }
    }

    function _rootOf(uint256[] memory words) private pure returns (bytes32) {
        uint256[] memory copy = new uint256[](words.length);
        for (uint256 i = 0; i < words.length; i++) {
            copy[i] = words[i];
        }
        return WordTree.build(copy, WordTree.DEPTH);
    }

    /// Node by its definition: `level` above the leaves, the `index`-th from the left.
    function _node(uint256[] memory words, uint256 level, uint256 index) private pure returns (bytes32) {
        if (index << level >= words.length) return _zero(level);
        if (level == 0) return bytes32(words[index]);
        return Hashing.pair(_node(words, level - 1, 2 * index), _node(words, level - 1, 2 * index + 1));
    }

    function _zero(uint256 level) private pure returns (bytes32 node) {
        for (uint256 i = 0; i < level; i++) {
            node = Hashing.pair(node, node);
        }
    }

    function _proof(uint256[] memory words, uint256 first, uint256 count) private pure returns (bytes memory witness) {
        for (uint256 i = first; i < first + count; i++) {
            witness = abi.encodePacked(witness, i < words.length ? words[i] : 0);
        }
        (uint256 low, uint256 high) = (first, first + count - 1);
        for (uint256 level = 0; level < WordTree.DEPTH; level++) {
            if (low & 1 == 1) witness = abi.encodePacked(witness, _node(words, level, low - 1));
            if (high & 1 == 0) witness = abi.encodePacked(witness, _node(words, level, high + 1));
            (low, high) = (low >> 1, high >> 1);
        }
    }

    function test_ofNothingIsZeros() public pure {
        assertEq(WordTree.build(new uint256[](0), WordTree.DEPTH), _zero(WordTree.DEPTH), "empty");
        assertEq(
            WordTree.build(new uint256[](0), WordTree.DEPTH),
            0xc65e9645644786b620e2dd2ad648ddfcbf4a7e5b1a3a4ecfe7f64667a3f0b7e2,
            "the constant of RunStep"
        );
    }

    function testFuzz_rootIsTheDefinition(uint256 salt, uint256 count) public pure {
        uint256[] memory words = _words(salt, bound(count, 1, 70));
        assertEq(_rootOf(words), _node(words, WordTree.DEPTH, 0), "root");
    }

    function testFuzz_rangesAreReadAndReplaced(uint256 salt, uint256 size, uint256 first, uint256 count) public view {
        uint256[] memory words = _words(salt, bound(size, 1, 40));
        first = bound(first, 0, 50);
        count = bound(count, 1, 12);
        uint256[] memory others = _words(salt + 1, count);
        (uint256[] memory read, bytes32 changed) =
            this.replaced(_proof(words, first, count), _rootOf(words), first, count, others);
        uint256[] memory expected = new uint256[](words.length > first + count ? words.length : first + count);
        for (uint256 i = 0; i < expected.length; i++) {
            bool isOther = i >= first && i < first + count;
            expected[i] = isOther ? others[i - first] : i < words.length ? words[i] : 0;
            if (isOther) assertEq(read[i - first], i < words.length ? words[i] : 0, "word");
        }
        assertEq(changed, _rootOf(expected), "changed root");
    }

    /// Every bit of a proof counts.
    function testFuzz_aWrongBitIsRefused(uint256 salt, uint256 first, uint256 count, uint256 bit) public {
        uint256[] memory words = _words(salt, 20);
        first = bound(first, 0, 25);
        count = bound(count, 1, 9);
        bytes memory proof = _proof(words, first, count);
        bit = bound(bit, 0, proof.length * 8 - 1);
        proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes32 root = _rootOf(words);
        uint256[] memory others = new uint256[](count);
        vm.expectRevert(WordTree.WrongOpening.selector);
        this.replaced(proof, root, first, count, others);
    }

    function testFuzz_whatIsCutOffIsRefused(uint256 salt, uint256 first, uint256 count, uint256 cut) public {
        uint256[] memory words = _words(salt, 20);
        count = bound(count, 1, 9);
        bytes memory proof = _proof(words, bound(first, 0, 25), count);
        uint256 length = bound(cut, 0, proof.length / 32 - 1) * 32;
        assembly ("memory-safe") {
            mstore(proof, length)
        }
        bytes32 root = _rootOf(words);
        vm.expectRevert(WitnessReader.WitnessTooShort.selector);
        this.replaced(proof, root, bound(first, 0, 25), count, new uint256[](count));
    }

    function testFuzz_anotherPlaceIsRefused(uint256 salt, uint256 first, uint256 other) public {
        uint256[] memory words = _words(salt, 20);
        first = bound(first, 0, 19);
        other = bound(other, 0, 31);
        vm.assume(first != other);
        bytes memory proof = _proof(words, first, 1);
        bytes32 root = _rootOf(words);
        vm.expectRevert();
        this.replaced(proof, root, other, 1, new uint256[](1));
    }

    function testFuzz_leavesOfSmallTrees(uint256 salt, uint256 index, uint256 depth) public {
        depth = bound(depth, 1, 8);
        index = bound(index, 0, (1 << depth) - 1);
        uint256[] memory words = _words(salt, 1 << depth);
        bytes memory proof = abi.encodePacked(words[index]);
        for (uint256 level = 0; level < depth; level++) {
            proof = abi.encodePacked(proof, _node(words, level, (index >> level) ^ 1));
        }
        bytes32 root = _node(words, depth, 0);
        assertEq(this.leaf(proof, root, index, depth), words[index], "leaf");
        vm.expectRevert(WordTree.WrongOpening.selector);
        this.leaf(proof, root, index ^ 1, depth);
    }

    function test_nothingLiesBehindTheLastWord() public {
        uint256 last = (1 << WordTree.DEPTH) - 1;
        bytes memory proof = new bytes(32 * 24);
        vm.expectRevert(WordTree.WrongOpening.selector);
        this.replaced(proof, _zero(WordTree.DEPTH), last, 2, new uint256[](2));
    }

    function testFuzz_spansAreTheWordsOfBytes(uint256 salt, uint256 offset, uint256 length) public view {
        uint256[] memory words = _words(salt, 20);
        offset = bound(offset, 0, 500);
        length = bound(length, 1, 200);
        uint256 first = offset / 32;
        uint256 count = (offset + length - 1) / 32 - first + 1;
        uint256[] memory read = this.span(_proof(words, first, count), _rootOf(words), offset, length);
        assertEq(read.length, count, "words");
        assertEq(read[0], first < 20 ? words[first] : 0, "first");
    }
}
