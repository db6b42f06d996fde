// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPauserRegistry} from "../restaking/interfaces/IPauserRegistry.sol";
import {ISignatureUtils} from "../restaking/interfaces/ISignatureUtils.sol";
import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {IIndexRegistry} from "./IIndexRegistry.sol";
import {IOperatorAllowlist} from "./IOperatorAllowlist.sol";
import {IStakeRegistry, StakeType} from "./IStakeRegistry.sol";
import {BN254} from "./lib/BN254.sol";

/// The front door of an AVS for operators: registration for quorums in all registries and in the core at once, replacement of
/// weak operators in full quorums ("churn"), ejection, updates of stakes. Quorum numbers come as bytes, strictly ascending.
///
/// Pause bits: 0 registration, 1 deregistration, 2 updates.
interface IRegistryCoordinator {
    enum OperatorStatus {
        NEVER_REGISTERED,
        REGISTERED,
        DEREGISTERED
    }

    /// @param operatorId keccak256 of the operator's BLS key in G1
    struct OperatorInfo {
        bytes32 operatorId;
        OperatorStatus status;
    }

    /// @param nextUpdateBlockNumber 0 while the update is the newest
    struct QuorumBitmapUpdate {
        uint32 updateBlockNumber;
        uint32 nextUpdateBlockNumber;
        uint192 quorumBitmap;
    }

    /// @param kickBIPsOfOperatorStake who replaces an operator needs more than this part of its stake (11,000 = 1.1 times)
    /// @param kickBIPsOfTotalStake only operators below this part of the total can be replaced; both of 10,000
    struct OperatorSetParam {
        uint32 maxOperatorCount;
        uint16 kickBIPsOfOperatorStake;
        uint16 kickBIPsOfTotalStake;
    }

    struct OperatorKickParam {
        uint8 quorumNumber;
        address operator;
    }

    event OperatorRegistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorDeregistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorSetParamsUpdated(uint8 indexed quorumNumber, OperatorSetParam operatorSetParams);
    event ChurnApproverUpdated(address prevChurnApprover, address newChurnApprover);
    event EjectorUpdated(address prevEjector, address newEjector);
    event QuorumBlockNumberUpdated(uint8 indexed quorumNumber, uint256 blocknumber);

    error OnlyAllocationManager();
    error OnlyEjector();
    error InputLengthMismatch();
    error MaxQuorumsReached();
    error QuorumDoesNotExist(uint8 quorumNumber);
    error NoQuorums();
    error OperatorNotAllowed(address operator);
    error OperatorNotRegistered(address operator);
    error OperatorInQuorumAlready(uint192 quorumBitmap);
    error OperatorNotInQuorum(address operator, uint192 quorumBitmap);
    /// The operator was ejected and has to wait.
    error EjectionCooldown(uint256 untilTimestamp);
    /// The quorum is full; `registerOperatorWithChurn` replaces somebody.
    error QuorumFull(uint8 quorumNumber, uint32 maxOperatorCount);
    error CannotChurnSelf();
    error KickParamsOfOtherQuorum(uint8 quorumNumber);
    error InsufficientStakeForChurn(uint96 stake, uint256 mustExceed);
    error OperatorTooStrongToChurn(uint96 stake, uint256 mustBeBelow);
    error ChurnApproverSaltUsed();
    error ChurnApproverSignatureExpired();
    error InvalidChurnApproverSignature();
    error OperatorsNotAscending();
    error MustUpdateWholeQuorum(uint8 quorumNumber, uint32 operatorCount);

    // --- operators ---

    /// Registers the caller for quorums: with all registries, with AVSDirectory if it was in no quorum before, and in the
    /// operator sets of the same numbers. All or nothing.
    /// @param socket only emitted
    /// @param params the BLS key with its proof of possession; not read once the operator has a key
    /// @param operatorSignature for AVSDirectory; not read while the operator is in some quorum
    function registerOperator(
        bytes calldata quorumNumbers,
        string calldata socket,
        IBLSApkRegistry.PubkeyRegistrationParams calldata params,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external;

    /// As `registerOperator`; in each quorum that is full the operator named for it is put out, if the churn approver signed
    /// that and the stakes differ enough.
    /// @param operatorKickParams one per quorum
    function registerOperatorWithChurn(
        bytes calldata quorumNumbers,
        string calldata socket,
        IBLSApkRegistry.PubkeyRegistrationParams calldata params,
        OperatorKickParam[] calldata operatorKickParams,
        ISignatureUtils.SignatureWithSaltAndExpiry memory churnApproverSignature,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external;

    /// Takes the caller out of quorums and of their operator sets.
    function deregisterOperator(bytes calldata quorumNumbers) external;

    // --- anybody ---

    /// Reads stakes of operators anew, in all their quorums; who fell below the minimum is put out.
    function updateOperators(address[] calldata operators) external;

    /// Reads the stakes of all operators of quorums anew, which resets the quorums' `quorumUpdateBlockNumber`.
    /// @param operatorsPerQuorum all operators of each quorum, by ascending address
    function updateOperatorsForQuorum(address[][] calldata operatorsPerQuorum, bytes calldata quorumNumbers) external;

    // --- ejector ---

    /// Puts an operator out of quorums and starts its cooldown. Does nothing else if the operator is not in all of them.
    function ejectOperator(address operator, bytes calldata quorumNumbers) external;

    // --- owner ---

    /// A quorum that counts all delegated stake.
    function createQuorum(
        OperatorSetParam memory operatorSetParams,
        uint96 minimumStake,
        IStakeRegistry.StrategyParams[] memory strategyParams
    ) external;

    /// `createQuorum` under its name in the slashing release.
    function createTotalDelegatedStakeQuorum(
        OperatorSetParam memory operatorSetParams,
        uint96 minimumStake,
        IStakeRegistry.StrategyParams[] memory strategyParams
    ) external;

    /// A quorum that counts stake which operators allocated to it and which stays slashable for `lookAheadPeriod` blocks.
    function createSlashableStakeQuorum(
        OperatorSetParam memory operatorSetParams,
        uint96 minimumStake,
        IStakeRegistry.StrategyParams[] memory strategyParams,
        uint32 lookAheadPeriod
    ) external;

    function setOperatorSetParams(uint8 quorumNumber, OperatorSetParam memory operatorSetParams) external;

    function setChurnApprover(address churnApprover) external;

    function setEjector(address ejector) external;

    /// @param ejectionCooldown seconds
    function setEjectionCooldown(uint256 ejectionCooldown) external;

    // --- views ---

    function owner() external view returns (address);

    function serviceManager() external view returns (address);

    function stakeRegistry() external view returns (IStakeRegistry);

    function blsApkRegistry() external view returns (IBLSApkRegistry);

    function indexRegistry() external view returns (IIndexRegistry);

    /// The list of operators who may register, itself switched on or off by its owner.
    function allowlist() external view returns (IOperatorAllowlist);

    function registries(uint256 index) external view returns (address);

    function numRegistries() external view returns (uint256);

    function quorumCount() external view returns (uint8);

    function churnApprover() external view returns (address);

    function ejector() external view returns (address);

    function ejectionCooldown() external view returns (uint256);

    function lastEjectionTimestamp(address operator) external view returns (uint256);

    function isChurnApproverSaltUsed(bytes32 salt) external view returns (bool);

    /// L1 block of the last update of all operators of a quorum at once.
    function quorumUpdateBlockNumber(uint8 quorumNumber) external view returns (uint256);

    function getOperatorSetParams(uint8 quorumNumber) external view returns (OperatorSetParam memory);

    function getOperator(address operator) external view returns (OperatorInfo memory);

    function getOperatorId(address operator) external view returns (bytes32);

    function getOperatorFromId(bytes32 operatorId) external view returns (address operator);

    function getOperatorStatus(address operator) external view returns (OperatorStatus);

    function getCurrentQuorumBitmap(bytes32 operatorId) external view returns (uint192);

    function getQuorumBitmapHistoryLength(bytes32 operatorId) external view returns (uint256);

    function getQuorumBitmapUpdateByIndex(bytes32 operatorId, uint256 index)
        external
        view
        returns (QuorumBitmapUpdate memory);

    /// For `getQuorumBitmapAtBlockNumberByIndex`.
    function getQuorumBitmapIndicesAtBlockNumber(uint32 blockNumber, bytes32[] memory operatorIds)
        external
        view
        returns (uint32[] memory);

    /// Reverts if the update with that index does not hold at the block.
    function getQuorumBitmapAtBlockNumberByIndex(bytes32 operatorId, uint32 blockNumber, uint256 index)
        external
        view
        returns (uint192);

    /// What an operator's BLS key signs to prove that the operator has it.
    function pubkeyRegistrationMessageHash(address operator) external view returns (BN254.G1Point memory);

    /// What the churn approver signs. As in the public release the array goes into the hash as `abi.encode` writes it, which
    /// differs from EIP-712's encoding of arrays: sign this digest, not typed data.
    function calculateOperatorChurnApprovalDigestHash(
        address registeringOperator,
        bytes32 registeringOperatorId,
        OperatorKickParam[] memory operatorKickParams,
        bytes32 salt,
        uint256 expiry
    ) external view returns (bytes32);

    function OPERATOR_CHURN_APPROVAL_TYPEHASH() external view returns (bytes32);

    function PUBKEY_REGISTRATION_TYPEHASH() external view returns (bytes32);
}

/// First settings of a coordinator. The two arrays at the end are as long as the three before them.
/// @param stakeTypes what counts as stake in each quorum
/// @param lookAheadPeriods blocks; only read for slashable quorums
struct CoordinatorConfig {
    address owner;
    address churnApprover;
    address ejector;
    IPauserRegistry pauserRegistry;
    uint256 pausedStatus;
    IRegistryCoordinator.OperatorSetParam[] operatorSetParams;
    uint96[] minimumStakes;
    IStakeRegistry.StrategyParams[][] strategyParams;
    StakeType[] stakeTypes;
    uint32[] lookAheadPeriods;
}
