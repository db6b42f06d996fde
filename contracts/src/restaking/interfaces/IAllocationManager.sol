// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OperatorSet} from "../OperatorSet.sol";
import {IAVSRegistrar} from "./IAVSRegistrar.sol";
import {IStrategy} from "./IStrategy.sol";

/// Operator sets, and which part of an operator's stake each of them may slash.
///
/// An operator starts with a magnitude of 1e18 per strategy and allocates parts of it to operator sets. A slash takes part of an
/// allocation away for ever: the operator's maximal magnitude falls by it, and the stake of all its delegators with it.
/// Allocations come into effect after the operator's own delay, deallocations stay slashable for DEALLOCATION_DELAY blocks.
/// Functions with an `operator` or `avs` argument can be called by that account, its admins and its appointees.
///
/// Pause bits: 0 allocations, 1 slashing, 2 registration and deregistration.
interface IAllocationManager {
    /// @param pendingDiff takes effect at `effectBlock`; 0 = nothing pending
    struct Allocation {
        uint64 currentMagnitude;
        int128 pendingDiff;
        uint32 effectBlock;
    }

    struct AllocationDelayInfo {
        uint32 delay;
        bool isSet;
        uint32 pendingDelay;
        uint32 effectBlock;
    }

    /// @param slashableUntil last block in which an operator that left can be slashed
    struct RegistrationStatus {
        bool registered;
        uint32 slashableUntil;
    }

    /// @param strategies ascending
    /// @param wadsToSlash part of each allocation, 1e18 = all of it
    struct SlashingParams {
        address operator;
        uint32 operatorSetId;
        IStrategy[] strategies;
        uint256[] wadsToSlash;
        string description;
    }

    /// @param newMagnitudes allocated after the change, not the difference
    struct AllocateParams {
        OperatorSet operatorSet;
        IStrategy[] strategies;
        uint64[] newMagnitudes;
    }

    struct RegisterParams {
        address avs;
        uint32[] operatorSetIds;
        bytes data;
    }

    struct DeregisterParams {
        address operator;
        address avs;
        uint32[] operatorSetIds;
    }

    struct CreateSetParams {
        uint32 operatorSetId;
        IStrategy[] strategies;
    }

    event AllocationDelaySet(address operator, uint32 delay, uint32 effectBlock);
    event AllocationUpdated(
        address operator, OperatorSet operatorSet, IStrategy strategy, uint64 magnitude, uint32 effectBlock
    );
    event EncumberedMagnitudeUpdated(address operator, IStrategy strategy, uint64 encumberedMagnitude);
    event MaxMagnitudeUpdated(address operator, IStrategy strategy, uint64 maxMagnitude);
    /// @param wadSlashed part of the operator's whole stake per strategy, 1e18 = all of it
    event OperatorSlashed(
        address operator, OperatorSet operatorSet, IStrategy[] strategies, uint256[] wadSlashed, string description
    );
    event AVSRegistrarSet(address avs, IAVSRegistrar registrar);
    event AVSMetadataURIUpdated(address indexed avs, string metadataURI);
    event OperatorSetCreated(OperatorSet operatorSet);
    event OperatorAddedToOperatorSet(address indexed operator, OperatorSet operatorSet);
    event OperatorRemovedFromOperatorSet(address indexed operator, OperatorSet operatorSet);
    event StrategyAddedToOperatorSet(OperatorSet operatorSet, IStrategy strategy);
    event StrategyRemovedFromOperatorSet(OperatorSet operatorSet, IStrategy strategy);

    error InvalidWadToSlash();
    error InputArrayLengthMismatch();
    error InvalidCaller();
    error InvalidOperator();
    error UninitializedAllocationDelay();
    error OperatorNotSlashable();
    error AlreadyMemberOfSet();
    error NotMemberOfSet();
    error InvalidOperatorSet();
    error StrategiesMustBeInAscendingOrder();
    error StrategyAlreadyInOperatorSet();
    error StrategyNotInOperatorSet();
    error SameMagnitude();
    error ModificationAlreadyPending();
    error InsufficientMagnitude();
    /// `registerOperatorByAVS` of an operator that AVSDirectory does not show as registered with the AVS, or that left the
    /// operator set by its own call since.
    error OperatorDidNotSign();

    // --- AVSs ---

    /// Takes part of the allocations of an operator that is, or was within the delay, in the operator set.
    function slashOperator(address avs, SlashingParams calldata params) external;
    function setAVSRegistrar(address avs, IAVSRegistrar registrar) external;
    /// Only emitted.
    function updateAVSMetadataURI(address avs, string calldata metadataURI) external;
    function createOperatorSets(address avs, CreateSetParams[] calldata params) external;
    function addStrategiesToOperatorSet(address avs, uint32 operatorSetId, IStrategy[] calldata strategies) external;
    /// Ends the slashability of what is allocated from these strategies at once.
    function removeStrategiesFromOperatorSet(address avs, uint32 operatorSetId, IStrategy[] calldata strategies)
        external;
    /// Ours: registers an operator whose signature AVSDirectory holds, so that one call to an M2 registry also joins the
    /// operator sets. `msg.sender` is the AVS, its admin or its appointee; the registrar is not called.
    function registerOperatorByAVS(address avs, address operator, uint32[] calldata operatorSetIds) external;
    /// `registerOperatorByAVS(msg.sender, operator, operatorSetIds)`.
    function registerOperatorByAVS(address operator, uint32[] calldata operatorSetIds) external;

    // --- operators ---

    function modifyAllocations(address operator, AllocateParams[] calldata params) external;
    /// Anybody: frees the magnitude of deallocations whose delay has passed.
    function clearDeallocationQueue(address operator, IStrategy[] calldata strategies, uint16[] calldata numToClear)
        external;
    /// Joins operator sets; the AVS's registrar may refuse.
    function registerForOperatorSets(address operator, RegisterParams calldata params) external;
    /// Leaves operator sets, or is put out of them by the AVS; slashable for DEALLOCATION_DELAY blocks more. The registrar
    /// hears of it, unless it is the caller.
    function deregisterFromOperatorSets(DeregisterParams calldata params) external;
    /// Takes effect ALLOCATION_CONFIGURATION_DELAY blocks later. DelegationManager sets the first one.
    function setAllocationDelay(address operator, uint32 delay) external;

    // --- views ---

    function DEALLOCATION_DELAY() external view returns (uint32);
    function ALLOCATION_CONFIGURATION_DELAY() external view returns (uint32);
    function getOperatorSetCount(address avs) external view returns (uint256);
    function getAllocatedSets(address operator) external view returns (OperatorSet[] memory);
    function getAllocatedStrategies(address operator, OperatorSet memory operatorSet)
        external
        view
        returns (IStrategy[] memory);
    function getAllocation(address operator, OperatorSet memory operatorSet, IStrategy strategy)
        external
        view
        returns (Allocation memory);
    function getAllocations(address[] memory operators, OperatorSet memory operatorSet, IStrategy strategy)
        external
        view
        returns (Allocation[] memory);
    function getStrategyAllocations(address operator, IStrategy strategy)
        external
        view
        returns (OperatorSet[] memory, Allocation[] memory);
    /// Magnitude that is in use or still blocked by pending deallocations.
    function getEncumberedMagnitude(address operator, IStrategy strategy) external view returns (uint64);
    /// Counts deallocations that could be cleared in this block as cleared.
    function getAllocatableMagnitude(address operator, IStrategy strategy) external view returns (uint64);
    function getMaxMagnitude(address operator, IStrategy strategy) external view returns (uint64);
    function getMaxMagnitudes(address operator, IStrategy[] calldata strategies)
        external
        view
        returns (uint64[] memory);
    function getMaxMagnitudes(address[] calldata operators, IStrategy strategy)
        external
        view
        returns (uint64[] memory);
    function getMaxMagnitudesAtBlock(address operator, IStrategy[] calldata strategies, uint32 blockNumber)
        external
        view
        returns (uint64[] memory);
    function getAllocationDelay(address operator) external view returns (bool isSet, uint32 delay);
    function getRegisteredSets(address operator) external view returns (OperatorSet[] memory operatorSets);
    function isMemberOfOperatorSet(address operator, OperatorSet memory operatorSet) external view returns (bool);
    function isOperatorSet(OperatorSet memory operatorSet) external view returns (bool);
    function getMembers(OperatorSet memory operatorSet) external view returns (address[] memory operators);
    function getMemberCount(OperatorSet memory operatorSet) external view returns (uint256);
    /// The AVS itself when it named none.
    function getAVSRegistrar(address avs) external view returns (IAVSRegistrar);
    function getStrategiesInOperatorSet(OperatorSet memory operatorSet)
        external
        view
        returns (IStrategy[] memory strategies);
    /// Stake that can certainly be slashed from now to `futureBlock`: the smaller of today's and that block's magnitude, of
    /// today's shares. Zero for operators that cannot be slashed.
    /// @return slashableStake [operator][strategy], shares
    function getMinimumSlashableStake(
        OperatorSet memory operatorSet,
        address[] memory operators,
        IStrategy[] memory strategies,
        uint32 futureBlock
    ) external view returns (uint256[][] memory slashableStake);
    /// As getMinimumSlashableStake for this block, whether or not the operators can be slashed.
    function getAllocatedStake(
        OperatorSet memory operatorSet,
        address[] memory operators,
        IStrategy[] memory strategies
    ) external view returns (uint256[][] memory allocatedStake);
    function isOperatorSlashable(address operator, OperatorSet memory operatorSet) external view returns (bool);
}
