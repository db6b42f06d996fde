// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IIndexRegistry} from "./IIndexRegistry.sol";
import {BlockHistory} from "./lib/BlockHistory.sol";

/// Behind a proxy; has no initializer, because the coordinator is fixed in its code.
contract IndexRegistry is IIndexRegistry {
    using BlockHistory for BlockHistory.Entry[];

    /// @inheritdoc IIndexRegistry
    bytes32 public constant OPERATOR_DOES_NOT_EXIST_ID = bytes32(0);

    address public immutable registryCoordinator;

    /// @inheritdoc IIndexRegistry
    mapping(uint8 quorumNumber => mapping(bytes32 operatorId => uint32)) public currentOperatorIndex;
    // INVARIANT: these histories only grow, except that the last entry changes within the block that began it. Ids take a word
    // of their own, so BlockHistory cannot keep them.
    mapping(uint8 quorumNumber => mapping(uint32 operatorIndex => OperatorUpdate[])) private _operatorHistory;
    mapping(uint8 quorumNumber => BlockHistory.Entry[]) private _counts;

    modifier onlyRegistryCoordinator() {
        if (msg.sender != registryCoordinator) revert OnlyRegistryCoordinator();
        _;
    }

    constructor(address registryCoordinator_) {
        registryCoordinator = registryCoordinator_;
    }

    /// @inheritdoc IIndexRegistry
    function registerOperator(bytes32 operatorId, bytes calldata quorumNumbers)
        external
        onlyRegistryCoordinator
        returns (uint32[] memory counts)
    {
        counts = new uint32[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            uint32 count = totalOperatorsForQuorum(quorumNumber);
            _setOperator(quorumNumber, count, operatorId);
            counts[i] = count + 1;
            _counts[quorumNumber].write(count + 1);
        }
    }

    /// @inheritdoc IIndexRegistry
    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            uint32 last = totalOperatorsForQuorum(quorumNumber);
            uint32 index = currentOperatorIndex[quorumNumber][operatorId];
            // Who is on no list has index 0, which belongs to somebody else or to nobody.
            if (last == 0 || _operatorAt(quorumNumber, index) != operatorId) {
                revert OperatorNotListed(operatorId, quorumNumber);
            }
            last--;
            bytes32 lastOperatorId = _operatorAt(quorumNumber, last);
            delete currentOperatorIndex[quorumNumber][operatorId];
            if (index != last) _setOperator(quorumNumber, index, lastOperatorId);
            _writeOperator(quorumNumber, last, OPERATOR_DOES_NOT_EXIST_ID);
            _counts[quorumNumber].write(last);
        }
    }

    /// @inheritdoc IIndexRegistry
    function initializeQuorum(uint8 quorumNumber) external onlyRegistryCoordinator {
        if (_counts[quorumNumber].length != 0) revert QuorumAlreadyExists(quorumNumber);
        _counts[quorumNumber].write(0);
    }

    /// @inheritdoc IIndexRegistry
    function getOperatorUpdateAtIndex(uint8 quorumNumber, uint32 operatorIndex, uint32 arrayIndex)
        external
        view
        returns (OperatorUpdate memory)
    {
        return _operatorHistory[quorumNumber][operatorIndex][arrayIndex];
    }

    /// @inheritdoc IIndexRegistry
    function getQuorumUpdateAtIndex(uint8 quorumNumber, uint32 quorumIndex) public view returns (QuorumUpdate memory) {
        BlockHistory.Entry memory entry = _counts[quorumNumber][quorumIndex];
        return QuorumUpdate({fromBlockNumber: entry.from, numOperators: uint32(entry.value)});
    }

    /// @inheritdoc IIndexRegistry
    function getLatestOperatorUpdate(uint8 quorumNumber, uint32 operatorIndex)
        external
        view
        returns (OperatorUpdate memory)
    {
        OperatorUpdate[] storage history = _operatorHistory[quorumNumber][operatorIndex];
        return history[history.length - 1];
    }

    /// @inheritdoc IIndexRegistry
    function getLatestQuorumUpdate(uint8 quorumNumber) public view returns (QuorumUpdate memory) {
        uint256 length = _counts[quorumNumber].length;
        if (length == 0) revert QuorumDoesNotExist(quorumNumber);
        return getQuorumUpdateAtIndex(quorumNumber, uint32(length - 1));
    }

    /// @inheritdoc IIndexRegistry
    function totalOperatorsForQuorum(uint8 quorumNumber) public view returns (uint32) {
        return getLatestQuorumUpdate(quorumNumber).numOperators;
    }

    /// @inheritdoc IIndexRegistry
    function getOperatorListAtBlockNumber(uint8 quorumNumber, uint32 blockNumber)
        external
        view
        returns (bytes32[] memory operatorIds)
    {
        operatorIds = new bytes32[](_counts[quorumNumber].valueAt(blockNumber));
        for (uint32 index = 0; index < operatorIds.length; index++) {
            OperatorUpdate[] storage history = _operatorHistory[quorumNumber][index];
            uint256 low = 0;
            uint256 high = history.length;
            while (low < high) {
                uint256 middle = (low + high) / 2;
                if (history[middle].fromBlockNumber <= blockNumber) low = middle + 1;
                else high = middle;
            }
            // INVARIANT: every index below the count of a block has an entry from that block or before.
            operatorIds[index] = history[low - 1].operatorId;
        }
    }

    /// Nobody where nothing was ever written.
    function _operatorAt(uint8 quorumNumber, uint32 index) private view returns (bytes32) {
        OperatorUpdate[] storage history = _operatorHistory[quorumNumber][index];
        return history.length == 0 ? OPERATOR_DOES_NOT_EXIST_ID : history[history.length - 1].operatorId;
    }

    function _setOperator(uint8 quorumNumber, uint32 index, bytes32 operatorId) private {
        _writeOperator(quorumNumber, index, operatorId);
        currentOperatorIndex[quorumNumber][operatorId] = index;
        emit QuorumIndexUpdate(operatorId, quorumNumber, index);
    }

    function _writeOperator(uint8 quorumNumber, uint32 index, bytes32 operatorId) private {
        OperatorUpdate[] storage history = _operatorHistory[quorumNumber][index];
        uint256 length = history.length;
        if (length != 0 && history[length - 1].fromBlockNumber == block.number) {
            history[length - 1].operatorId = operatorId;
        } else {
            history.push(OperatorUpdate({fromBlockNumber: uint32(block.number), operatorId: operatorId}));
        }
    }
}
