// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";

/// Reads the registries of any AVS in one call. For calls from outside of the chain: nothing bounds their gas.
interface IOperatorStateRetriever {
    struct Operator {
        address operator;
        bytes32 operatorId;
        uint96 stake;
    }

    /// The indices that `IBLSSignatureChecker.checkSignatures` asks for.
    struct CheckSignaturesIndices {
        uint32[] nonSignerQuorumBitmapIndices;
        uint32[] quorumApkIndices;
        uint32[] totalStakeIndices;
        uint32[][] nonSignerStakeIndices;
    }

    error OperatorNotRegisteredAtBlock(bytes32 operatorId);

    /// @return bitmap of the quorums that an operator was in at a block
    /// @return all operators of those quorums, by quorum and index
    function getOperatorState(IRegistryCoordinator registryCoordinator, bytes32 operatorId, uint32 blockNumber)
        external
        view
        returns (uint256, Operator[][] memory);

    /// @return all operators of the quorums at a block, by quorum and index
    function getOperatorState(
        IRegistryCoordinator registryCoordinator,
        bytes memory quorumNumbers,
        uint32 blockNumber
    ) external view returns (Operator[][] memory);

    /// @param nonSignerOperatorIds each was in some quorum at the block
    function getCheckSignaturesIndices(
        IRegistryCoordinator registryCoordinator,
        uint32 referenceBlockNumber,
        bytes calldata quorumNumbers,
        bytes32[] calldata nonSignerOperatorIds
    ) external view returns (CheckSignaturesIndices memory);

    function getQuorumBitmapsAtBlockNumber(
        IRegistryCoordinator registryCoordinator,
        bytes32[] memory operatorIds,
        uint32 blockNumber
    ) external view returns (uint256[] memory);

    function getBatchOperatorId(IRegistryCoordinator registryCoordinator, address[] memory operators)
        external
        view
        returns (bytes32[] memory operatorIds);

    function getBatchOperatorFromId(IRegistryCoordinator registryCoordinator, bytes32[] memory operatorIds)
        external
        view
        returns (address[] memory operators);
}
