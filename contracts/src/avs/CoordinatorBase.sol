// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IPauserRegistry} from "../restaking/interfaces/IPauserRegistry.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";
import {CoordinatorPausable} from "./CoordinatorPausable.sol";
import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {IIndexRegistry} from "./IIndexRegistry.sol";
import {IOperatorAllowlist} from "./IOperatorAllowlist.sol";
import {CoordinatorConfig, IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IOperatorSetManager} from "./IServiceManager.sol";
import {IStakeRegistry, StakeType} from "./IStakeRegistry.sol";
import {QuorumBitmaps} from "./QuorumBitmaps.sol";
import {BN254} from "./lib/BN254.sol";
import {QuorumBits} from "./lib/QuorumBits.sol";

/// The parts of an AVS that a coordinator is bound to for ever, all of them proxies that may get their code later.
/// @param serviceManager the AVS's address in the core
/// @param allowlist zero: every operator may register
/// @param allocationManager the core's; asks this contract when operators come and go by the core's own calls
struct CoordinatorParts {
    address serviceManager;
    IStakeRegistry stakeRegistry;
    IBLSApkRegistry blsApkRegistry;
    IIndexRegistry indexRegistry;
    IOperatorAllowlist allowlist;
    address allocationManager;
}

/// What a coordinator knows: its parts, its roles, its quorums and who is registered; and everything that only reads it or that
/// the owner sets.
abstract contract CoordinatorBase is QuorumBitmaps, Initializable, EIP712, Ownable, CoordinatorPausable {
    /// @inheritdoc IRegistryCoordinator
    bytes32 public constant OPERATOR_CHURN_APPROVAL_TYPEHASH = keccak256(
        "OperatorChurnApproval(address registeringOperator,bytes32 registeringOperatorId,OperatorKickParam[] operatorKickParams,bytes32 salt,uint256 expiry)OperatorKickParam(uint8 quorumNumber,address operator)"
    );
    /// @inheritdoc IRegistryCoordinator
    bytes32 public constant PUBKEY_REGISTRATION_TYPEHASH = keccak256("BN254PubkeyRegistration(address operator)");

    /// @inheritdoc IRegistryCoordinator
    address public immutable serviceManager;
    /// @inheritdoc IRegistryCoordinator
    IStakeRegistry public immutable stakeRegistry;
    /// @inheritdoc IRegistryCoordinator
    IBLSApkRegistry public immutable blsApkRegistry;
    /// @inheritdoc IRegistryCoordinator
    IIndexRegistry public immutable indexRegistry;
    /// @inheritdoc IRegistryCoordinator
    IOperatorAllowlist public immutable allowlist;
    address public immutable allocationManager;

    /// @inheritdoc IRegistryCoordinator
    uint8 public quorumCount;
    /// @inheritdoc IRegistryCoordinator
    address public churnApprover;
    /// @inheritdoc IRegistryCoordinator
    address public ejector;
    /// @inheritdoc IRegistryCoordinator
    uint256 public ejectionCooldown;
    /// @inheritdoc IRegistryCoordinator
    address[] public registries;
    mapping(uint8 quorumNumber => OperatorSetParam) internal _setParams;
    mapping(address operator => OperatorInfo) internal _operators;
    /// @inheritdoc IRegistryCoordinator
    mapping(address operator => uint256) public lastEjectionTimestamp;
    /// @inheritdoc IRegistryCoordinator
    mapping(bytes32 salt => bool) public isChurnApproverSaltUsed;
    /// @inheritdoc IRegistryCoordinator
    mapping(uint8 quorumNumber => uint256) public quorumUpdateBlockNumber;

    /// The implementation owns itself, which is nobody.
    constructor(CoordinatorParts memory parts) EIP712("AVSRegistryCoordinator", "v0.0.1") Ownable(address(this)) {
        serviceManager = parts.serviceManager;
        stakeRegistry = parts.stakeRegistry;
        blsApkRegistry = parts.blsApkRegistry;
        indexRegistry = parts.indexRegistry;
        allowlist = parts.allowlist;
        allocationManager = parts.allocationManager;
        _disableInitializers();
    }

    /// The M2 release's form: quorums count all delegated stake.
    function initialize(
        address initialOwner,
        address churnApprover_,
        address ejector_,
        IPauserRegistry pauserRegistry_,
        uint256 initialPausedStatus,
        OperatorSetParam[] memory operatorSetParams,
        uint96[] memory minimumStakes,
        IStakeRegistry.StrategyParams[][] memory strategyParams
    ) external initializer {
        CoordinatorConfig memory config;
        config.owner = initialOwner;
        config.churnApprover = churnApprover_;
        config.ejector = ejector_;
        config.pauserRegistry = pauserRegistry_;
        config.pausedStatus = initialPausedStatus;
        config.operatorSetParams = operatorSetParams;
        config.minimumStakes = minimumStakes;
        config.strategyParams = strategyParams;
        config.stakeTypes = new StakeType[](operatorSetParams.length);
        config.lookAheadPeriods = new uint32[](operatorSetParams.length);
        _initialize(config);
    }

    function initialize(CoordinatorConfig memory config) external initializer {
        _initialize(config);
    }

    // --- owner ---

    /// @inheritdoc IRegistryCoordinator
    function createQuorum(
        OperatorSetParam memory operatorSetParams,
        uint96 minimumStake,
        IStakeRegistry.StrategyParams[] memory strategyParams
    ) external onlyOwner {
        _createQuorum(operatorSetParams, minimumStake, strategyParams, StakeType.TOTAL_DELEGATED, 0);
    }

    /// @inheritdoc IRegistryCoordinator
    function createTotalDelegatedStakeQuorum(
        OperatorSetParam memory operatorSetParams,
        uint96 minimumStake,
        IStakeRegistry.StrategyParams[] memory strategyParams
    ) external onlyOwner {
        _createQuorum(operatorSetParams, minimumStake, strategyParams, StakeType.TOTAL_DELEGATED, 0);
    }

    /// @inheritdoc IRegistryCoordinator
    function createSlashableStakeQuorum(
        OperatorSetParam memory operatorSetParams,
        uint96 minimumStake,
        IStakeRegistry.StrategyParams[] memory strategyParams,
        uint32 lookAheadPeriod
    ) external onlyOwner {
        _createQuorum(operatorSetParams, minimumStake, strategyParams, StakeType.TOTAL_SLASHABLE, lookAheadPeriod);
    }

    /// @inheritdoc IRegistryCoordinator
    function setOperatorSetParams(uint8 quorumNumber, OperatorSetParam memory operatorSetParams) external onlyOwner {
        if (quorumNumber >= quorumCount) revert QuorumDoesNotExist(quorumNumber);
        _setOperatorSetParams(quorumNumber, operatorSetParams);
    }

    /// @inheritdoc IRegistryCoordinator
    function setChurnApprover(address newChurnApprover) external onlyOwner {
        _setChurnApprover(newChurnApprover);
    }

    /// @inheritdoc IRegistryCoordinator
    function setEjector(address newEjector) external onlyOwner {
        _setEjector(newEjector);
    }

    /// @inheritdoc IRegistryCoordinator
    function setEjectionCooldown(uint256 newEjectionCooldown) external onlyOwner {
        ejectionCooldown = newEjectionCooldown;
    }

    // --- views ---

    function owner() public view override(Ownable, IRegistryCoordinator) returns (address) {
        return Ownable.owner();
    }

    /// @inheritdoc IRegistryCoordinator
    function numRegistries() external view returns (uint256) {
        return registries.length;
    }

    /// @inheritdoc IRegistryCoordinator
    function getOperatorSetParams(uint8 quorumNumber) external view returns (OperatorSetParam memory) {
        return _setParams[quorumNumber];
    }

    /// @inheritdoc IRegistryCoordinator
    function getOperator(address operator) external view returns (OperatorInfo memory) {
        return _operators[operator];
    }

    /// @inheritdoc IRegistryCoordinator
    function getOperatorId(address operator) external view returns (bytes32) {
        return _operators[operator].operatorId;
    }

    /// @inheritdoc IRegistryCoordinator
    function getOperatorFromId(bytes32 operatorId) external view returns (address) {
        return blsApkRegistry.getOperatorFromPubkeyHash(operatorId);
    }

    /// @inheritdoc IRegistryCoordinator
    function getOperatorStatus(address operator) external view returns (OperatorStatus) {
        return _operators[operator].status;
    }

    /// @inheritdoc IRegistryCoordinator
    function pubkeyRegistrationMessageHash(address operator) public view returns (BN254.G1Point memory) {
        return BN254.hashToG1(_hashTypedDataV4(keccak256(abi.encode(PUBKEY_REGISTRATION_TYPEHASH, operator))));
    }

    /// @inheritdoc IRegistryCoordinator
    function calculateOperatorChurnApprovalDigestHash(
        address registeringOperator,
        bytes32 registeringOperatorId,
        OperatorKickParam[] memory operatorKickParams,
        bytes32 salt,
        uint256 expiry
    ) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    OPERATOR_CHURN_APPROVAL_TYPEHASH,
                    registeringOperator,
                    registeringOperatorId,
                    operatorKickParams,
                    salt,
                    expiry
                )
            )
        );
    }

    function _initialize(CoordinatorConfig memory config) private {
        uint256 count = config.operatorSetParams.length;
        if (
            config.minimumStakes.length != count || config.strategyParams.length != count
                || config.stakeTypes.length != count || config.lookAheadPeriods.length != count
        ) revert InputLengthMismatch();
        _transferOwnership(config.owner);
        _initializePauser(config.pauserRegistry, config.pausedStatus);
        _setChurnApprover(config.churnApprover);
        _setEjector(config.ejector);
        registries.push(address(stakeRegistry));
        registries.push(address(blsApkRegistry));
        registries.push(address(indexRegistry));
        for (uint256 i = 0; i < count; i++) {
            _createQuorum(
                config.operatorSetParams[i],
                config.minimumStakes[i],
                config.strategyParams[i],
                config.stakeTypes[i],
                config.lookAheadPeriods[i]
            );
        }
    }

    function _createQuorum(
        OperatorSetParam memory operatorSetParams,
        uint96 minimumStake,
        IStakeRegistry.StrategyParams[] memory strategyParams,
        StakeType stakeType,
        uint32 lookAheadPeriod
    ) private {
        uint8 quorumNumber = quorumCount;
        if (quorumNumber >= QuorumBits.MAX_QUORUMS) revert MaxQuorumsReached();
        quorumCount = quorumNumber + 1;
        _setOperatorSetParams(quorumNumber, operatorSetParams);
        stakeRegistry.initializeQuorum(quorumNumber, minimumStake, strategyParams, stakeType, lookAheadPeriod);
        indexRegistry.initializeQuorum(quorumNumber);
        blsApkRegistry.initializeQuorum(quorumNumber);
        IStrategy[] memory strategies = new IStrategy[](strategyParams.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            strategies[i] = strategyParams[i].strategy;
        }
        IOperatorSetManager(serviceManager).createOperatorSet(quorumNumber, strategies);
    }

    function _setOperatorSetParams(uint8 quorumNumber, OperatorSetParam memory operatorSetParams) private {
        _setParams[quorumNumber] = operatorSetParams;
        emit OperatorSetParamsUpdated(quorumNumber, operatorSetParams);
    }

    function _setChurnApprover(address newChurnApprover) private {
        emit ChurnApproverUpdated(churnApprover, newChurnApprover);
        churnApprover = newChurnApprover;
    }

    function _setEjector(address newEjector) private {
        emit EjectorUpdated(ejector, newEjector);
        ejector = newEjector;
    }
}
