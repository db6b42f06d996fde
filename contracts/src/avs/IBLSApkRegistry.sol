// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRegistry} from "./IRegistry.sol";
import {BN254} from "./lib/BN254.sol";

/// The BLS keys of operators, and the aggregate of each quorum's keys ("apk") now and at any block.
interface IBLSApkRegistry is IRegistry {
    /// @param apkHash first 24 bytes of keccak256 of the aggregate's coordinates
    /// @param nextUpdateBlockNumber 0 while the update is the newest
    struct ApkUpdate {
        bytes24 apkHash;
        uint32 updateBlockNumber;
        uint32 nextUpdateBlockNumber;
    }

    /// @param pubkeyRegistrationSignature the key's signature over the coordinator's message for the operator
    struct PubkeyRegistrationParams {
        BN254.G1Point pubkeyRegistrationSignature;
        BN254.G1Point pubkeyG1;
        BN254.G2Point pubkeyG2;
    }

    event NewPubkeyRegistration(address indexed operator, BN254.G1Point pubkeyG1, BN254.G2Point pubkeyG2);
    event OperatorAddedToQuorums(address operator, bytes32 operatorId, bytes quorumNumbers);
    event OperatorRemovedFromQuorums(address operator, bytes32 operatorId, bytes quorumNumbers);

    error OnlyRegistryCoordinator();
    error QuorumAlreadyExists(uint8 quorumNumber);
    error QuorumDoesNotExist(uint8 quorumNumber);
    error ZeroPubkey();
    /// An operator has one key for ever.
    error OperatorHasPubkey(address operator);
    error PubkeyTaken(bytes32 pubkeyHash, address operator);
    /// The signature is not by the key, or the keys in G1 and G2 belong to different secrets.
    error InvalidPossessionProof();
    error OperatorHasNoPubkey(address operator);

    /// Adds the operator's key to aggregates; coordinator only.
    function registerOperator(address operator, bytes calldata quorumNumbers) external;

    /// Subtracts the operator's key from aggregates; coordinator only.
    function deregisterOperator(address operator, bytes calldata quorumNumbers) external;

    /// Coordinator only.
    function initializeQuorum(uint8 quorumNumber) external;

    /// Binds a key to an operator after checking the proof that the operator owns it; coordinator only. Without the proof, a
    /// key made from the keys of others would let its owner sign for all of them.
    /// @param pubkeyRegistrationMessageHash the point that had to be signed
    /// @return operatorId keccak256 of the key in G1
    function registerBLSPublicKey(
        address operator,
        PubkeyRegistrationParams calldata params,
        BN254.G1Point calldata pubkeyRegistrationMessageHash
    ) external returns (bytes32 operatorId);

    function operatorToPubkeyHash(address operator) external view returns (bytes32);

    function pubkeyHashToOperator(bytes32 pubkeyHash) external view returns (address);

    function operatorToPubkey(address operator) external view returns (uint256 X, uint256 Y);

    /// Reverts for operators without a key.
    function getRegisteredPubkey(address operator) external view returns (BN254.G1Point memory, bytes32);

    function currentApk(uint8 quorumNumber) external view returns (uint256 X, uint256 Y);

    function getApk(uint8 quorumNumber) external view returns (BN254.G1Point memory);

    function apkHistory(uint8 quorumNumber, uint256 index)
        external
        view
        returns (bytes24 apkHash, uint32 updateBlockNumber, uint32 nextUpdateBlockNumber);

    function getApkHistoryLength(uint8 quorumNumber) external view returns (uint32);

    /// For `getApkHashAtBlockNumberAndIndex`.
    function getApkIndicesAtBlockNumber(bytes calldata quorumNumbers, uint256 blockNumber)
        external
        view
        returns (uint32[] memory);

    function getApkUpdateAtIndex(uint8 quorumNumber, uint256 index) external view returns (ApkUpdate memory);

    /// Reverts if the update with that index does not hold at the block.
    function getApkHashAtBlockNumberAndIndex(uint8 quorumNumber, uint32 blockNumber, uint256 index)
        external
        view
        returns (bytes24);

    function getOperatorFromPubkeyHash(bytes32 pubkeyHash) external view returns (address);

    function getOperatorId(address operator) external view returns (bytes32);
}
