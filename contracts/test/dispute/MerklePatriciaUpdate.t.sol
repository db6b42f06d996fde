// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerklePatricia} from "../../src/dispute/lib/MerklePatricia.sol";
import {MerklePatriciaUpdate} from "../../src/dispute/lib/MerklePatriciaUpdate.sol";
import {Witness, WitnessReader} from "../../src/dispute/lib/Witness.sol";
import {Test} from "../support/Test.sol";

/// Changes that packages/dispute/src/flush/updateTrie.test.ts made of a trie: filled, with keys that share beginnings of every
/// length, and emptied again.
contract MerklePatriciaUpdateTest is Test {
    struct Change {
        bytes32 key;
        bytes value;
        bytes witness;
        bytes32 root;
    }

    bytes private vectors;

    function setUp() public {
        vectors = vm.parseBytes(vm.readFile("contracts/test/vectors/trie-updates.hex"));
    }

    function set(bytes calldata witness, bytes32 root, bytes32 key, bytes calldata value)
        external
        pure
        returns (bytes32)
    {
        Witness memory reader = WitnessReader.open(witness);
        return MerklePatriciaUpdate.set(reader, root, key, value);
    }

    function _changes() private view returns (bytes32 root, Change[] memory changes) {
        return abi.decode(vectors, (bytes32, Change[]));
    }

    function test_everyChangeComesToTheRoot() public {
        (bytes32 root, Change[] memory changes) = _changes();
        uint256 most = 0;
        for (uint256 i = 0; i < changes.length; i++) {
            Change memory change = changes[i];
            uint256 before = gasleft();
            root = this.set(change.witness, root, change.key, change.value);
            uint256 used = before - gasleft();
            if (used > most) most = used;
            assertEq(root, change.root, string.concat("change ", vm.toString(i)));
        }
        assertEq(root, keccak256(hex"80"), "empty in the end");
        vm.snapshotValue("disputeTries", "a change of a trie, most of the sample", most);
    }

    /// What is shown can be wrong in no way that leads to another root.
    function testFuzz_noBitLeadsToAnotherRoot(uint256 index, uint256 bit) public view {
        (bytes32 root, Change[] memory changes) = _changes();
        index = bound(index, 0, changes.length - 1);
        if (index > 0) root = changes[index - 1].root;
        Change memory change = changes[index];
        if (change.witness.length == 0) return;
        bit = bound(bit, 0, change.witness.length * 8 - 1);
        change.witness[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        try this.set(change.witness, root, change.key, change.value) returns (bytes32 misled) {
            assertEq(misled, change.root, "root");
        } catch {}
    }

    function testFuzz_anotherRootIsRefused(uint256 index, bytes32 root) public {
        (, Change[] memory changes) = _changes();
        Change memory change = changes[bound(index, 0, changes.length - 1)];
        if (change.witness.length == 0) return;
        vm.expectRevert(MerklePatricia.WrongNode.selector);
        this.set(change.witness, root, change.key, change.value);
    }

    /// 64 branches with all children, the most that a way can have. The key is zeros.
    function test_gasOfTheLongestWay() public {
        (bytes memory witness, bytes32 root) = _longest();
        uint256 before = gasleft();
        bytes32 changed = this.set(witness, root, 0, hex"01");
        uint256 used = before - gasleft();
        assertTrue(changed != root, "another root");
        vm.snapshotValue("disputeTries", "a change below 64 full branches", used);
        assertAtMost(used, 3_000_000, "gas");
    }

    /// Branches whose children are hashes of nothing in particular, but for the one on the way.
    function _longest() private pure returns (bytes memory witness, bytes32 root) {
        bytes memory others;
        for (uint256 i = 1; i < 16; i++) {
            others = bytes.concat(others, hex"a0", keccak256(abi.encode(i)));
        }
        // The deepest has a leaf of its own with an empty path and a long value.
        bytes memory leaf = bytes.concat(hex"f823", hex"20", hex"a1", new bytes(33));
        bytes32 node = keccak256(leaf);
        witness = abi.encodePacked(leaf.length, leaf, new bytes(64 - leaf.length));
        for (uint256 i = 0; i < 64; i++) {
            bytes memory branch = bytes.concat(hex"f90211", hex"a0", node, others, hex"80");
            node = keccak256(branch);
            witness = abi.encodePacked(branch.length, branch, new bytes(544 - branch.length), witness);
        }
        root = node;
    }
}
