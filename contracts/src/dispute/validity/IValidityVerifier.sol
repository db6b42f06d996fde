// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Checks succinct proofs of one program.
interface IValidityVerifier {
    /// @param statement 32 bytes that the proof commits to by its public inputs
    /// @return whether the proof shows that the statement is true; false for whatever is no proof
    function verify(bytes32 statement, bytes calldata proof) external view returns (bool);
}
