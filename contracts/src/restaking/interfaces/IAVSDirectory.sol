// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISignatureUtils} from "./ISignatureUtils.sol";

/// Which operators agreed, by signature, to serve which AVS. The AVS calls for itself. Pause bits: 0 registration and
/// deregistration.
interface IAVSDirectory is ISignatureUtils {
    enum OperatorAVSRegistrationStatus {
        UNREGISTERED,
        REGISTERED
    }

    event OperatorAVSRegistrationStatusUpdated(
        address indexed operator, address indexed avs, OperatorAVSRegistrationStatus status
    );
    event AVSMetadataURIUpdated(address indexed avs, string metadataURI);

    error OperatorNotRegisteredToEigenLayer();
    error OperatorNotRegisteredToAVS();
    error OperatorAlreadyRegisteredToAVS();
    error SaltSpent();

    /// Called by the AVS with the operator's signature of calculateOperatorAVSRegistrationDigestHash.
    function registerOperatorToAVS(
        address operator,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external;
    /// Called by the AVS.
    function deregisterOperatorFromAVS(address operator) external;
    /// Called by the AVS; only emitted.
    function updateAVSMetadataURI(string calldata metadataURI) external;
    /// Makes a salt of the caller's worthless, before a signature with it is used.
    function cancelSalt(bytes32 salt) external;

    function avsOperatorStatus(address avs, address operator) external view returns (OperatorAVSRegistrationStatus);
    /// Ours: how often the operator registered with the AVS, each time by a signature.
    function registrationCount(address avs, address operator) external view returns (uint256);
    function operatorSaltIsSpent(address operator, bytes32 salt) external view returns (bool);
    function calculateOperatorAVSRegistrationDigestHash(
        address operator,
        address avs,
        bytes32 salt,
        uint256 expiry
    ) external view returns (bytes32);
    function domainSeparator() external view returns (bytes32);
    function OPERATOR_AVS_REGISTRATION_TYPEHASH() external view returns (bytes32);
    function OPERATOR_SET_REGISTRATION_TYPEHASH() external view returns (bytes32);
}
