// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Content-addressed record that a batch frame was calldata of an L1 transaction. One per L1, shared by all chains:
/// frames of strangers are harmless because packs name frames by hash.
interface IBatchRegistry {
    event FramePosted(bytes32 indexed frameHash, uint256 size);

    error FrameTooLarge(uint256 size);
    /// Frames must be readable from the transaction's own calldata.
    error NotTopLevelCall();

    /// @param frame at most 65,536 bytes. Re-posting refreshes the event and is allowed.
    function post(bytes calldata frame) external returns (bytes32 frameHash);

    /// Reads a frame's outer layer as a dispute would (packages/protocol/src/batch/README.md).
    /// @return wellFormed false when no decoder accepts the frame; the other values are then zero
    /// @return firstBlock number of the first block with content in the frame
    /// @return bodySize length of the decoded columns, bytes
    /// @return bodyHash keccak256 of the decoded columns
    function decode(bytes calldata frame)
        external
        pure
        returns (bool wellFormed, uint256 firstBlock, uint256 bodySize, bytes32 bodyHash);

    /// L1 block number of the first posting, 0 = never.
    function postedAt(bytes32 frameHash) external view returns (uint64);
}
