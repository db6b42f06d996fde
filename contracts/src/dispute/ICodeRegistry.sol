// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// What a dispute needs to know of code, by its keccak256. One per L1, for all chains.
interface ICodeRegistry {
    struct Code {
        /// Root over chunks: 31 bytes of code, then the place in them of the first instruction, 31 for none.
        bytes32 chunks;
        /// Root of the word tree over the bytes.
        bytes32 bytesRoot;
        uint64 length;
        bool known;
        /// Where the code is that an account delegates to (EIP-7702), or zero.
        address delegate;
    }

    event CodeRegistered(bytes32 indexed codeHash, uint256 length);

    error CodeTooLong(uint256 length);

    /// Anybody may show code; init code too, at most 49,152 bytes. Again is harmless.
    function register(bytes calldata code) external returns (bytes32 codeHash);

    function codeOf(bytes32 codeHash) external view returns (Code memory);
}
