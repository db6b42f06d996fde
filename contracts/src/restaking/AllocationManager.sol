// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DoubleEndedQueue} from "@openzeppelin/contracts/utils/structs/DoubleEndedQueue.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {AllocationBase, AllocationPeers} from "./AllocationBase.sol";
import {AllocationViews} from "./AllocationViews.sol";
import {OperatorSet, OperatorSetKey} from "./OperatorSet.sol";
import {SlashingMath, WAD} from "./SlashingMath.sol";
import {IAllocationManager} from "./interfaces/IAllocationManager.sol";
import {IAVSDirectory} from "./interfaces/IAVSDirectory.sol";
import {IAVSRegistrar} from "./interfaces/IAVSRegistrar.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

/// See IAllocationManager.
contract AllocationManager is AllocationViews {
    using DoubleEndedQueue for DoubleEndedQueue.Bytes32Deque;
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.Bytes32Set;
    using EnumerableSet for EnumerableSet.UintSet;
    using OperatorSetKey for OperatorSet;

    /// What an AVS's registrar gets to hear that an operator left. Always in full: an operator that gives too little gas fails
    /// as a whole, instead of leaving here and staying there.
    uint256 private constant REGISTRAR_GAS = 3_000_000;

    constructor(AllocationPeers memory peers, uint32 deallocationDelay, uint32 allocationConfigurationDelay)
        AllocationBase(peers, deallocationDelay, allocationConfigurationDelay)
    {
        _disableInitializers();
    }

    function initialize(uint256 initialPausedStatus) external initializer {
        _setPaused(initialPausedStatus);
    }

    /// @inheritdoc IAllocationManager
    function slashOperator(address avs, SlashingParams calldata params)
        external
        onlyWhenNotPaused(PAUSED_OPERATOR_SLASHING)
        checkCanCall(avs)
    {
        OperatorSet memory set = _requireSet(avs, params.operatorSetId);
        if (params.strategies.length != params.wadsToSlash.length) revert InputArrayLengthMismatch();
        if (!isOperatorSlashable(params.operator, set)) revert OperatorNotSlashable();
        uint256[] memory wadSlashed = new uint256[](params.strategies.length);
        for (uint256 i = 0; i < wadSlashed.length; i++) {
            if (i > 0 && address(params.strategies[i]) <= address(params.strategies[i - 1])) {
                revert StrategiesMustBeInAscendingOrder();
            }
            wadSlashed[i] = _slash(params.operator, set, params.strategies[i], params.wadsToSlash[i]);
        }
        emit OperatorSlashed(params.operator, set, params.strategies, wadSlashed, params.description);
    }

    /// @inheritdoc IAllocationManager
    function modifyAllocations(address operator, AllocateParams[] calldata params)
        external
        onlyWhenNotPaused(PAUSED_MODIFY_ALLOCATIONS)
        checkCanCall(operator)
    {
        (bool isSet, uint32 delay) = getAllocationDelay(operator);
        if (!isSet) revert UninitializedAllocationDelay();
        for (uint256 i = 0; i < params.length; i++) {
            if (params[i].strategies.length != params[i].newMagnitudes.length) revert InputArrayLengthMismatch();
            OperatorSet memory set = _requireSet(params[i].operatorSet.avs, params[i].operatorSet.id);
            for (uint256 j = 0; j < params[i].strategies.length; j++) {
                _allocate(operator, set, params[i].strategies[j], params[i].newMagnitudes[j], delay);
            }
        }
    }

    /// @inheritdoc IAllocationManager
    function clearDeallocationQueue(address operator, IStrategy[] calldata strategies, uint16[] calldata numToClear)
        external
        onlyWhenNotPaused(PAUSED_MODIFY_ALLOCATIONS)
    {
        if (strategies.length != numToClear.length) revert InputArrayLengthMismatch();
        for (uint256 i = 0; i < strategies.length; i++) {
            _clearDeallocations(operator, strategies[i], numToClear[i]);
        }
    }

    /// @inheritdoc IAllocationManager
    function registerForOperatorSets(address operator, RegisterParams calldata params)
        external
        onlyWhenNotPaused(PAUSED_OPERATOR_SET_REGISTRATION)
        checkCanCall(operator)
    {
        if (!delegation.isOperator(operator)) revert InvalidOperator();
        _register(params.avs, operator, params.operatorSetIds);
        getAVSRegistrar(params.avs).registerOperator(operator, params.operatorSetIds, params.data);
    }

    /// @inheritdoc IAllocationManager
    function registerOperatorByAVS(address operator, uint32[] calldata operatorSetIds) external {
        registerOperatorByAVS(msg.sender, operator, operatorSetIds);
    }

    /// @inheritdoc IAllocationManager
    function registerOperatorByAVS(address avs, address operator, uint32[] calldata operatorSetIds)
        public
        onlyWhenNotPaused(PAUSED_OPERATOR_SET_REGISTRATION)
        checkCanCall(avs)
    {
        if (
            avsDirectory.avsOperatorStatus(avs, operator) != IAVSDirectory.OperatorAVSRegistrationStatus.REGISTERED
        ) revert OperatorDidNotSign();
        // INVARIANT: nobody is put into an operator set without an act or signature of its own, nor back into one that it
        // left itself by a signature from before.
        uint256 signatures = avsDirectory.registrationCount(avs, operator);
        for (uint256 i = 0; i < operatorSetIds.length; i++) {
            if (_leftAt[operator][OperatorSet(avs, operatorSetIds[i]).key()] >= signatures) {
                revert OperatorDidNotSign();
            }
        }
        _register(avs, operator, operatorSetIds);
    }

    /// @inheritdoc IAllocationManager
    function deregisterFromOperatorSets(DeregisterParams calldata params)
        external
        onlyWhenNotPaused(PAUSED_OPERATOR_SET_REGISTRATION)
    {
        bool byOperator = _canCall(params.operator);
        if (!byOperator && !_canCall(params.avs)) revert InvalidCaller();
        uint256 signatures = avsDirectory.registrationCount(params.avs, params.operator);
        for (uint256 i = 0; i < params.operatorSetIds.length; i++) {
            OperatorSet memory set = _requireSet(params.avs, params.operatorSetIds[i]);
            _deregister(params.operator, set);
            if (byOperator) _leftAt[params.operator][set.key()] = signatures;
        }
        address registrar = address(getAVSRegistrar(params.avs));
        if (registrar == msg.sender) return;
        BoundedCall.requireGas(REGISTRAR_GAS, 50_000);
        // INVARIANT: an AVS cannot keep an operator; what its registrar answers, or how much it answers, changes nothing.
        bytes memory input =
            abi.encodeCall(IAVSRegistrar.deregisterOperator, (params.operator, params.operatorSetIds));
        assembly ("memory-safe") {
            pop(call(REGISTRAR_GAS, registrar, 0, add(input, 0x20), mload(input), 0, 0))
        }
    }

    /// @inheritdoc IAllocationManager
    function setAllocationDelay(address operator, uint32 delay) external {
        bool isRegistering = msg.sender == address(delegation);
        if (!isRegistering) {
            if (!_canCall(operator)) revert InvalidCaller();
            if (!delegation.isOperator(operator)) revert InvalidOperator();
        }
        AllocationDelayInfo memory info = _delays[operator];
        (info.isSet, info.delay) = getAllocationDelay(operator);
        info.pendingDelay = delay;
        // An operator that registers has nobody yet who relies on an older delay.
        info.effectBlock = uint32(block.number) + (isRegistering ? 0 : ALLOCATION_CONFIGURATION_DELAY + 1);
        _delays[operator] = info;
        emit AllocationDelaySet(operator, delay, info.effectBlock);
    }

    /// @inheritdoc IAllocationManager
    function setAVSRegistrar(address avs, IAVSRegistrar registrar) external checkCanCall(avs) {
        _registrars[avs] = registrar;
        emit AVSRegistrarSet(avs, getAVSRegistrar(avs));
    }

    /// @inheritdoc IAllocationManager
    function updateAVSMetadataURI(address avs, string calldata metadataURI) external checkCanCall(avs) {
        emit AVSMetadataURIUpdated(avs, metadataURI);
    }

    /// @inheritdoc IAllocationManager
    function createOperatorSets(address avs, CreateSetParams[] calldata params) external checkCanCall(avs) {
        for (uint256 i = 0; i < params.length; i++) {
            if (!_operatorSets[avs].add(params[i].operatorSetId)) revert InvalidOperatorSet();
            OperatorSet memory set = OperatorSet(avs, params[i].operatorSetId);
            emit OperatorSetCreated(set);
            _addStrategies(set, params[i].strategies);
        }
    }

    /// @inheritdoc IAllocationManager
    function addStrategiesToOperatorSet(address avs, uint32 operatorSetId, IStrategy[] calldata strategies)
        external
        checkCanCall(avs)
    {
        _addStrategies(_requireSet(avs, operatorSetId), strategies);
    }

    /// @inheritdoc IAllocationManager
    function removeStrategiesFromOperatorSet(address avs, uint32 operatorSetId, IStrategy[] calldata strategies)
        external
        checkCanCall(avs)
    {
        OperatorSet memory set = _requireSet(avs, operatorSetId);
        EnumerableSet.AddressSet storage members = _setStrategies[set.key()];
        for (uint256 i = 0; i < strategies.length; i++) {
            if (!members.remove(address(strategies[i]))) revert StrategyNotInOperatorSet();
            emit StrategyRemovedFromOperatorSet(set, strategies[i]);
        }
    }

    /// @return wadSlashed part of the operator's stake in the strategy
    function _slash(address operator, OperatorSet memory set, IStrategy strategy, uint256 wad)
        private
        returns (uint256 wadSlashed)
    {
        if (wad == 0 || wad > WAD) revert InvalidWadToSlash();
        bytes32 setKey = set.key();
        if (!_setStrategies[setKey].contains(address(strategy))) revert StrategyNotInOperatorSet();
        (Magnitudes memory magnitudes, Allocation memory allocation) = _read(operator, setKey, strategy);
        if (allocation.currentMagnitude == 0) return 0;

        // Rounded up: the smallest allocation loses something by the smallest slash.
        uint64 slashed = uint64(SlashingMath.mulWadUp(allocation.currentMagnitude, wad));
        uint64 maxBefore = magnitudes.max;
        wadSlashed = SlashingMath.divWad(slashed, maxBefore);
        allocation.currentMagnitude -= slashed;
        magnitudes.max -= slashed;
        magnitudes.encumbered -= slashed;
        emit AllocationUpdated(operator, set, strategy, allocation.currentMagnitude, uint32(block.number));
        if (allocation.pendingDiff < 0) {
            // What is on its way out is slashed as well. INVARIANT: current + pending stays >= 0, for
            // ceil(a) - ceil(b) <= ceil(a - b).
            uint64 pending = uint64(uint128(-allocation.pendingDiff));
            pending -= uint64(SlashingMath.mulWadUp(pending, wad));
            allocation.pendingDiff = -int128(uint128(pending));
            emit AllocationUpdated(
                operator,
                set,
                strategy,
                _sum(allocation.currentMagnitude, allocation.pendingDiff),
                allocation.effectBlock
            );
        }
        _write(operator, setKey, strategy, magnitudes, allocation);
        _lowerMaxMagnitude(operator, strategy, magnitudes.max);
        delegation.burnOperatorShares(operator, strategy, maxBefore, magnitudes.max);
    }

    function _allocate(
        address operator,
        OperatorSet memory set,
        IStrategy strategy,
        uint64 newMagnitude,
        uint32 delay
    ) private {
        bytes32 setKey = set.key();
        // Frees what is due, and keeps the queue free of entries whose allocation changes below.
        _clearDeallocations(operator, strategy, type(uint256).max);
        (Magnitudes memory magnitudes, Allocation memory allocation) = _read(operator, setKey, strategy);
        if (allocation.effectBlock != 0) revert ModificationAlreadyPending();
        uint64 before = allocation.currentMagnitude;
        if (newMagnitude == before) revert SameMagnitude();

        uint32 effectBlock = uint32(block.number);
        if (newMagnitude > before) {
            magnitudes.encumbered += newMagnitude - before;
            if (magnitudes.encumbered > magnitudes.max) revert InsufficientMagnitude();
            effectBlock += delay;
        } else if (_isSlashable(setKey, strategy, allocation, isOperatorSlashable(operator, set))) {
            effectBlock += DEALLOCATION_DELAY + 1;
            _deallocations[operator][strategy].pushBack(setKey);
        } else {
            magnitudes.encumbered -= before - newMagnitude;
        }
        if (effectBlock == block.number) {
            allocation.currentMagnitude = newMagnitude;
        } else {
            allocation.pendingDiff = int128(uint128(newMagnitude)) - int128(uint128(before));
            allocation.effectBlock = effectBlock;
        }
        _write(operator, setKey, strategy, magnitudes, allocation);
        emit AllocationUpdated(operator, set, strategy, newMagnitude, effectBlock);
    }

    function _register(address avs, address operator, uint32[] calldata ids) private {
        for (uint256 i = 0; i < ids.length; i++) {
            OperatorSet memory set = _requireSet(avs, ids[i]);
            bytes32 setKey = set.key();
            if (!_setMembers[setKey].add(operator)) revert AlreadyMemberOfSet();
            _registeredSets[operator].add(setKey);
            _registrations[operator][setKey].registered = true;
            emit OperatorAddedToOperatorSet(operator, set);
        }
    }

    function _deregister(address operator, OperatorSet memory set) private {
        bytes32 setKey = set.key();
        if (!_setMembers[setKey].remove(operator)) revert NotMemberOfSet();
        _registeredSets[operator].remove(setKey);
        _registrations[operator][setKey] =
            RegistrationStatus({registered: false, slashableUntil: uint32(block.number) + DEALLOCATION_DELAY});
        emit OperatorRemovedFromOperatorSet(operator, set);
    }

    function _addStrategies(OperatorSet memory set, IStrategy[] calldata strategies) private {
        EnumerableSet.AddressSet storage members = _setStrategies[set.key()];
        for (uint256 i = 0; i < strategies.length; i++) {
            if (!members.add(address(strategies[i]))) revert StrategyAlreadyInOperatorSet();
            emit StrategyAddedToOperatorSet(set, strategies[i]);
        }
    }
}
