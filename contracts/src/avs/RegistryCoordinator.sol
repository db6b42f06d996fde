// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAVSRegistrar} from "../restaking/interfaces/IAVSRegistrar.sol";
import {ISignatureUtils} from "../restaking/interfaces/ISignatureUtils.sol";
import {CoordinatorBase, CoordinatorParts} from "./CoordinatorBase.sol";
import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IOperatorSetManager, IServiceManagerUI} from "./IServiceManager.sol";
import {ISocketUpdater} from "./ISocketUpdater.sol";
import {BlockHistory} from "./lib/BlockHistory.sol";
import {QuorumBits} from "./lib/QuorumBits.sol";

/// Behind a proxy.
///
/// INVARIANT: for every operator, the newest bitmap, the three registries, and the operator sets of the core agree on the
/// quorums that it is in; only an operator that leaves an operator set while it keeps this contract from hearing of it is
/// still in the quorum, until anybody updates it.
contract RegistryCoordinator is CoordinatorBase, ISocketUpdater, IAVSRegistrar {
    using BlockHistory for BlockHistory.Entry[];
    using QuorumBits for bytes;
    using QuorumBits for uint192;

    /// What a registration changed in each of its quorums.
    struct Registration {
        uint32[] operatorCounts;
        uint96[] operatorStakes;
        uint96[] totalStakes;
    }

    uint256 private constant BIPS = 10_000;
    uint8 private constant PAUSED_REGISTER = 0;
    uint8 private constant PAUSED_DEREGISTER = 1;
    uint8 private constant PAUSED_UPDATE = 2;

    modifier onlyAllocationManager() {
        if (msg.sender != allocationManager) revert OnlyAllocationManager();
        _;
    }

    constructor(CoordinatorParts memory parts) CoordinatorBase(parts) {}

    // --- operators ---

    /// @inheritdoc IRegistryCoordinator
    function registerOperator(
        bytes calldata quorumNumbers,
        string calldata socket,
        IBLSApkRegistry.PubkeyRegistrationParams calldata params,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external onlyWhenNotPaused(PAUSED_REGISTER) {
        bytes32 operatorId = _getOrCreateOperatorId(msg.sender, params);
        Registration memory registration =
            _register(msg.sender, operatorId, quorumNumbers, socket, operatorSignature, true);
        _checkNotFull(quorumNumbers, registration);
    }

    /// @inheritdoc IRegistryCoordinator
    function registerOperatorWithChurn(
        bytes calldata quorumNumbers,
        string calldata socket,
        IBLSApkRegistry.PubkeyRegistrationParams calldata params,
        OperatorKickParam[] calldata operatorKickParams,
        ISignatureUtils.SignatureWithSaltAndExpiry memory churnApproverSignature,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external onlyWhenNotPaused(PAUSED_REGISTER) {
        if (operatorKickParams.length != quorumNumbers.length) revert InputLengthMismatch();
        bytes32 operatorId = _getOrCreateOperatorId(msg.sender, params);
        _useChurnApproval(operatorId, operatorKickParams, churnApproverSignature);
        Registration memory registration =
            _register(msg.sender, operatorId, quorumNumbers, socket, operatorSignature, true);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            _churn(uint8(quorumNumbers[i]), registration, i, operatorKickParams[i]);
        }
    }

    /// @inheritdoc IRegistryCoordinator
    function deregisterOperator(bytes calldata quorumNumbers) external onlyWhenNotPaused(PAUSED_DEREGISTER) {
        _deregister(msg.sender, quorumNumbers.toBitmap(quorumCount), true);
    }

    /// @inheritdoc ISocketUpdater
    function updateSocket(string memory socket) external {
        OperatorInfo storage info = _operators[msg.sender];
        if (info.status != OperatorStatus.REGISTERED) revert OperatorNotRegistered(msg.sender);
        emit OperatorSocketUpdate(info.operatorId, socket);
    }

    // --- the core ---

    /// Joins the quorums of the operator sets that the operator is joining by AllocationManager.registerForOperatorSets.
    /// @param operatorSetIds ascending
    /// @param data abi.encode(string socket, PubkeyRegistrationParams, SignatureWithSaltAndExpiry), as in `registerOperator`
    function registerOperator(address operator, uint32[] calldata operatorSetIds, bytes calldata data)
        external
        onlyAllocationManager
        onlyWhenNotPaused(PAUSED_REGISTER)
    {
        (
            string memory socket,
            IBLSApkRegistry.PubkeyRegistrationParams memory params,
            ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
        ) = abi.decode(
            data, (string, IBLSApkRegistry.PubkeyRegistrationParams, ISignatureUtils.SignatureWithSaltAndExpiry)
        );
        bytes memory quorumNumbers = new bytes(operatorSetIds.length);
        for (uint256 i = 0; i < operatorSetIds.length; i++) {
            if (operatorSetIds[i] >= quorumCount) revert QuorumDoesNotExist(uint8(operatorSetIds[i]));
            quorumNumbers[i] = bytes1(uint8(operatorSetIds[i]));
        }
        bytes32 operatorId = _getOrCreateOperatorId(operator, params);
        Registration memory registration =
            _register(operator, operatorId, quorumNumbers, socket, operatorSignature, false);
        _checkNotFull(quorumNumbers, registration);
    }

    /// Follows an operator out of its operator sets. Not stopped by a pause: the core has decided already.
    function deregisterOperator(address operator, uint32[] calldata operatorSetIds) external onlyAllocationManager {
        uint192 left = 0;
        for (uint256 i = 0; i < operatorSetIds.length; i++) {
            if (operatorSetIds[i] < quorumCount) left |= uint192(1) << uint8(operatorSetIds[i]);
        }
        // When the departure began here, the bitmap has lost these quorums already.
        left &= _currentBitmap(_operators[operator].operatorId);
        if (left != 0) _deregister(operator, left, false);
    }

    // --- anybody ---

    /// @inheritdoc IRegistryCoordinator
    function updateOperators(address[] calldata operators) external onlyWhenNotPaused(PAUSED_UPDATE) {
        for (uint256 i = 0; i < operators.length; i++) {
            _update(operators[i], _currentBitmap(_operators[operators[i]].operatorId));
        }
    }

    /// @inheritdoc IRegistryCoordinator
    function updateOperatorsForQuorum(address[][] calldata operatorsPerQuorum, bytes calldata quorumNumbers)
        external
        onlyWhenNotPaused(PAUSED_UPDATE)
    {
        // Refuses quorums that do not exist or come twice.
        quorumNumbers.toBitmap(quorumCount);
        if (operatorsPerQuorum.length != quorumNumbers.length) revert InputLengthMismatch();
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            address[] calldata operators = operatorsPerQuorum[i];
            uint32 count = indexRegistry.totalOperatorsForQuorum(quorumNumber);
            if (operators.length != count) revert MustUpdateWholeQuorum(quorumNumber, count);
            for (uint256 j = 0; j < operators.length; j++) {
                // As many different members as the quorum has: all of them.
                if (j > 0 && operators[j] <= operators[j - 1]) revert OperatorsNotAscending();
                uint192 bitmap = uint192(1) << quorumNumber;
                if (_currentBitmap(_operators[operators[j]].operatorId) & bitmap == 0) {
                    revert OperatorNotInQuorum(operators[j], bitmap);
                }
                _update(operators[j], bitmap);
            }
            quorumUpdateBlockNumber[quorumNumber] = block.number;
            emit QuorumBlockNumberUpdated(quorumNumber, block.number);
        }
    }

    // --- roles ---

    /// @inheritdoc IRegistryCoordinator
    function ejectOperator(address operator, bytes calldata quorumNumbers) external {
        if (msg.sender != ejector) revert OnlyEjector();
        lastEjectionTimestamp[operator] = block.timestamp;
        uint192 quorums = quorumNumbers.toBitmap(quorumCount);
        OperatorInfo storage info = _operators[operator];
        bool isInAll = quorums & ~_currentBitmap(info.operatorId) == 0;
        if (info.status == OperatorStatus.REGISTERED && quorums != 0 && isInAll) _deregister(operator, quorums, true);
    }

    // --- how ---

    function _getOrCreateOperatorId(address operator, IBLSApkRegistry.PubkeyRegistrationParams memory params)
        private
        returns (bytes32 operatorId)
    {
        operatorId = blsApkRegistry.getOperatorId(operator);
        if (operatorId == 0) {
            operatorId =
                blsApkRegistry.registerBLSPublicKey(operator, params, pubkeyRegistrationMessageHash(operator));
        }
    }

    /// @param joinSets false when the core is putting the operator into the sets itself
    function _register(
        address operator,
        bytes32 operatorId,
        bytes memory quorumNumbers,
        string memory socket,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature,
        bool joinSets
    ) private returns (Registration memory registration) {
        uint192 quorums = quorumNumbers.toBitmap(quorumCount);
        if (quorums == 0) revert NoQuorums();
        _checkMayRegister(operator);
        {
            uint192 current = _currentBitmap(operatorId);
            if (quorums & current != 0) revert OperatorInQuorumAlready(quorums & current);
            _bitmaps[operatorId].write(current | quorums);
        }
        emit OperatorSocketUpdate(operatorId, socket);
        if (_operators[operator].status != OperatorStatus.REGISTERED) {
            _operators[operator] = OperatorInfo({operatorId: operatorId, status: OperatorStatus.REGISTERED});
            IServiceManagerUI(serviceManager).registerOperatorToAVS(operator, operatorSignature);
            emit OperatorRegistered(operator, operatorId);
        }
        // Before stakes are read: only members of a set can be slashed, and slashable quorums count nothing else.
        if (joinSets) {
            IOperatorSetManager(serviceManager).registerOperatorToOperatorSets(operator, quorums.toIds());
        }
        blsApkRegistry.registerOperator(operator, quorumNumbers);
        (registration.operatorStakes, registration.totalStakes) =
            stakeRegistry.registerOperator(operator, operatorId, quorumNumbers);
        registration.operatorCounts = indexRegistry.registerOperator(operatorId, quorumNumbers);
    }

    function _checkMayRegister(address operator) private view {
        if (address(allowlist) != address(0) && !allowlist.canRegister(operator)) revert OperatorNotAllowed(operator);
        uint256 cooldownEnd = lastEjectionTimestamp[operator] + ejectionCooldown;
        if (cooldownEnd >= block.timestamp) revert EjectionCooldown(cooldownEnd);
    }

    function _checkNotFull(bytes memory quorumNumbers, Registration memory registration) private view {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            uint32 limit = _setParams[quorumNumber].maxOperatorCount;
            if (registration.operatorCounts[i] > limit) revert QuorumFull(quorumNumber, limit);
        }
    }

    /// Puts the named operator out if the newcomer made the quorum too large.
    function _churn(
        uint8 quorumNumber,
        Registration memory registration,
        uint256 index,
        OperatorKickParam calldata kick
    ) private {
        OperatorSetParam memory params = _setParams[quorumNumber];
        if (registration.operatorCounts[index] <= params.maxOperatorCount) return;
        if (kick.operator == msg.sender) revert CannotChurnSelf();
        if (kick.quorumNumber != quorumNumber) revert KickParamsOfOtherQuorum(quorumNumber);
        uint96 stakeToKick = stakeRegistry.getCurrentStake(_operators[kick.operator].operatorId, quorumNumber);
        uint96 newStake = registration.operatorStakes[index];
        uint256 mustExceed = uint256(stakeToKick) * params.kickBIPsOfOperatorStake / BIPS;
        if (newStake <= mustExceed) revert InsufficientStakeForChurn(newStake, mustExceed);
        uint256 mustBeBelow = uint256(registration.totalStakes[index]) * params.kickBIPsOfTotalStake / BIPS;
        if (stakeToKick >= mustBeBelow) revert OperatorTooStrongToChurn(stakeToKick, mustBeBelow);
        _deregister(kick.operator, uint192(1) << quorumNumber, true);
    }

    function _useChurnApproval(
        bytes32 operatorId,
        OperatorKickParam[] calldata operatorKickParams,
        ISignatureUtils.SignatureWithSaltAndExpiry memory approval
    ) private {
        if (isChurnApproverSaltUsed[approval.salt]) revert ChurnApproverSaltUsed();
        if (approval.expiry < block.timestamp) revert ChurnApproverSignatureExpired();
        isChurnApproverSaltUsed[approval.salt] = true;
        bytes32 digest = calculateOperatorChurnApprovalDigestHash(
            msg.sender, operatorId, operatorKickParams, approval.salt, approval.expiry
        );
        if (!SignatureChecker.isValidSignatureNow(churnApprover, digest, approval.signature)) {
            revert InvalidChurnApproverSignature();
        }
    }

    /// @param leaveSets false when the core took the operator out of the sets itself
    function _deregister(address operator, uint192 quorums, bool leaveSets) private {
        OperatorInfo storage info = _operators[operator];
        if (info.status != OperatorStatus.REGISTERED) revert OperatorNotRegistered(operator);
        if (quorums == 0) revert NoQuorums();
        bytes32 operatorId = info.operatorId;
        uint192 current = _currentBitmap(operatorId);
        if (quorums & ~current != 0) revert OperatorNotInQuorum(operator, quorums & ~current);
        _bitmaps[operatorId].write(current & ~quorums);

        bytes memory quorumNumbers = quorums.toBytes();
        blsApkRegistry.deregisterOperator(operator, quorumNumbers);
        stakeRegistry.deregisterOperator(operatorId, quorumNumbers);
        indexRegistry.deregisterOperator(operatorId, quorumNumbers);
        if (leaveSets) {
            IOperatorSetManager(serviceManager).deregisterOperatorFromOperatorSets(operator, quorums.toIds());
        }
        if (current == quorums) {
            info.status = OperatorStatus.DEREGISTERED;
            IServiceManagerUI(serviceManager).deregisterOperatorFromAVS(operator);
            emit OperatorDeregistered(operator, operatorId);
        }
    }

    function _update(address operator, uint192 quorums) private {
        OperatorInfo storage info = _operators[operator];
        if (info.status != OperatorStatus.REGISTERED) return;
        uint192 toLeave = stakeRegistry.updateOperatorStake(operator, info.operatorId, quorums.toBytes());
        if (toLeave != 0) _deregister(operator, toLeave, true);
    }
}
