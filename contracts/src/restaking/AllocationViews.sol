// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DoubleEndedQueue} from "@openzeppelin/contracts/utils/structs/DoubleEndedQueue.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {AllocationBase} from "./AllocationBase.sol";
import {OperatorSet, OperatorSetKey} from "./OperatorSet.sol";
import {SlashingMath} from "./SlashingMath.sol";
import {IAllocationManager} from "./interfaces/IAllocationManager.sol";
import {IAVSRegistrar} from "./interfaces/IAVSRegistrar.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

/// What AllocationManager tells others.
abstract contract AllocationViews is AllocationBase {
    using DoubleEndedQueue for DoubleEndedQueue.Bytes32Deque;
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.Bytes32Set;
    using EnumerableSet for EnumerableSet.UintSet;
    using OperatorSetKey for OperatorSet;

    /// @inheritdoc IAllocationManager
    function getOperatorSetCount(address avs) external view returns (uint256) {
        return _operatorSets[avs].length();
    }

    /// @inheritdoc IAllocationManager
    function getAllocatedSets(address operator) external view returns (OperatorSet[] memory) {
        return _decode(_allocatedSets[operator].values());
    }

    /// @inheritdoc IAllocationManager
    function getRegisteredSets(address operator) external view returns (OperatorSet[] memory) {
        return _decode(_registeredSets[operator].values());
    }

    /// @inheritdoc IAllocationManager
    function getAllocatedStrategies(address operator, OperatorSet memory operatorSet)
        external
        view
        returns (IStrategy[] memory)
    {
        return _strategies(_allocatedStrategies[operator][operatorSet.key()]);
    }

    /// @inheritdoc IAllocationManager
    function getStrategiesInOperatorSet(OperatorSet memory operatorSet) external view returns (IStrategy[] memory) {
        return _strategies(_setStrategies[operatorSet.key()]);
    }

    /// @inheritdoc IAllocationManager
    function getAllocation(address operator, OperatorSet memory operatorSet, IStrategy strategy)
        public
        view
        returns (Allocation memory allocation)
    {
        (, allocation) = _read(operator, operatorSet.key(), strategy);
    }

    /// @inheritdoc IAllocationManager
    function getAllocations(address[] memory operators, OperatorSet memory operatorSet, IStrategy strategy)
        external
        view
        returns (Allocation[] memory allocations)
    {
        allocations = new Allocation[](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            allocations[i] = getAllocation(operators[i], operatorSet, strategy);
        }
    }

    /// @inheritdoc IAllocationManager
    function getStrategyAllocations(address operator, IStrategy strategy)
        external
        view
        returns (OperatorSet[] memory sets, Allocation[] memory allocations)
    {
        sets = _decode(_allocatedSets[operator].values());
        allocations = new Allocation[](sets.length);
        for (uint256 i = 0; i < sets.length; i++) {
            allocations[i] = getAllocation(operator, sets[i], strategy);
        }
    }

    /// @inheritdoc IAllocationManager
    function getEncumberedMagnitude(address operator, IStrategy strategy) public view returns (uint64) {
        return getMaxMagnitude(operator, strategy) - getAllocatableMagnitude(operator, strategy);
    }

    /// @inheritdoc IAllocationManager
    function getAllocatableMagnitude(address operator, IStrategy strategy) public view returns (uint64 allocatable) {
        (Magnitudes memory magnitudes,) = _read(operator, bytes32(0), strategy);
        allocatable = magnitudes.max - magnitudes.encumbered;
        DoubleEndedQueue.Bytes32Deque storage queue = _deallocations[operator][strategy];
        for (uint256 i = 0; i < queue.length(); i++) {
            (Magnitudes memory updated, Allocation memory allocation) = _read(operator, queue.at(i), strategy);
            if (allocation.effectBlock != 0) break;
            allocatable += magnitudes.encumbered - updated.encumbered;
        }
    }

    /// @inheritdoc IAllocationManager
    function getMaxMagnitudes(address operator, IStrategy[] calldata strategies)
        external
        view
        returns (uint64[] memory magnitudes)
    {
        magnitudes = new uint64[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            magnitudes[i] = getMaxMagnitude(operator, strategies[i]);
        }
    }

    /// @inheritdoc IAllocationManager
    function getMaxMagnitudes(address[] calldata operators, IStrategy strategy)
        external
        view
        returns (uint64[] memory magnitudes)
    {
        magnitudes = new uint64[](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            magnitudes[i] = getMaxMagnitude(operators[i], strategy);
        }
    }

    /// @inheritdoc IAllocationManager
    function getAllocationDelay(address operator) public view returns (bool isSet, uint32 delay) {
        AllocationDelayInfo memory info = _delays[operator];
        if (info.effectBlock != 0 && block.number >= info.effectBlock) return (true, info.pendingDelay);
        return (info.isSet, info.delay);
    }

    /// @inheritdoc IAllocationManager
    function isMemberOfOperatorSet(address operator, OperatorSet memory operatorSet) external view returns (bool) {
        return _registrations[operator][operatorSet.key()].registered;
    }

    /// @inheritdoc IAllocationManager
    function getMembers(OperatorSet memory operatorSet) external view returns (address[] memory) {
        return _setMembers[operatorSet.key()].values();
    }

    /// @inheritdoc IAllocationManager
    function getMemberCount(OperatorSet memory operatorSet) external view returns (uint256) {
        return _setMembers[operatorSet.key()].length();
    }

    /// @inheritdoc IAllocationManager
    function getAVSRegistrar(address avs) public view returns (IAVSRegistrar registrar) {
        registrar = _registrars[avs];
        if (address(registrar) == address(0)) registrar = IAVSRegistrar(avs);
    }

    /// @inheritdoc IAllocationManager
    function getMinimumSlashableStake(
        OperatorSet memory operatorSet,
        address[] memory operators,
        IStrategy[] memory strategies,
        uint32 futureBlock
    ) external view returns (uint256[][] memory slashableStake) {
        bytes32 setKey = operatorSet.key();
        slashableStake = _allocatedStake(setKey, operators, strategies, futureBlock);
        for (uint256 j = 0; j < strategies.length; j++) {
            bool inSet = _setStrategies[setKey].contains(address(strategies[j]));
            for (uint256 i = 0; i < operators.length; i++) {
                if (!inSet || !isOperatorSlashable(operators[i], operatorSet)) slashableStake[i][j] = 0;
            }
        }
    }

    /// @inheritdoc IAllocationManager
    function getAllocatedStake(
        OperatorSet memory operatorSet,
        address[] memory operators,
        IStrategy[] memory strategies
    ) external view returns (uint256[][] memory) {
        return _allocatedStake(operatorSet.key(), operators, strategies, uint32(block.number));
    }

    function _allocatedStake(
        bytes32 setKey,
        address[] memory operators,
        IStrategy[] memory strategies,
        uint32 futureBlock
    ) private view returns (uint256[][] memory stake) {
        uint256[][] memory shares = delegation.getOperatorsShares(operators, strategies);
        stake = new uint256[][](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            stake[i] = new uint256[](strategies.length);
            for (uint256 j = 0; j < strategies.length; j++) {
                (Magnitudes memory magnitudes, Allocation memory allocation) =
                    _read(operators[i], setKey, strategies[j]);
                uint64 magnitude = allocation.currentMagnitude;
                if (allocation.pendingDiff < 0 && futureBlock >= allocation.effectBlock) {
                    magnitude = _sum(magnitude, allocation.pendingDiff);
                }
                if (magnitude == 0) continue;
                stake[i][j] = Math.mulDiv(shares[i][j], magnitude, magnitudes.max);
            }
        }
    }

    function _decode(bytes32[] memory keys) private pure returns (OperatorSet[] memory sets) {
        sets = new OperatorSet[](keys.length);
        for (uint256 i = 0; i < keys.length; i++) {
            sets[i] = OperatorSetKey.decode(keys[i]);
        }
    }

    function _strategies(EnumerableSet.AddressSet storage set) private view returns (IStrategy[] memory strategies) {
        address[] memory addresses = set.values();
        assembly ("memory-safe") {
            strategies := addresses
        }
    }
}
