// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSSignatureChecker} from "../IBLSSignatureChecker.sol";
import {BN254} from "../lib/BN254.sol";

/// Tasks of the echo AVS: operators answer keccak256 of a payload. The smallest AVS with everything a real one has, tasks,
/// certificates by quorums and slashing for a wrong signature, because the right answer can be recomputed here.
interface IEchoTaskManager {
    /// @param payload at most 1,024 bytes
    /// @param taskCreatedBlock block whose stakes count
    /// @param quorumThresholdPercentage part of each quorum's stake that must sign
    struct Task {
        bytes payload;
        uint32 taskCreatedBlock;
        bytes quorumNumbers;
        uint32 quorumThresholdPercentage;
    }

    /// @param echo keccak256(payload), if it is right
    struct TaskResponse {
        uint32 referenceTaskIndex;
        bytes32 echo;
    }

    struct TaskResponseMetadata {
        uint32 taskRespondedBlock;
        bytes32 hashOfNonSigners;
    }

    event NewTaskCreated(uint32 indexed taskIndex, Task task);
    event TaskResponded(TaskResponse taskResponse, TaskResponseMetadata metadata);
    /// @param wad part of each allocation that was taken, 1e18 = all of it
    event WrongSignerSlashed(uint32 indexed taskIndex, address indexed operator, bytes32 echo, uint256 wad);
    event TaskGeneratorUpdated(address previousGenerator, address newGenerator);

    error OnlyTaskGenerator();
    error PayloadTooLarge(uint256 size);
    error InvalidThreshold(uint32 percentage);
    /// The task does not have the hash that was stored for the index.
    error UnknownTask(uint32 taskIndex);
    error TaskRespondedAlready(uint32 taskIndex);
    error ResponseTooLate(uint32 lastBlock);
    error WrongEcho(bytes32 expected, bytes32 actual);
    error ThresholdNotReached(uint8 quorumNumber, uint96 signed, uint96 total);
    error ResponseIsRight(uint32 taskIndex);
    error SlashedAlready(uint32 taskIndex, address operator);

    /// Task generator only.
    function createNewTask(bytes calldata payload, uint32 quorumThresholdPercentage, bytes calldata quorumNumbers)
        external;

    /// What operators sign (BN254, hashed to the curve by try-and-increment): keccak256(abi.encode(keccak256(
    /// "TephraEchoResponse(uint256 chainId,address taskManager,uint32 taskIndex,bytes32 echo)"), chain id, this contract,
    /// index, echo)).
    function responseDigest(TaskResponse memory response) external view returns (bytes32);

    /// Anybody, once per task and within TASK_RESPONSE_WINDOW_BLOCK blocks: a right answer that enough of every quorum's stake
    /// signed.
    function respondToTask(
        Task calldata task,
        TaskResponse calldata response,
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params
    ) external;

    /// Anybody, once per task and operator: takes SLASH_WAD of what the operator allocated to those of the task's quorums that
    /// it was in when the task was created, for a signature of its own over a wrong answer.
    function slashWrongSigner(
        Task calldata task,
        TaskResponse calldata wrong,
        address operator,
        BN254.G1Point memory pubkeyG1,
        BN254.G2Point memory pubkeyG2,
        BN254.G1Point memory signature
    ) external;

    /// Owner of the registry coordinator only.
    function setTaskGenerator(address newGenerator) external;

    function taskGenerator() external view returns (address);

    /// keccak256(abi.encode(task)), zero for unknown ones.
    function allTaskHashes(uint32 taskIndex) external view returns (bytes32);

    /// keccak256(abi.encode(response, metadata)), zero while nobody responded.
    function allTaskResponses(uint32 taskIndex) external view returns (bytes32);

    /// Number of tasks; the next one has this index.
    function latestTaskNum() external view returns (uint32);

    function isSlashed(uint32 taskIndex, address operator) external view returns (bool);

    function TASK_RESPONSE_WINDOW_BLOCK() external view returns (uint32);

    function SLASH_WAD() external view returns (uint256);
}
