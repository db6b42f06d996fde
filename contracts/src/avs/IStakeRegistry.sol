// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";
import {IRegistry} from "./IRegistry.sol";

/// What counts as an operator's stake in a quorum.
/// @dev TOTAL_DELEGATED: all shares that are delegated to it. TOTAL_SLASHABLE: the part that it allocated to the quorum's
///   operator set and that cannot leave before the look-ahead is over.
enum StakeType {
    TOTAL_DELEGATED,
    TOTAL_SLASHABLE
}

/// Weights of operators in quorums, now and at any block. Weight = sum over the quorum's strategies of
/// shares * multiplier / 1e18. Weights are as of the last update, which anybody may cause (`updateOperators`).
interface IStakeRegistry is IRegistry {
    /// @param nextUpdateBlockNumber 0 while the update is the newest
    struct StakeUpdate {
        uint32 updateBlockNumber;
        uint32 nextUpdateBlockNumber;
        uint96 stake;
    }

    struct StrategyParams {
        IStrategy strategy;
        uint96 multiplier;
    }

    event OperatorStakeUpdate(bytes32 indexed operatorId, uint8 quorumNumber, uint96 stake);
    event MinimumStakeForQuorumUpdated(uint8 indexed quorumNumber, uint96 minimumStake);
    event QuorumCreated(uint8 indexed quorumNumber);
    event StrategyAddedToQuorum(uint8 indexed quorumNumber, IStrategy strategy);
    event StrategyRemovedFromQuorum(uint8 indexed quorumNumber, IStrategy strategy);
    /// @param multiplier 0 when the strategy was removed
    event StrategyMultiplierUpdated(uint8 indexed quorumNumber, IStrategy strategy, uint256 multiplier);
    event StakeTypeSet(uint8 indexed quorumNumber, StakeType stakeType);
    event LookAheadPeriodChanged(uint8 indexed quorumNumber, uint32 previousBlocks, uint32 newBlocks);

    error OnlyRegistryCoordinator();
    error OnlyCoordinatorOwner();
    error QuorumAlreadyExists(uint8 quorumNumber);
    error QuorumDoesNotExist(uint8 quorumNumber);
    error NoStrategies();
    error TooManyStrategies();
    error DuplicateStrategy(IStrategy strategy);
    error ZeroMultiplier(IStrategy strategy);
    error InputLengthMismatch();
    /// Removal moves the last strategy to the place of the removed one, so indices must go down.
    error IndicesNotDescending();
    error QuorumNotSlashable(uint8 quorumNumber);

    // --- registry coordinator ---

    /// Records the weights of an operator that joins quorums. Reverts with the text "StakeRegistry.registerOperator: Operator
    /// does not meet minimum stake requirement for quorum" if one is too small; `missingStake` tells what is missing.
    /// @return the operator's weights
    /// @return the quorums' total weights afterwards
    function registerOperator(address operator, bytes32 operatorId, bytes calldata quorumNumbers)
        external
        returns (uint96[] memory, uint96[] memory);

    /// Sets the weights of an operator that left quorums to zero.
    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external;

    /// Reads an operator's stake anew. Weights below the minimum, and those of operators who left the quorum's operator set by
    /// themselves, become zero.
    /// @return bitmap of the quorums that the operator must leave
    function updateOperatorStake(address operator, bytes32 operatorId, bytes calldata quorumNumbers)
        external
        returns (uint192);

    /// A quorum of type TOTAL_DELEGATED.
    function initializeQuorum(uint8 quorumNumber, uint96 minimumStake, StrategyParams[] memory strategyParams) external;

    /// @param lookAheadBlocks how long stake must stay slashable to count; at most the core's deallocation delay makes sense
    function initializeQuorum(
        uint8 quorumNumber,
        uint96 minimumStake,
        StrategyParams[] memory strategyParams,
        StakeType stakeType,
        uint32 lookAheadBlocks
    ) external;

    // --- owner of the registry coordinator; take effect on operators with their next update ---

    function setMinimumStakeForQuorum(uint8 quorumNumber, uint96 minimumStake) external;

    function setSlashableStakeLookahead(uint8 quorumNumber, uint32 lookAheadBlocks) external;

    function addStrategies(uint8 quorumNumber, StrategyParams[] memory strategyParams) external;

    /// @param indicesToRemove strictly descending
    function removeStrategies(uint8 quorumNumber, uint256[] calldata indicesToRemove) external;

    function modifyStrategyParams(
        uint8 quorumNumber,
        uint256[] calldata strategyIndices,
        uint96[] calldata newMultipliers
    ) external;

    // --- quorums ---

    /// Multipliers are parts of this: 1e18 = shares count once.
    function WEIGHTING_DIVISOR() external view returns (uint256);

    /// Most strategies that a quorum can have.
    function MAX_WEIGHING_FUNCTION_LENGTH() external view returns (uint8);

    function delegation() external view returns (IDelegationManager);

    function minimumStakeForQuorum(uint8 quorumNumber) external view returns (uint96);

    function stakeTypePerQuorum(uint8 quorumNumber) external view returns (StakeType);

    function slashableStakeLookAheadPerQuorum(uint8 quorumNumber) external view returns (uint32);

    function strategyParams(uint8 quorumNumber, uint256 index)
        external
        view
        returns (IStrategy strategy, uint96 multiplier);

    function strategiesPerQuorum(uint8 quorumNumber, uint256 index) external view returns (IStrategy);

    function strategyParamsLength(uint8 quorumNumber) external view returns (uint256);

    function strategyParamsByIndex(uint8 quorumNumber, uint256 index) external view returns (StrategyParams memory);

    // --- weights ---

    /// The weight that the operator's stake gives it at this moment; the recorded one is `getCurrentStake`. Of who is not in
    /// the quorum yet, what it would be.
    function weightOfOperatorForQuorum(uint8 quorumNumber, address operator) external view returns (uint96);

    /// What an operator has and needs, for telling it what is missing.
    /// @return weight as of `weightOfOperatorForQuorum`
    /// @return minimum weight that the quorum demands
    /// @return strategies that count
    /// @return shares of the operator in each of them that count (delegated, or allocated and slashable)
    function missingStake(uint8 quorumNumber, address operator)
        external
        view
        returns (uint96 weight, uint96 minimum, address[] memory strategies, uint256[] memory shares);

    function getStakeHistoryLength(bytes32 operatorId, uint8 quorumNumber) external view returns (uint256);

    function getStakeHistory(bytes32 operatorId, uint8 quorumNumber) external view returns (StakeUpdate[] memory);

    function getCurrentStake(bytes32 operatorId, uint8 quorumNumber) external view returns (uint96);

    /// Zeros for who never was in the quorum.
    function getLatestStakeUpdate(bytes32 operatorId, uint8 quorumNumber) external view returns (StakeUpdate memory);

    function getStakeUpdateAtIndex(uint8 quorumNumber, bytes32 operatorId, uint256 index)
        external
        view
        returns (StakeUpdate memory);

    /// Zero for who was not in the quorum.
    function getStakeAtBlockNumber(bytes32 operatorId, uint8 quorumNumber, uint32 blockNumber)
        external
        view
        returns (uint96);

    function getStakeUpdateIndexAtBlockNumber(bytes32 operatorId, uint8 quorumNumber, uint32 blockNumber)
        external
        view
        returns (uint32);

    /// Reverts if the update with that index does not hold at the block.
    function getStakeAtBlockNumberAndIndex(uint8 quorumNumber, uint32 blockNumber, bytes32 operatorId, uint256 index)
        external
        view
        returns (uint96);

    function getTotalStakeHistoryLength(uint8 quorumNumber) external view returns (uint256);

    function getCurrentTotalStake(uint8 quorumNumber) external view returns (uint96);

    function getTotalStakeUpdateAtIndex(uint8 quorumNumber, uint256 index) external view returns (StakeUpdate memory);

    /// Reverts if the update with that index does not hold at the block.
    function getTotalStakeAtBlockNumberFromIndex(uint8 quorumNumber, uint32 blockNumber, uint256 index)
        external
        view
        returns (uint96);

    /// For `getTotalStakeAtBlockNumberFromIndex`.
    function getTotalStakeIndicesAtBlockNumber(uint32 blockNumber, bytes calldata quorumNumbers)
        external
        view
        returns (uint32[] memory);
}
