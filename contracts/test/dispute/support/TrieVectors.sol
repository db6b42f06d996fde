// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "../../support/Test.sol";

/// A change of a trie, the nodes that show it, and the root after it. Of no length: the key is removed.
struct Change {
    bytes32 key;
    bytes value;
    bytes witness;
    bytes32 root;
}

/// Changes that packages/dispute/src/flush/updateTrie.test.ts made of a trie: filled, with keys that share beginnings of every
/// length, and emptied again.
abstract contract TrieVectors is Test {
    bytes private vectors;

    function setUp() public virtual {
        vectors = vm.parseBytes(vm.readFile("contracts/test/vectors/trie-updates.hex"));
    }

    /// @return root of the trie without entries
    function _changes() internal view returns (bytes32 root, Change[] memory changes) {
        return abi.decode(vectors, (bytes32, Change[]));
    }

    /// Way to a leaf with a key of zeros below 64 branches with all children, the most that a way can have.
    function _longestWay() internal pure returns (bytes memory witness, bytes32 root) {
        bytes memory others;
        for (uint256 i = 1; i < 16; i++) {
            others = bytes.concat(others, hex"a0", keccak256(abi.encode(i)));
        }
        bytes memory leaf = bytes.concat(hex"f823", hex"20", hex"a1", new bytes(33));
        root = keccak256(leaf);
        witness = abi.encodePacked(leaf.length, leaf, new bytes(64 - leaf.length));
        for (uint256 i = 0; i < 64; i++) {
            bytes memory branch = bytes.concat(hex"f90211", hex"a0", root, others, hex"80");
            root = keccak256(branch);
            witness = abi.encodePacked(branch.length, branch, new bytes(544 - branch.length), witness);
        }
    }
}
