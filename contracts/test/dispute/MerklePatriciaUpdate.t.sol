// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerklePatricia} from "../../src/dispute/lib/MerklePatricia.sol";
import {MerklePatriciaUpdate} from "../../src/dispute/lib/MerklePatriciaUpdate.sol";
import {Witness, WitnessReader} from "../../src/dispute/lib/Witness.sol";
import {Change, TrieVectors} from "./support/TrieVectors.sol";

contract MerklePatriciaUpdateTest is TrieVectors {
    function set(bytes calldata witness, bytes32 root, bytes32 key, bytes calldata value)
        external
        pure
        returns (bytes32)
    {
        Witness memory reader = WitnessReader.open(witness);
        return MerklePatriciaUpdate.set(reader, root, key, value);
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

    function test_gasOfTheLongestWay() public {
        (bytes memory witness, bytes32 root) = _longestWay();
        uint256 before = gasleft();
        bytes32 changed = this.set(witness, root, 0, hex"01");
        uint256 used = before - gasleft();
        assertTrue(changed != root, "another root");
        vm.snapshotValue("disputeTries", "a change below 64 full branches", used);
        assertAtMost(used, 3_000_000, "gas");
    }
}
