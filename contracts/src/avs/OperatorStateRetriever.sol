// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {IOperatorStateRetriever} from "./IOperatorStateRetriever.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IStakeRegistry} from "./IStakeRegistry.sol";
import {QuorumBits} from "./lib/QuorumBits.sol";

/// Without state: one serves all AVSs.
contract OperatorStateRetriever is IOperatorStateRetriever {
    /// @inheritdoc IOperatorStateRetriever
    function getOperatorState(IRegistryCoordinator registryCoordinator, bytes32 operatorId, uint32 blockNumber)
        external
        view
        returns (uint256, Operator[][] memory)
    {
        bytes32[] memory operatorIds = new bytes32[](1);
        operatorIds[0] = operatorId;
        uint192 bitmap = uint192(getQuorumBitmapsAtBlockNumber(registryCoordinator, operatorIds, blockNumber)[0]);
        return (bitmap, getOperatorState(registryCoordinator, QuorumBits.toBytes(bitmap), blockNumber));
    }

    /// @inheritdoc IOperatorStateRetriever
    function getOperatorState(
        IRegistryCoordinator registryCoordinator,
        bytes memory quorumNumbers,
        uint32 blockNumber
    ) public view returns (Operator[][] memory operators) {
        IStakeRegistry stakes = registryCoordinator.stakeRegistry();
        IBLSApkRegistry keys = registryCoordinator.blsApkRegistry();
        operators = new Operator[][](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            bytes32[] memory ids =
                registryCoordinator.indexRegistry().getOperatorListAtBlockNumber(quorumNumber, blockNumber);
            operators[i] = new Operator[](ids.length);
            for (uint256 j = 0; j < ids.length; j++) {
                operators[i][j] = Operator({
                    operator: keys.getOperatorFromPubkeyHash(ids[j]),
                    operatorId: ids[j],
                    stake: stakes.getStakeAtBlockNumber(ids[j], quorumNumber, blockNumber)
                });
            }
        }
    }

    /// @inheritdoc IOperatorStateRetriever
    function getCheckSignaturesIndices(
        IRegistryCoordinator registryCoordinator,
        uint32 referenceBlockNumber,
        bytes calldata quorumNumbers,
        bytes32[] calldata nonSignerOperatorIds
    ) external view returns (CheckSignaturesIndices memory indices) {
        IStakeRegistry stakes = registryCoordinator.stakeRegistry();
        indices.nonSignerQuorumBitmapIndices =
            registryCoordinator.getQuorumBitmapIndicesAtBlockNumber(referenceBlockNumber, nonSignerOperatorIds);
        indices.quorumApkIndices =
            registryCoordinator.blsApkRegistry().getApkIndicesAtBlockNumber(quorumNumbers, referenceBlockNumber);
        indices.totalStakeIndices = stakes.getTotalStakeIndicesAtBlockNumber(referenceBlockNumber, quorumNumbers);

        uint192[] memory bitmaps = new uint192[](nonSignerOperatorIds.length);
        for (uint256 j = 0; j < bitmaps.length; j++) {
            bitmaps[j] = registryCoordinator.getQuorumBitmapAtBlockNumberByIndex(
                nonSignerOperatorIds[j], referenceBlockNumber, indices.nonSignerQuorumBitmapIndices[j]
            );
            if (bitmaps[j] == 0) revert OperatorNotRegisteredAtBlock(nonSignerOperatorIds[j]);
        }
        indices.nonSignerStakeIndices = new uint32[][](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            indices.nonSignerStakeIndices[i] =
                _stakeIndices(stakes, uint8(quorumNumbers[i]), referenceBlockNumber, nonSignerOperatorIds, bitmaps);
        }
    }

    /// @inheritdoc IOperatorStateRetriever
    function getQuorumBitmapsAtBlockNumber(
        IRegistryCoordinator registryCoordinator,
        bytes32[] memory operatorIds,
        uint32 blockNumber
    ) public view returns (uint256[] memory bitmaps) {
        uint32[] memory indices = registryCoordinator.getQuorumBitmapIndicesAtBlockNumber(blockNumber, operatorIds);
        bitmaps = new uint256[](operatorIds.length);
        for (uint256 i = 0; i < bitmaps.length; i++) {
            bitmaps[i] =
                registryCoordinator.getQuorumBitmapAtBlockNumberByIndex(operatorIds[i], blockNumber, indices[i]);
        }
    }

    /// @inheritdoc IOperatorStateRetriever
    function getBatchOperatorId(IRegistryCoordinator registryCoordinator, address[] memory operators)
        external
        view
        returns (bytes32[] memory operatorIds)
    {
        operatorIds = new bytes32[](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            operatorIds[i] = registryCoordinator.getOperatorId(operators[i]);
        }
    }

    /// @inheritdoc IOperatorStateRetriever
    function getBatchOperatorFromId(IRegistryCoordinator registryCoordinator, bytes32[] memory operatorIds)
        external
        view
        returns (address[] memory operators)
    {
        operators = new address[](operatorIds.length);
        for (uint256 i = 0; i < operatorIds.length; i++) {
            operators[i] = registryCoordinator.getOperatorFromId(operatorIds[i]);
        }
    }

    /// Of those non-signers that were in the quorum.
    function _stakeIndices(
        IStakeRegistry stakes,
        uint8 quorumNumber,
        uint32 blockNumber,
        bytes32[] calldata operatorIds,
        uint192[] memory bitmaps
    ) private view returns (uint32[] memory indices) {
        uint256 count = 0;
        for (uint256 j = 0; j < bitmaps.length; j++) {
            if (QuorumBits.isSet(bitmaps[j], quorumNumber)) count++;
        }
        indices = new uint32[](count);
        uint256 next = 0;
        for (uint256 j = 0; j < bitmaps.length; j++) {
            if (!QuorumBits.isSet(bitmaps[j], quorumNumber)) continue;
            indices[next++] = stakes.getStakeUpdateIndexAtBlockNumber(operatorIds[j], quorumNumber, blockNumber);
        }
    }
}
