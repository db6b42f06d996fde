// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Groth16Key, Groth16Verifier} from "./Groth16Verifier.sol";
import {IValidityRegistry} from "./IValidityRegistry.sol";
import {IValidityVerifier} from "./IValidityVerifier.sol";

/// See IValidityRegistry.
contract ValidityRegistry is IValidityRegistry {
    /// @inheritdoc IValidityRegistry
    mapping(bytes32 keyHash => IValidityVerifier) public verifierOf;

    /// @inheritdoc IValidityRegistry
    function register(Groth16Key calldata key) external returns (bytes32 keyHash) {
        keyHash = keccak256(abi.encode(key));
        if (address(verifierOf[keyHash]) != address(0)) return keyHash;
        Groth16Verifier verifier = new Groth16Verifier(key);
        verifierOf[keyHash] = verifier;
        emit VerifierRegistered(keyHash, address(verifier));
    }
}
