// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {OperatorSet} from "../restaking/OperatorSet.sol";
import {IAllocationManager} from "../restaking/interfaces/IAllocationManager.sol";
import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IOperatorSetManager} from "./IServiceManager.sol";
import {IStakeRegistry, StakeType} from "./IStakeRegistry.sol";
import {BlockHistory} from "./lib/BlockHistory.sol";
import {StakeHistoryViews} from "./StakeHistoryViews.sol";

/// Behind a proxy; has no initializer, because everything it depends on is fixed in its code.
contract StakeRegistry is StakeHistoryViews {
    using BlockHistory for BlockHistory.Entry[];
    using SafeCast for uint256;

    /// @inheritdoc IStakeRegistry
    uint256 public constant WEIGHTING_DIVISOR = 1e18;
    /// @inheritdoc IStakeRegistry
    uint8 public constant MAX_WEIGHING_FUNCTION_LENGTH = 32;

    address public immutable registryCoordinator;
    /// @inheritdoc IStakeRegistry
    IDelegationManager public immutable delegation;
    IAllocationManager public immutable allocationManager;
    /// The AVS's address in the core, and the one that keeps its operator sets like its quorums.
    address public immutable serviceManager;
    /// Block of this code. It is deployed before the rest of its AVS, so no log of the AVS is older.
    uint256 public immutable deployedAtBlock = block.number;

    /// @inheritdoc IStakeRegistry
    mapping(uint8 quorumNumber => uint96) public minimumStakeForQuorum;
    /// @inheritdoc IStakeRegistry
    mapping(uint8 quorumNumber => StakeType) public stakeTypePerQuorum;
    /// @inheritdoc IStakeRegistry
    mapping(uint8 quorumNumber => uint32) public slashableStakeLookAheadPerQuorum;
    // INVARIANT: both lists have the same strategies in the same order, none twice.
    /// @inheritdoc IStakeRegistry
    mapping(uint8 quorumNumber => StrategyParams[]) public strategyParams;
    /// @inheritdoc IStakeRegistry
    mapping(uint8 quorumNumber => IStrategy[]) public strategiesPerQuorum;

    modifier onlyRegistryCoordinator() {
        if (msg.sender != registryCoordinator) revert OnlyRegistryCoordinator();
        _;
    }

    modifier onlyCoordinatorOwner() {
        if (msg.sender != IRegistryCoordinator(registryCoordinator).owner()) revert OnlyCoordinatorOwner();
        _;
    }

    constructor(
        address registryCoordinator_,
        IDelegationManager delegation_,
        IAllocationManager allocationManager_,
        address serviceManager_
    ) {
        registryCoordinator = registryCoordinator_;
        delegation = delegation_;
        allocationManager = allocationManager_;
        serviceManager = serviceManager_;
    }

    /// @inheritdoc IStakeRegistry
    function registerOperator(address operator, bytes32 operatorId, bytes calldata quorumNumbers)
        external
        onlyRegistryCoordinator
        returns (uint96[] memory stakes, uint96[] memory totals)
    {
        stakes = new uint96[](quorumNumbers.length);
        totals = new uint96[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            uint96 weight = weightOfOperatorForQuorum(quorumNumber, operator);
            // The one text that operators' guides show.
            require(
                weight >= minimumStakeForQuorum[quorumNumber],
                "StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum"
            );
            stakes[i] = weight;
            totals[i] = _recordStake(operatorId, quorumNumber, weight);
        }
    }

    /// @inheritdoc IStakeRegistry
    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            _recordStake(operatorId, uint8(quorumNumbers[i]), 0);
        }
    }

    /// @inheritdoc IStakeRegistry
    function updateOperatorStake(address operator, bytes32 operatorId, bytes calldata quorumNumbers)
        external
        onlyRegistryCoordinator
        returns (uint192 quorumsToRemove)
    {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            uint96 weight = weightOfOperatorForQuorum(quorumNumber, operator);
            if (weight < minimumStakeForQuorum[quorumNumber] || !_isMember(quorumNumber, operator)) {
                weight = 0;
                quorumsToRemove |= uint192(1) << quorumNumber;
            }
            _recordStake(operatorId, quorumNumber, weight);
        }
    }

    /// @inheritdoc IStakeRegistry
    function initializeQuorum(uint8 quorumNumber, uint96 minimumStake, StrategyParams[] memory params)
        external
        onlyRegistryCoordinator
    {
        _initializeQuorum(quorumNumber, minimumStake, params, StakeType.TOTAL_DELEGATED, 0);
    }

    /// @inheritdoc IStakeRegistry
    function initializeQuorum(
        uint8 quorumNumber,
        uint96 minimumStake,
        StrategyParams[] memory params,
        StakeType stakeType,
        uint32 lookAheadBlocks
    ) external onlyRegistryCoordinator {
        _initializeQuorum(quorumNumber, minimumStake, params, stakeType, lookAheadBlocks);
    }

    /// @inheritdoc IStakeRegistry
    function setMinimumStakeForQuorum(uint8 quorumNumber, uint96 minimumStake)
        external
        onlyCoordinatorOwner
        quorumExists(quorumNumber)
    {
        _setMinimumStake(quorumNumber, minimumStake);
    }

    /// @inheritdoc IStakeRegistry
    function setSlashableStakeLookahead(uint8 quorumNumber, uint32 lookAheadBlocks)
        external
        onlyCoordinatorOwner
        quorumExists(quorumNumber)
    {
        if (stakeTypePerQuorum[quorumNumber] != StakeType.TOTAL_SLASHABLE) revert QuorumNotSlashable(quorumNumber);
        _setLookAhead(quorumNumber, lookAheadBlocks);
    }

    /// @inheritdoc IStakeRegistry
    function addStrategies(uint8 quorumNumber, StrategyParams[] memory params)
        external
        onlyCoordinatorOwner
        quorumExists(quorumNumber)
    {
        IStrategy[] memory added = _addStrategies(quorumNumber, params);
        IOperatorSetManager(serviceManager).addStrategiesToOperatorSet(quorumNumber, added);
    }

    /// @inheritdoc IStakeRegistry
    function removeStrategies(uint8 quorumNumber, uint256[] calldata indicesToRemove)
        external
        onlyCoordinatorOwner
        quorumExists(quorumNumber)
    {
        if (indicesToRemove.length == 0) revert NoStrategies();
        StrategyParams[] storage params = strategyParams[quorumNumber];
        IStrategy[] storage strategies = strategiesPerQuorum[quorumNumber];
        IStrategy[] memory removed = new IStrategy[](indicesToRemove.length);
        for (uint256 i = 0; i < indicesToRemove.length; i++) {
            uint256 index = indicesToRemove[i];
            if (i > 0 && index >= indicesToRemove[i - 1]) revert IndicesNotDescending();
            removed[i] = strategies[index];
            params[index] = params[params.length - 1];
            params.pop();
            strategies[index] = strategies[strategies.length - 1];
            strategies.pop();
            emit StrategyRemovedFromQuorum(quorumNumber, removed[i]);
            emit StrategyMultiplierUpdated(quorumNumber, removed[i], 0);
        }
        IOperatorSetManager(serviceManager).removeStrategiesFromOperatorSet(quorumNumber, removed);
    }

    /// @inheritdoc IStakeRegistry
    function modifyStrategyParams(
        uint8 quorumNumber,
        uint256[] calldata strategyIndices,
        uint96[] calldata newMultipliers
    ) external onlyCoordinatorOwner quorumExists(quorumNumber) {
        if (strategyIndices.length == 0) revert NoStrategies();
        if (strategyIndices.length != newMultipliers.length) revert InputLengthMismatch();
        for (uint256 i = 0; i < strategyIndices.length; i++) {
            StrategyParams storage params = strategyParams[quorumNumber][strategyIndices[i]];
            params.multiplier = newMultipliers[i];
            emit StrategyMultiplierUpdated(quorumNumber, params.strategy, newMultipliers[i]);
        }
    }

    /// @inheritdoc IStakeRegistry
    function strategyParamsLength(uint8 quorumNumber) external view returns (uint256) {
        return strategyParams[quorumNumber].length;
    }

    /// @inheritdoc IStakeRegistry
    function strategyParamsByIndex(uint8 quorumNumber, uint256 index) external view returns (StrategyParams memory) {
        return strategyParams[quorumNumber][index];
    }

    /// @inheritdoc IStakeRegistry
    function weightOfOperatorForQuorum(uint8 quorumNumber, address operator)
        public
        view
        quorumExists(quorumNumber)
        returns (uint96)
    {
        return _weight(quorumNumber, _shares(quorumNumber, operator));
    }

    /// @inheritdoc IStakeRegistry
    function missingStake(uint8 quorumNumber, address operator)
        external
        view
        quorumExists(quorumNumber)
        returns (uint96 weight, uint96 minimum, address[] memory strategies, uint256[] memory shares)
    {
        shares = _shares(quorumNumber, operator);
        weight = _weight(quorumNumber, shares);
        minimum = minimumStakeForQuorum[quorumNumber];
        strategies = new address[](shares.length);
        for (uint256 i = 0; i < shares.length; i++) {
            strategies[i] = address(strategiesPerQuorum[quorumNumber][i]);
        }
    }

    function _initializeQuorum(
        uint8 quorumNumber,
        uint96 minimumStake,
        StrategyParams[] memory params,
        StakeType stakeType,
        uint32 lookAheadBlocks
    ) private {
        if (_totalStakes[quorumNumber].length != 0) revert QuorumAlreadyExists(quorumNumber);
        _totalStakes[quorumNumber].write(0);
        emit QuorumCreated(quorumNumber);
        stakeTypePerQuorum[quorumNumber] = stakeType;
        emit StakeTypeSet(quorumNumber, stakeType);
        if (stakeType == StakeType.TOTAL_SLASHABLE) _setLookAhead(quorumNumber, lookAheadBlocks);
        _addStrategies(quorumNumber, params);
        _setMinimumStake(quorumNumber, minimumStake);
    }

    function _setMinimumStake(uint8 quorumNumber, uint96 minimumStake) private {
        minimumStakeForQuorum[quorumNumber] = minimumStake;
        emit MinimumStakeForQuorumUpdated(quorumNumber, minimumStake);
    }

    function _setLookAhead(uint8 quorumNumber, uint32 lookAheadBlocks) private {
        emit LookAheadPeriodChanged(quorumNumber, slashableStakeLookAheadPerQuorum[quorumNumber], lookAheadBlocks);
        slashableStakeLookAheadPerQuorum[quorumNumber] = lookAheadBlocks;
    }

    function _addStrategies(uint8 quorumNumber, StrategyParams[] memory params)
        private
        returns (IStrategy[] memory added)
    {
        if (params.length == 0) revert NoStrategies();
        IStrategy[] storage strategies = strategiesPerQuorum[quorumNumber];
        if (strategies.length + params.length > MAX_WEIGHING_FUNCTION_LENGTH) revert TooManyStrategies();
        added = new IStrategy[](params.length);
        for (uint256 i = 0; i < params.length; i++) {
            IStrategy strategy = params[i].strategy;
            for (uint256 j = 0; j < strategies.length; j++) {
                if (address(strategies[j]) == address(strategy)) revert DuplicateStrategy(strategy);
            }
            if (params[i].multiplier == 0) revert ZeroMultiplier(strategy);
            strategyParams[quorumNumber].push(params[i]);
            strategies.push(strategy);
            added[i] = strategy;
            emit StrategyAddedToQuorum(quorumNumber, strategy);
            emit StrategyMultiplierUpdated(quorumNumber, strategy, params[i].multiplier);
        }
    }

    /// Writes an operator's weight and moves the total by the difference.
    /// INVARIANT: the total is the sum of the newest weights of the quorum's operators.
    function _recordStake(bytes32 operatorId, uint8 quorumNumber, uint96 stake)
        private
        quorumExists(quorumNumber)
        returns (uint96 total)
    {
        BlockHistory.Entry[] storage history = _operatorStakes[operatorId][quorumNumber];
        uint256 previous = history.latest();
        total = (uint256(_totalStakes[quorumNumber].latest()) + stake - previous).toUint96();
        if (history.write(stake)) emit OperatorStakeUpdate(operatorId, quorumNumber, stake);
        _totalStakes[quorumNumber].write(total);
    }

    function _weight(uint8 quorumNumber, uint256[] memory shares) private view returns (uint96) {
        uint256 weight = 0;
        for (uint256 i = 0; i < shares.length; i++) {
            weight += shares[i] * strategyParams[quorumNumber][i].multiplier / WEIGHTING_DIVISOR;
        }
        return weight.toUint96();
    }

    /// Shares that count, per strategy of the quorum.
    function _shares(uint8 quorumNumber, address operator) private view returns (uint256[] memory) {
        IStrategy[] memory strategies = strategiesPerQuorum[quorumNumber];
        if (stakeTypePerQuorum[quorumNumber] == StakeType.TOTAL_DELEGATED) {
            return delegation.getOperatorShares(operator, strategies);
        }
        OperatorSet memory set = OperatorSet({avs: serviceManager, id: quorumNumber});
        address[] memory operators = new address[](1);
        operators[0] = operator;
        // Nobody outside the set can be slashed: for who asks before joining, what is allocated counts.
        if (!allocationManager.isOperatorSlashable(operator, set)) {
            return allocationManager.getAllocatedStake(set, operators, strategies)[0];
        }
        uint32 futureBlock = uint32(block.number) + slashableStakeLookAheadPerQuorum[quorumNumber];
        return allocationManager.getMinimumSlashableStake(set, operators, strategies, futureBlock)[0];
    }

    function _isMember(uint8 quorumNumber, address operator) private view returns (bool) {
        return allocationManager.isMemberOfOperatorSet(operator, OperatorSet({avs: serviceManager, id: quorumNumber}));
    }
}
