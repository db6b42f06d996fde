// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {DoubleEndedQueue} from "@openzeppelin/contracts/utils/structs/DoubleEndedQueue.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {OperatorSet, OperatorSetKey} from "./OperatorSet.sol";
import {Pausable} from "./Pausable.sol";
import {Permissioned} from "./Permissioned.sol";
import {WAD} from "./SlashingMath.sol";
import {IAllocationManager} from "./interfaces/IAllocationManager.sol";
import {IAVSDirectory} from "./interfaces/IAVSDirectory.sol";
import {IAVSRegistrar} from "./interfaces/IAVSRegistrar.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";
import {IPermissionController} from "./interfaces/IPermissionController.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

/// The contracts that AllocationManager works with, all at addresses that never change.
struct AllocationPeers {
    IDelegationManager delegation;
    IAVSDirectory avsDirectory;
    IPauserRegistry pauserRegistry;
    IPermissionController permissionController;
}

/// Storage of AllocationManager, and magnitudes as they are in this block.
abstract contract AllocationBase is IAllocationManager, Initializable, Pausable, Permissioned {
    using Checkpoints for Checkpoints.Trace160;
    using DoubleEndedQueue for DoubleEndedQueue.Bytes32Deque;
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.Bytes32Set;
    using OperatorSetKey for OperatorSet;

    /// Magnitudes of one operator in one strategy, as they are in this block.
    /// @param max what slashes left of WAD
    /// @param encumbered INVARIANT: <= max, and >= the sum of allocations, counting both sides of pending changes
    struct Magnitudes {
        uint64 max;
        uint64 encumbered;
    }

    uint8 internal constant PAUSED_MODIFY_ALLOCATIONS = 0;
    uint8 internal constant PAUSED_OPERATOR_SLASHING = 1;
    uint8 internal constant PAUSED_OPERATOR_SET_REGISTRATION = 2;

    IDelegationManager public immutable delegation;
    IAVSDirectory public immutable avsDirectory;
    /// @inheritdoc IAllocationManager
    uint32 public immutable DEALLOCATION_DELAY;
    /// @inheritdoc IAllocationManager
    uint32 public immutable ALLOCATION_CONFIGURATION_DELAY;

    mapping(address avs => IAVSRegistrar) internal _registrars;
    mapping(address avs => EnumerableSet.UintSet) internal _operatorSets;
    mapping(bytes32 setKey => EnumerableSet.AddressSet) internal _setStrategies;
    mapping(bytes32 setKey => EnumerableSet.AddressSet) internal _setMembers;
    mapping(address operator => AllocationDelayInfo) internal _delays;
    mapping(address operator => EnumerableSet.Bytes32Set) internal _registeredSets;
    mapping(address operator => mapping(bytes32 setKey => RegistrationStatus)) internal _registrations;
    /// Signatures that AVSDirectory had counted when the operator left the set by its own act.
    mapping(address operator => mapping(bytes32 setKey => uint256)) internal _leftAt;
    /// Operator sets that hold an allocation of the operator, current or pending, and by set the strategies.
    mapping(address operator => EnumerableSet.Bytes32Set) internal _allocatedSets;
    mapping(address operator => mapping(bytes32 setKey => EnumerableSet.AddressSet)) internal _allocatedStrategies;
    mapping(address operator => mapping(bytes32 setKey => mapping(IStrategy => Allocation))) private _allocations;
    mapping(address operator => mapping(IStrategy => uint64)) private _encumbered;
    /// Operator sets with a pending deallocation, in the order in which they take effect.
    mapping(address operator => mapping(IStrategy => DoubleEndedQueue.Bytes32Deque)) internal _deallocations;
    /// By block: magnitude lost to slashes. Kept instead of what is left, so that no entry means nothing was lost.
    mapping(address operator => mapping(IStrategy => Checkpoints.Trace160)) private _lost;

    constructor(AllocationPeers memory peers, uint32 deallocationDelay, uint32 allocationConfigurationDelay)
        Pausable(peers.pauserRegistry)
        Permissioned(peers.permissionController)
    {
        delegation = peers.delegation;
        avsDirectory = peers.avsDirectory;
        DEALLOCATION_DELAY = deallocationDelay;
        ALLOCATION_CONFIGURATION_DELAY = allocationConfigurationDelay;
    }

    /// @inheritdoc IAllocationManager
    function getMaxMagnitude(address operator, IStrategy strategy) public view returns (uint64) {
        return WAD - uint64(_lost[operator][strategy].latest());
    }

    /// @inheritdoc IAllocationManager
    function getMaxMagnitudesAtBlock(address operator, IStrategy[] calldata strategies, uint32 blockNumber)
        external
        view
        returns (uint64[] memory magnitudes)
    {
        magnitudes = new uint64[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            magnitudes[i] = WAD - uint64(_lost[operator][strategies[i]].upperLookupRecent(blockNumber));
        }
    }

    /// @inheritdoc IAllocationManager
    function isOperatorSet(OperatorSet memory operatorSet) public view returns (bool) {
        return EnumerableSet.contains(_operatorSets[operatorSet.avs], operatorSet.id);
    }

    /// @inheritdoc IAllocationManager
    function isOperatorSlashable(address operator, OperatorSet memory operatorSet) public view returns (bool) {
        RegistrationStatus memory status = _registrations[operator][operatorSet.key()];
        return status.registered || block.number <= status.slashableUntil;
    }

    /// Reads an allocation as if a pending change whose block came were already written.
    function _read(address operator, bytes32 setKey, IStrategy strategy)
        internal
        view
        returns (Magnitudes memory magnitudes, Allocation memory allocation)
    {
        magnitudes = Magnitudes(getMaxMagnitude(operator, strategy), _encumbered[operator][strategy]);
        allocation = _allocations[operator][setKey][strategy];
        if (allocation.effectBlock == 0 || block.number < allocation.effectBlock) return (magnitudes, allocation);
        if (allocation.pendingDiff < 0) magnitudes.encumbered -= uint64(uint128(-allocation.pendingDiff));
        allocation.currentMagnitude = _sum(allocation.currentMagnitude, allocation.pendingDiff);
        allocation.pendingDiff = 0;
        allocation.effectBlock = 0;
    }

    /// Writes what `_read` gave, changed.
    function _write(
        address operator,
        bytes32 setKey,
        IStrategy strategy,
        Magnitudes memory magnitudes,
        Allocation memory allocation
    ) internal {
        if (_encumbered[operator][strategy] != magnitudes.encumbered) {
            _encumbered[operator][strategy] = magnitudes.encumbered;
            emit EncumberedMagnitudeUpdated(operator, strategy, magnitudes.encumbered);
        }
        _allocations[operator][setKey][strategy] = allocation;
        EnumerableSet.AddressSet storage strategies = _allocatedStrategies[operator][setKey];
        if (allocation.currentMagnitude != 0 || allocation.pendingDiff != 0) {
            strategies.add(address(strategy));
            _allocatedSets[operator].add(setKey);
        } else if (strategies.remove(address(strategy)) && strategies.length() == 0) {
            _allocatedSets[operator].remove(setKey);
        }
    }

    /// INVARIANT: a maximal magnitude never grows.
    function _lowerMaxMagnitude(address operator, IStrategy strategy, uint64 magnitude) internal {
        _lost[operator][strategy].push(uint96(block.number), WAD - magnitude);
        emit MaxMagnitudeUpdated(operator, strategy, magnitude);
    }

    /// Pops up to `limit` deallocations whose block came.
    function _clearDeallocations(address operator, IStrategy strategy, uint256 limit) internal {
        DoubleEndedQueue.Bytes32Deque storage queue = _deallocations[operator][strategy];
        for (uint256 i = 0; i < limit && !queue.empty(); i++) {
            bytes32 setKey = queue.front();
            (Magnitudes memory magnitudes, Allocation memory allocation) = _read(operator, setKey, strategy);
            // What was due has no block any more.
            if (allocation.effectBlock != 0) break;
            _write(operator, setKey, strategy, magnitudes, allocation);
            queue.popFront();
        }
    }

    /// Whether the AVS can slash this allocation now.
    function _isSlashable(
        bytes32 setKey,
        IStrategy strategy,
        Allocation memory allocation,
        bool operatorIsSlashable
    ) internal view returns (bool) {
        return operatorIsSlashable && allocation.currentMagnitude != 0
            && _setStrategies[setKey].contains(address(strategy));
    }

    function _requireSet(address avs, uint32 id) internal view returns (OperatorSet memory set) {
        set = OperatorSet(avs, id);
        if (!isOperatorSet(set)) revert InvalidOperatorSet();
    }

    /// INVARIANT: a pending change never takes an allocation below zero or above WAD.
    function _sum(uint64 magnitude, int128 diff) internal pure returns (uint64) {
        return uint64(uint128(int128(uint128(magnitude)) + diff));
    }
}
