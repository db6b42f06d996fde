// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRegistry} from "./IRegistry.sol";

/// The operators of each quorum as a list without gaps, now and at any block: who leaves is replaced by the last.
interface IIndexRegistry is IRegistry {
    /// @param fromBlockNumber from here on `operatorId` stands at the index that this update belongs to
    /// @param operatorId zero for nobody
    struct OperatorUpdate {
        uint32 fromBlockNumber;
        bytes32 operatorId;
    }

    struct QuorumUpdate {
        uint32 fromBlockNumber;
        uint32 numOperators;
    }

    event QuorumIndexUpdate(bytes32 indexed operatorId, uint8 quorumNumber, uint32 newOperatorIndex);

    error OnlyRegistryCoordinator();
    error QuorumAlreadyExists(uint8 quorumNumber);
    error QuorumDoesNotExist(uint8 quorumNumber);
    /// The operator is not on the list of that quorum.
    error OperatorNotListed(bytes32 operatorId, uint8 quorumNumber);

    /// Appends an operator to the lists; coordinator only, which makes sure that it is on none of them.
    /// @return number of operators in each quorum afterwards
    function registerOperator(bytes32 operatorId, bytes calldata quorumNumbers) external returns (uint32[] memory);

    /// Takes an operator off the lists; coordinator only.
    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external;

    /// Coordinator only.
    function initializeQuorum(uint8 quorumNumber) external;

    /// The id that means "nobody".
    function OPERATOR_DOES_NOT_EXIST_ID() external view returns (bytes32);

    /// Index of an operator in a quorum; 0 for who is not in it, too.
    function currentOperatorIndex(uint8 quorumNumber, bytes32 operatorId) external view returns (uint32);

    function getOperatorUpdateAtIndex(uint8 quorumNumber, uint32 operatorIndex, uint32 arrayIndex)
        external
        view
        returns (OperatorUpdate memory);

    function getQuorumUpdateAtIndex(uint8 quorumNumber, uint32 quorumIndex) external view returns (QuorumUpdate memory);

    function getLatestOperatorUpdate(uint8 quorumNumber, uint32 operatorIndex)
        external
        view
        returns (OperatorUpdate memory);

    function getLatestQuorumUpdate(uint8 quorumNumber) external view returns (QuorumUpdate memory);

    function totalOperatorsForQuorum(uint8 quorumNumber) external view returns (uint32);

    /// Ids of the operators of a quorum at a block, in the order of their indices then.
    function getOperatorListAtBlockNumber(uint8 quorumNumber, uint32 blockNumber)
        external
        view
        returns (bytes32[] memory);
}
