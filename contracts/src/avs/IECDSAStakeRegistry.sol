// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ISignatureUtils} from "../restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";

/// The registry of an AVS whose operators sign with ECDSA, one signature each: weights, signing keys and the threshold over
/// time, and the check of many signatures at once by ERC-1271. It has one quorum, without operator sets.
interface IECDSAStakeRegistry is IERC1271 {
    /// @param multiplier of 10,000; all of a quorum's add up to that
    struct StrategyParams {
        IStrategy strategy;
        uint96 multiplier;
    }

    /// @param strategies strictly ascending by address
    struct Quorum {
        StrategyParams[] strategies;
    }

    event OperatorRegistered(address indexed _operator, address indexed _avs);
    event OperatorDeregistered(address indexed _operator, address indexed _avs);
    event QuorumUpdated(Quorum _old, Quorum _new);
    event MinimumWeightUpdated(uint256 _old, uint256 _new);
    event OperatorWeightUpdated(address indexed _operator, uint256 oldWeight, uint256 newWeight);
    event TotalWeightUpdated(uint256 oldTotalWeight, uint256 newTotalWeight);
    event ThresholdWeightUpdated(uint256 _thresholdWeight);
    event SigningKeyUpdate(
        address indexed operator, uint256 indexed updateBlock, address indexed newSigningKey, address oldSigningKey
    );

    error LengthMismatch();
    error InvalidLength();
    error InvalidSignature();
    error InvalidThreshold();
    error MustUpdateAllOperators();
    error InvalidReferenceBlock();
    error InvalidSignedWeight();
    error InsufficientSignedStake();
    error InvalidQuorum();
    error NotSorted();
    error OperatorAlreadyRegistered();
    error OperatorNotRegistered();

    // --- operators ---

    /// Registers the caller. Too little stake does not keep it out, but its weight is zero then.
    /// @param signingKey signs for the operator from the next block on: an account, or a contract that answers ERC-1271
    function registerOperatorWithSignature(
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature,
        address signingKey
    ) external;

    function deregisterOperator() external;

    function updateOperatorSigningKey(address newSigningKey) external;

    // --- anybody ---

    /// Reads weights anew.
    function updateOperators(address[] memory operators) external;

    /// Reads the weights of all operators anew.
    /// @param operatorsPerQuorum one list, of all operators by ascending address
    /// @param quorumNumbers not read
    function updateOperatorsForQuorum(address[][] memory operatorsPerQuorum, bytes memory quorumNumbers) external;

    // --- owner ---

    /// @param operators whose weights are read anew
    function updateQuorumConfig(Quorum memory quorum, address[] memory operators) external;

    /// @param newMinimumWeight smaller stakes weigh nothing
    function updateMinimumWeight(uint256 newMinimumWeight, address[] memory operators) external;

    /// @param thresholdWeight that must sign, above zero
    function updateStakeThreshold(uint256 thresholdWeight) external;

    // --- views ---

    /// @param dataHash what the operators signed
    /// @param signatureData abi.encode(address[] operators, bytes[] signatures, uint32 referenceBlock), operators ascending; by
    ///   the keys and weights of the reference block, which is before the current one
    /// @return the selector of this function; reverts when the signatures are not enough
    function isValidSignature(bytes32 dataHash, bytes memory signatureData) external view override returns (bytes4);

    function quorum() external view returns (Quorum memory);

    function minimumWeight() external view returns (uint256);

    function operatorRegistered(address operator) external view returns (bool);

    /// Weight by the operator's stake at this moment: sum of shares * multiplier / 10,000, zero below the minimum.
    function getOperatorWeight(address operator) external view returns (uint256);

    /// The public release's spelling.
    function getLastestOperatorSigningKey(address operator) external view returns (address);

    function getOperatorSigningKeyAtBlock(address operator, uint256 blockNumber) external view returns (address);

    function getLastCheckpointOperatorWeight(address operator) external view returns (uint256);

    function getLastCheckpointTotalWeight() external view returns (uint256);

    function getLastCheckpointThresholdWeight() external view returns (uint256);

    /// At a block before the current one, as the following.
    function getOperatorWeightAtBlock(address operator, uint32 blockNumber) external view returns (uint256);

    function getLastCheckpointTotalWeightAtBlock(uint32 blockNumber) external view returns (uint256);

    function getLastCheckpointThresholdWeightAtBlock(uint32 blockNumber) external view returns (uint256);
}
