// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {BlockHistory} from "./lib/BlockHistory.sol";

/// Which quorums each operator was in, and when.
abstract contract QuorumBitmaps is IRegistryCoordinator {
    using BlockHistory for BlockHistory.Entry[];

    mapping(bytes32 operatorId => BlockHistory.Entry[]) internal _bitmaps;

    /// @inheritdoc IRegistryCoordinator
    function getCurrentQuorumBitmap(bytes32 operatorId) external view returns (uint192) {
        return _currentBitmap(operatorId);
    }

    /// @inheritdoc IRegistryCoordinator
    function getQuorumBitmapHistoryLength(bytes32 operatorId) external view returns (uint256) {
        return _bitmaps[operatorId].length;
    }

    /// @inheritdoc IRegistryCoordinator
    function getQuorumBitmapUpdateByIndex(bytes32 operatorId, uint256 index)
        external
        view
        returns (QuorumBitmapUpdate memory)
    {
        BlockHistory.Entry memory entry = _bitmaps[operatorId][index];
        return QuorumBitmapUpdate({
            updateBlockNumber: entry.from,
            nextUpdateBlockNumber: entry.next,
            quorumBitmap: entry.value
        });
    }

    /// @inheritdoc IRegistryCoordinator
    function getQuorumBitmapIndicesAtBlockNumber(uint32 blockNumber, bytes32[] memory operatorIds)
        external
        view
        returns (uint32[] memory indices)
    {
        indices = new uint32[](operatorIds.length);
        for (uint256 i = 0; i < operatorIds.length; i++) {
            indices[i] = _bitmaps[operatorIds[i]].indexAt(blockNumber);
        }
    }

    /// @inheritdoc IRegistryCoordinator
    function getQuorumBitmapAtBlockNumberByIndex(bytes32 operatorId, uint32 blockNumber, uint256 index)
        external
        view
        returns (uint192)
    {
        return _bitmaps[operatorId].checkedAt(blockNumber, index);
    }

    function _currentBitmap(bytes32 operatorId) internal view returns (uint192) {
        return _bitmaps[operatorId].latest();
    }
}
