// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerklePatricia} from "../../src/dispute/lib/MerklePatricia.sol";
import {WitnessReader} from "../../src/dispute/lib/Witness.sol";
import {Change, TrieVectors} from "./support/TrieVectors.sol";

contract MerklePatriciaTest is TrieVectors {
    mapping(bytes32 key => bytes) private values;

    function get(bytes calldata witness, bytes32 root, bytes32 key)
        external
        pure
        returns (bool found, bytes memory value)
    {
        MerklePatricia.Item memory item;
        (found, item) = MerklePatricia.get(WitnessReader.open(witness), root, key);
        (uint256 pointer, uint256 length) = (item.pointer, item.length);
        value = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(value, 0x20), pointer, length)
        }
    }

    /// The nodes of a change, with their number before them.
    function _counted(bytes memory witness) private pure returns (bytes memory) {
        uint256 count = 0;
        for (uint256 position = 0; position < witness.length; count++) {
            uint256 length;
            assembly ("memory-safe") {
                length := mload(add(add(witness, 0x20), position))
            }
            position += 32 + (length + 31) / 32 * 32;
        }
        return abi.encodePacked(count, witness);
    }

    /// Before each change that puts a value, the nodes on the way show what was there, or that nothing was.
    function test_tellsWhatIsThereAndWhatIsNot() public {
        (bytes32 root, Change[] memory changes) = _changes();
        uint256 hits = 0;
        for (uint256 i = 0; i < changes.length; i++) {
            Change memory change = changes[i];
            bytes memory known = values[change.key];
            if (change.value.length != 0) {
                (bool found, bytes memory value) = this.get(_counted(change.witness), root, change.key);
                assertTrue(found == (known.length != 0), "found");
                assertEq(keccak256(value), keccak256(known), "value");
                if (found) hits++;
            }
            values[change.key] = change.value;
            root = change.root;
        }
        assertTrue(hits > 10 && hits < changes.length / 2, "both kinds");
    }

    function testFuzz_noBitLeadsToAnotherAnswer(uint256 index, uint256 bit) public view {
        (bytes32 root, Change[] memory changes) = _changes();
        index = bound(index, 1, changes.length - 1);
        Change memory change = changes[index];
        root = changes[index - 1].root;
        if (change.value.length == 0 || change.witness.length == 0) return;
        bytes memory witness = _counted(change.witness);
        (bool found, bytes memory value) = this.get(witness, root, change.key);
        bit = bound(bit, 0, witness.length * 8 - 1);
        witness[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        try this.get(witness, root, change.key) returns (bool misled, bytes memory other) {
            assertTrue(misled == found && keccak256(other) == keccak256(value), "another answer");
        } catch {}
    }

    /// The nodes on another key's way don't show that this one is missing.
    function testFuzz_anotherWayIsRefusedOrTellsTheSame(uint256 index, bytes32 key) public view {
        (bytes32 root, Change[] memory changes) = _changes();
        index = bound(index, 1, changes.length - 1);
        root = changes[index - 1].root;
        if (changes[index].witness.length == 0) return;
        try this.get(_counted(changes[index].witness), root, key) returns (bool found, bytes memory) {
            assertTrue(!found, "a random key is nowhere");
        } catch {}
    }

    function test_ofNothingNothingIsShown() public view {
        (bool found,) = this.get("", keccak256(hex"80"), bytes32(uint256(1)));
        assertTrue(!found, "empty");
    }

    function test_gasOfTheLongestWay() public {
        (bytes memory witness, bytes32 root) = _longestWay();
        witness = _counted(witness);
        uint256 before = gasleft();
        (bool found,) = this.get(witness, root, 0);
        uint256 used = before - gasleft();
        assertTrue(found, "found");
        vm.snapshotValue("disputeTries", "a look below 64 full branches", used);
        assertAtMost(used, 3_000_000, "gas");
    }
}
