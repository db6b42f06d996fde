// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Groth16Key} from "./Groth16Verifier.sol";
import {IValidityVerifier} from "./IValidityVerifier.sol";

/// Verifiers by the hash of their keys. Nobody rules here: that a verifier is registered says only that it checks proofs of this
/// very key. Which key speaks for a chain is fixed when the chain is created.
interface IValidityRegistry {
    event VerifierRegistered(bytes32 indexed keyHash, address verifier);

    /// Deploys the verifier of a key, once.
    /// @return keyHash keccak256(abi.encode(key))
    function register(Groth16Key calldata key) external returns (bytes32 keyHash);

    /// Zero when nobody registered that key.
    function verifierOf(bytes32 keyHash) external view returns (IValidityVerifier);
}
