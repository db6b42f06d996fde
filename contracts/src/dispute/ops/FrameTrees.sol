// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IFrameTrees} from "../IFrameTrees.sol";
import {WordTree} from "../lib/WordTree.sol";

/// See IFrameTrees.
abstract contract FrameTrees is IFrameTrees {
    /// Bytes and levels of a frame's tree.
    uint256 internal constant SLOT = 65_536;
    uint256 internal constant SLOT_DEPTH = 11;

    mapping(bytes32 frameHash => FrameTree) private _trees;

    /// @inheritdoc IFrameTrees
    function register(bytes calldata frame) external returns (bytes32 frameHash) {
        if (frame.length > SLOT) revert FrameTooLong(frame.length);
        frameHash = keccak256(frame);
        if (_trees[frameHash].known) return frameHash;
        _trees[frameHash] = FrameTree({root: _rootOf(frame), length: uint64(frame.length), known: true});
        emit FrameShown(frameHash, frame.length);
    }

    /// @inheritdoc IFrameTrees
    function treeOf(bytes32 frameHash) public view returns (FrameTree memory) {
        return _trees[frameHash];
    }

    function _rootOf(bytes calldata frame) private pure returns (bytes32) {
        uint256 count = (frame.length + 31) / 32;
        uint256[] memory words = new uint256[](count);
        assembly ("memory-safe") {
            // Fills up the last word with zeros: memory that was not used holds none but those, and none is behind a new array.
            calldatacopy(add(words, 0x20), frame.offset, frame.length)
        }
        return WordTree.build(words, SLOT_DEPTH);
    }
}
