// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IDelegationManager} from "../../restaking/interfaces/IDelegationManager.sol";
import {IBLSApkRegistry} from "../IBLSApkRegistry.sol";
import {IRegistryCoordinator} from "../IRegistryCoordinator.sol";
import {IStakeRegistry} from "../IStakeRegistry.sol";
import {SlashingJudge} from "../SlashingJudge.sol";
import {IAvsSlasher} from "../SlashingServiceManager.sol";
import {BN254} from "../lib/BN254.sol";
import {QuorumBits} from "../lib/QuorumBits.sol";
import {IEchoTaskManager} from "./IEchoTaskManager.sol";

/// Behind a proxy.
contract EchoTaskManager is SlashingJudge, Initializable, IEchoTaskManager {
    /// @inheritdoc IEchoTaskManager
    uint32 public constant TASK_RESPONSE_WINDOW_BLOCK = 300;
    /// @inheritdoc IEchoTaskManager
    uint256 public constant SLASH_WAD = 0.1e18;
    uint256 private constant MAX_PAYLOAD = 1_024;
    bytes32 private constant RESPONSE_TYPEHASH =
        keccak256("TephraEchoResponse(uint256 chainId,address taskManager,uint32 taskIndex,bytes32 echo)");

    /// @inheritdoc IEchoTaskManager
    address public taskGenerator;
    /// @inheritdoc IEchoTaskManager
    uint32 public latestTaskNum;
    /// @inheritdoc IEchoTaskManager
    mapping(uint32 taskIndex => bytes32) public allTaskHashes;
    // INVARIANT: written once, and only after every quorum of the task reached its threshold on the right answer.
    /// @inheritdoc IEchoTaskManager
    mapping(uint32 taskIndex => bytes32) public allTaskResponses;
    /// @inheritdoc IEchoTaskManager
    mapping(uint32 taskIndex => mapping(address operator => bool)) public isSlashed;

    constructor(
        IRegistryCoordinator registryCoordinator_,
        IStakeRegistry stakeRegistry_,
        IBLSApkRegistry blsApkRegistry_,
        IDelegationManager delegation_,
        IAvsSlasher serviceManager_
    ) SlashingJudge(registryCoordinator_, stakeRegistry_, blsApkRegistry_, delegation_, serviceManager_) {
        _disableInitializers();
    }

    function initialize(address generator) external initializer {
        _setTaskGenerator(generator);
    }

    /// @inheritdoc IEchoTaskManager
    function createNewTask(bytes calldata payload, uint32 quorumThresholdPercentage, bytes calldata quorumNumbers)
        external
    {
        if (msg.sender != taskGenerator) revert OnlyTaskGenerator();
        if (payload.length > MAX_PAYLOAD) revert PayloadTooLarge(payload.length);
        if (quorumThresholdPercentage == 0 || quorumThresholdPercentage > 100) {
            revert InvalidThreshold(quorumThresholdPercentage);
        }
        // Refuses quorums that nobody could ever answer for.
        if (QuorumBits.toBitmap(quorumNumbers, registryCoordinator.quorumCount()) == 0) revert EmptyQuorums();
        Task memory task = Task({
            payload: payload,
            taskCreatedBlock: uint32(block.number),
            quorumNumbers: quorumNumbers,
            quorumThresholdPercentage: quorumThresholdPercentage
        });
        uint32 taskIndex = latestTaskNum++;
        allTaskHashes[taskIndex] = keccak256(abi.encode(task));
        emit NewTaskCreated(taskIndex, task);
    }

    /// @inheritdoc IEchoTaskManager
    function respondToTask(
        Task calldata task,
        TaskResponse calldata response,
        NonSignerStakesAndSignature memory params
    ) external {
        uint32 taskIndex = response.referenceTaskIndex;
        _checkTask(task, taskIndex);
        if (allTaskResponses[taskIndex] != 0) revert TaskRespondedAlready(taskIndex);
        uint32 lastBlock = task.taskCreatedBlock + TASK_RESPONSE_WINDOW_BLOCK;
        if (block.number > lastBlock) revert ResponseTooLate(lastBlock);
        if (response.echo != keccak256(task.payload)) revert WrongEcho(keccak256(task.payload), response.echo);

        (QuorumStakeTotals memory totals, bytes32 hashOfNonSigners) =
            checkSignatures(responseDigest(response), task.quorumNumbers, task.taskCreatedBlock, params);
        for (uint256 i = 0; i < task.quorumNumbers.length; i++) {
            uint96 signed = totals.signedStakeForQuorum[i];
            uint96 total = totals.totalStakeForQuorum[i];
            // A quorum without stake proves nothing, whatever its threshold.
            if (signed == 0 || uint256(signed) * 100 < uint256(total) * task.quorumThresholdPercentage) {
                revert ThresholdNotReached(uint8(task.quorumNumbers[i]), signed, total);
            }
        }
        TaskResponseMetadata memory metadata =
            TaskResponseMetadata({taskRespondedBlock: uint32(block.number), hashOfNonSigners: hashOfNonSigners});
        allTaskResponses[taskIndex] = keccak256(abi.encode(response, metadata));
        emit TaskResponded(response, metadata);
    }

    /// @inheritdoc IEchoTaskManager
    function slashWrongSigner(
        Task calldata task,
        TaskResponse calldata wrong,
        address operator,
        BN254.G1Point memory pubkeyG1,
        BN254.G2Point memory pubkeyG2,
        BN254.G1Point memory signature
    ) external {
        uint32 taskIndex = wrong.referenceTaskIndex;
        _checkTask(task, taskIndex);
        if (wrong.echo == keccak256(task.payload)) revert ResponseIsRight(taskIndex);
        if (isSlashed[taskIndex][operator]) revert SlashedAlready(taskIndex, operator);
        bytes32 operatorId = _checkKey(operator, pubkeyG1);
        _checkSignature(operator, responseDigest(wrong), pubkeyG1, pubkeyG2, signature);

        isSlashed[taskIndex][operator] = true;
        uint192 quorums = QuorumBits.toBitmap(task.quorumNumbers, registryCoordinator.quorumCount());
        _slash(operator, _servedQuorums(operatorId, quorums, task.taskCreatedBlock), SLASH_WAD, "signed a wrong echo");
        emit WrongSignerSlashed(taskIndex, operator, wrong.echo, SLASH_WAD);
        _refreshStake(operator);
    }

    /// @inheritdoc IEchoTaskManager
    function setTaskGenerator(address newGenerator) external {
        if (msg.sender != registryCoordinator.owner()) revert OnlyCoordinatorOwner();
        _setTaskGenerator(newGenerator);
    }

    /// @inheritdoc IEchoTaskManager
    function responseDigest(TaskResponse memory response) public view returns (bytes32) {
        return keccak256(
            abi.encode(RESPONSE_TYPEHASH, block.chainid, address(this), response.referenceTaskIndex, response.echo)
        );
    }

    function _setTaskGenerator(address newGenerator) private {
        emit TaskGeneratorUpdated(taskGenerator, newGenerator);
        taskGenerator = newGenerator;
    }

    function _checkTask(Task calldata task, uint32 taskIndex) private view {
        if (allTaskHashes[taskIndex] != keccak256(abi.encode(task))) revert UnknownTask(taskIndex);
    }
}
