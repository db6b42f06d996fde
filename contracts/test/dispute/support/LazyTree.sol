// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// A tree of a dispute by its first leaves; behind them the last one stands for ever.
struct Tree {
    bytes32[] leaves;
    uint8 height;
    /// Node of every height all of whose leaves are the last.
    bytes32[] tail;
}

library LazyTree {
    function make(bytes32[] memory leaves, uint8 height) internal pure returns (Tree memory tree) {
        tree.leaves = leaves;
        tree.height = height;
        tree.tail = new bytes32[](uint256(height) + 1);
        tree.tail[0] = leaves[leaves.length - 1];
        for (uint256 i = 1; i <= height; i++) tree.tail[i] = pair(tree.tail[i - 1], tree.tail[i - 1]);
    }

    function root(Tree memory tree) internal pure returns (bytes32) {
        return node(tree, tree.height, 0);
    }

    function node(Tree memory tree, uint8 height, uint256 position) internal pure returns (bytes32) {
        if (position << height >= tree.leaves.length) return tree.tail[height];
        if (height == 0) return tree.leaves[position];
        return pair(node(tree, height - 1, 2 * position), node(tree, height - 1, 2 * position + 1));
    }

    function leaf(Tree memory tree, uint256 position) internal pure returns (bytes32) {
        return node(tree, 0, position);
    }

    function proof(Tree memory tree, uint256 position) internal pure returns (bytes32[] memory siblings) {
        siblings = new bytes32[](tree.height);
        for (uint8 i = 0; i < tree.height; i++) siblings[i] = node(tree, i, (position >> i) ^ 1);
    }

    function last(Tree memory tree) internal pure returns (uint256) {
        return (uint256(1) << tree.height) - 1;
    }

    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(left, right));
    }
}
