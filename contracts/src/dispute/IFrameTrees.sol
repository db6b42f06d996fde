// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Batch frames as word trees, by their hash: what a dispute about what frames hold needs of them. Anybody shows a frame by
/// posting it once more.
interface IFrameTrees {
    struct FrameTree {
        /// Of depth 11, over the frame filled up with zeros to 65,536 bytes.
        bytes32 root;
        uint64 length;
        bool known;
    }

    event FrameShown(bytes32 indexed frameHash, uint256 length);

    error FrameTooLong(uint256 length);

    /// @param frame at most 65,536 bytes. Showing one again does nothing.
    function register(bytes calldata frame) external returns (bytes32 frameHash);

    function treeOf(bytes32 frameHash) external view returns (FrameTree memory);
}
