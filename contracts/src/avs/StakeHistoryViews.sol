// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStakeRegistry} from "./IStakeRegistry.sol";
import {BlockHistory} from "./lib/BlockHistory.sol";

/// The histories of StakeRegistry and everything that only reads them.
abstract contract StakeHistoryViews is IStakeRegistry {
    using BlockHistory for BlockHistory.Entry[];

    mapping(uint8 quorumNumber => BlockHistory.Entry[]) internal _totalStakes;
    mapping(bytes32 operatorId => mapping(uint8 quorumNumber => BlockHistory.Entry[])) internal _operatorStakes;

    modifier quorumExists(uint8 quorumNumber) {
        if (_totalStakes[quorumNumber].length == 0) revert QuorumDoesNotExist(quorumNumber);
        _;
    }

    /// @inheritdoc IStakeRegistry
    function getStakeHistoryLength(bytes32 operatorId, uint8 quorumNumber) external view returns (uint256) {
        return _operatorStakes[operatorId][quorumNumber].length;
    }

    /// @inheritdoc IStakeRegistry
    function getStakeHistory(bytes32 operatorId, uint8 quorumNumber)
        external
        view
        returns (StakeUpdate[] memory updates)
    {
        BlockHistory.Entry[] storage history = _operatorStakes[operatorId][quorumNumber];
        updates = new StakeUpdate[](history.length);
        for (uint256 i = 0; i < updates.length; i++) {
            updates[i] = _toUpdate(history[i]);
        }
    }

    /// @inheritdoc IStakeRegistry
    function getCurrentStake(bytes32 operatorId, uint8 quorumNumber) external view returns (uint96) {
        return uint96(_operatorStakes[operatorId][quorumNumber].latest());
    }

    /// @inheritdoc IStakeRegistry
    function getLatestStakeUpdate(bytes32 operatorId, uint8 quorumNumber)
        external
        view
        returns (StakeUpdate memory update)
    {
        BlockHistory.Entry[] storage history = _operatorStakes[operatorId][quorumNumber];
        if (history.length != 0) update = _toUpdate(history[history.length - 1]);
    }

    /// @inheritdoc IStakeRegistry
    function getStakeUpdateAtIndex(uint8 quorumNumber, bytes32 operatorId, uint256 index)
        external
        view
        returns (StakeUpdate memory)
    {
        return _toUpdate(_operatorStakes[operatorId][quorumNumber][index]);
    }

    /// @inheritdoc IStakeRegistry
    function getStakeAtBlockNumber(bytes32 operatorId, uint8 quorumNumber, uint32 blockNumber)
        external
        view
        returns (uint96)
    {
        BlockHistory.Entry[] storage history = _operatorStakes[operatorId][quorumNumber];
        if (history.length == 0 || history[0].from > blockNumber) return 0;
        return uint96(history.valueAt(blockNumber));
    }

    /// @inheritdoc IStakeRegistry
    function getStakeUpdateIndexAtBlockNumber(bytes32 operatorId, uint8 quorumNumber, uint32 blockNumber)
        external
        view
        returns (uint32)
    {
        return _operatorStakes[operatorId][quorumNumber].indexAt(blockNumber);
    }

    /// @inheritdoc IStakeRegistry
    function getStakeAtBlockNumberAndIndex(uint8 quorumNumber, uint32 blockNumber, bytes32 operatorId, uint256 index)
        external
        view
        returns (uint96)
    {
        return uint96(_operatorStakes[operatorId][quorumNumber].checkedAt(blockNumber, index));
    }

    /// @inheritdoc IStakeRegistry
    function getTotalStakeHistoryLength(uint8 quorumNumber) external view returns (uint256) {
        return _totalStakes[quorumNumber].length;
    }

    /// @inheritdoc IStakeRegistry
    function getCurrentTotalStake(uint8 quorumNumber) external view returns (uint96) {
        return uint96(_totalStakes[quorumNumber].latest());
    }

    /// @inheritdoc IStakeRegistry
    function getTotalStakeUpdateAtIndex(uint8 quorumNumber, uint256 index) external view returns (StakeUpdate memory) {
        return _toUpdate(_totalStakes[quorumNumber][index]);
    }

    /// @inheritdoc IStakeRegistry
    function getTotalStakeAtBlockNumberFromIndex(uint8 quorumNumber, uint32 blockNumber, uint256 index)
        external
        view
        returns (uint96)
    {
        return uint96(_totalStakes[quorumNumber].checkedAt(blockNumber, index));
    }

    /// @inheritdoc IStakeRegistry
    function getTotalStakeIndicesAtBlockNumber(uint32 blockNumber, bytes calldata quorumNumbers)
        external
        view
        returns (uint32[] memory indices)
    {
        indices = new uint32[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            if (_totalStakes[quorumNumber].length == 0) revert QuorumDoesNotExist(quorumNumber);
            indices[i] = _totalStakes[quorumNumber].indexAt(blockNumber);
        }
    }

    function _toUpdate(BlockHistory.Entry memory entry) private pure returns (StakeUpdate memory) {
        return StakeUpdate({
            updateBlockNumber: entry.from,
            nextUpdateBlockNumber: entry.next,
            stake: uint96(entry.value)
        });
    }
}
