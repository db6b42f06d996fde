// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind} from "../bridge/IBridge.sol";
import {RangeProof} from "../lib/RangeProof.sol";
import {IOutbox, L2_BRIDGE, SETTLER} from "./IPredeploys.sol";

/// Incremental Merkle tree as in the deposit contract of Ethereum, except that the root is computed with every append:
/// output roots read it from storage.
contract Outbox is IOutbox {
    uint256 private constant DEPTH = 32;

    /// @inheritdoc IOutbox
    bytes32 public root;
    /// @inheritdoc IOutbox
    uint64 public count;
    bytes32[DEPTH] private _branch;

    /// @inheritdoc IOutbox
    function append(OutboxKind kind, bytes calldata payload) external returns (uint64 index) {
        if (msg.sender != L2_BRIDGE && msg.sender != SETTLER) revert OnlyBridgeOrSettler();
        index = count;
        bytes32 leaf = keccak256(abi.encode(index, kind, payload));
        root = _insert(index, leaf);
        count = index + 1;
        emit MessageAppended(index, kind, leaf, payload);
    }

    function _insert(uint256 index, bytes32 node) private returns (bytes32) {
        bool stored = false;
        bytes32 empty = bytes32(0);
        for (uint256 height = 0; height < DEPTH; height++) {
            if (index & 1 == 1) {
                node = RangeProof.hashPair(_branch[height], node);
            } else {
                // The first even node on the way up is the root of a complete subtree: a later leaf's left sibling.
                if (!stored) {
                    _branch[height] = node;
                    stored = true;
                }
                node = RangeProof.hashPair(node, empty);
            }
            empty = RangeProof.hashPair(empty, empty);
            index >>= 1;
        }
        return node;
    }
}
