// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../../src/bridge/IBridge.sol";

/// The outbox tree written the plain way: every level in memory, zero leaves to the right. Reference for contract code.
library OutboxModel {
    uint256 internal constant DEPTH = 32;

    function leaf(uint256 index, OutboxMessage memory message) internal pure returns (bytes32) {
        return keccak256(abi.encode(uint64(index), uint8(message.kind), message.payload));
    }

    function leavesOf(OutboxMessage[] memory messages) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](messages.length);
        for (uint256 i = 0; i < messages.length; i++) leaves[i] = leaf(i, messages[i]);
    }

    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        (bytes32 value,) = _walk(leaves, 0, leaves.length);
        return value;
    }

    function proof(bytes32[] memory leaves, uint256 start, uint256 count) internal pure returns (bytes32[] memory) {
        (, bytes32[] memory siblings) = _walk(leaves, start, count);
        return siblings;
    }

    function _walk(bytes32[] memory leaves, uint256 start, uint256 count)
        private
        pure
        returns (bytes32 value, bytes32[] memory siblings)
    {
        bytes32[] memory found = new bytes32[](2 * DEPTH);
        uint256 used = 0;
        bytes32 empty = bytes32(0);
        uint256 left = start;
        uint256 right = count == 0 ? start : start + count - 1;
        for (uint256 level = 0; level < DEPTH; level++) {
            if (left % 2 == 1) found[used++] = _at(leaves, left - 1, empty);
            if (right % 2 == 0) found[used++] = _at(leaves, right + 1, empty);
            bytes32[] memory parents = new bytes32[]((leaves.length + 1) / 2);
            for (uint256 i = 0; i < parents.length; i++) {
                parents[i] = keccak256(abi.encode(leaves[2 * i], _at(leaves, 2 * i + 1, empty)));
            }
            leaves = parents;
            empty = keccak256(abi.encode(empty, empty));
            left /= 2;
            right /= 2;
        }
        value = leaves.length == 0 ? empty : leaves[0];
        siblings = new bytes32[](used);
        for (uint256 i = 0; i < used; i++) siblings[i] = found[i];
    }

    function _at(bytes32[] memory nodes, uint256 index, bytes32 empty) private pure returns (bytes32) {
        return index < nodes.length ? nodes[index] : empty;
    }
}
