// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Hashes of L1 blocks, kept for disputes: the L1 itself forgets them after 8,191 blocks. One per L1, for all chains.
interface IOriginRegistry {
    event OriginRecorded(uint64 indexed number, bytes32 hash);

    /// The L1 no longer knows the hash of that block, or does not know it yet.
    error UnknownBlock(uint64 number);
    /// The header is not that of a block whose hash is recorded.
    error NotParent();

    /// Keeps the hash of a block that the L1 still knows. Recording one again does nothing.
    function record(uint64 number) external returns (bytes32 hash);

    /// Keeps the hash of the block before one that is recorded, whatever its age.
    /// @param header RLP of the recorded block's header
    function recordParent(bytes calldata header) external;

    /// Keeps the hash of the block before the last of these, and of none between: it goes back further for less.
    /// @param headers RLP of a recorded block's header, of its parent's, and so on
    function recordAncestor(bytes[] calldata headers) external;

    /// Zero when it was not recorded.
    function hashOf(uint64 number) external view returns (bytes32);
}
