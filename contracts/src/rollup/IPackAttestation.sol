// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Who may say in place of a bonded proposer that a pack is right: a set of operators whose stake answers for it. A chain names
/// it at its creation (IRollup.attestation).
interface IPackAttestation {
    /// Checks a certificate for a pack of `rollup`; reverts when it is not enough.
    /// @param revertEpoch of the rollup now: a certificate from before a revert is worth nothing after it
    /// @param packHash keccak256(abi.encode(pack))
    /// @return signatoryRecordHash what says later who signed, when the pack falls; never zero
    function checkPack(address rollup, uint64 revertEpoch, bytes32 packHash, bytes calldata certificate)
        external
        view
        returns (bytes32 signatoryRecordHash);

    /// Told by a rollup (the caller) that a certified pack of its own fell. Only notes it; whoever signed is slashed by a claim of
    /// its own. It has IRollup.REJECTION_GAS, and a failure is ignored: nothing here can keep a wrong pack standing.
    function packRejected(uint64 packIndex, bytes32 packHash, bytes32 signatoryRecordHash) external;
}
