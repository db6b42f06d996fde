// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OperatorSet} from "../restaking/OperatorSet.sol";
import {IAllocationManager} from "../restaking/interfaces/IAllocationManager.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IStakeRegistry} from "./IStakeRegistry.sol";
import {CoreContracts, ServiceManagerBase} from "./ServiceManagerBase.sol";

/// What the contract that judges an AVS's operators asks of the AVS's account in the core.
interface IAvsSlasher {
    error OnlyTaskManager();

    /// Task manager only. Takes a part of all that the operator has allocated to an operator set.
    /// @param wad 1e18 = all of it
    /// @return slashed false if nothing is allocated, or nothing can be slashed any more
    function slash(address operator, uint32 operatorSetId, uint256 wad, string calldata description)
        external
        returns (bool slashed);
}

/// The account in the core of an AVS with one contract that may slash. Behind a proxy.
contract SlashingServiceManager is ServiceManagerBase, IAvsSlasher {
    address public immutable taskManager;

    constructor(
        CoreContracts memory core,
        IRegistryCoordinator registryCoordinator,
        IStakeRegistry stakeRegistry,
        address taskManager_
    ) ServiceManagerBase(core, registryCoordinator, stakeRegistry) {
        taskManager = taskManager_;
    }

    function initialize(address initialOwner, address initialRewardsInitiator, string calldata metadataURI)
        external
        initializer
    {
        _initializeServiceManager(initialOwner, initialRewardsInitiator);
        _updateMetadataURI(metadataURI);
    }

    /// @inheritdoc IAvsSlasher
    function slash(address operator, uint32 operatorSetId, uint256 wad, string calldata description)
        external
        returns (bool slashed)
    {
        if (msg.sender != taskManager) revert OnlyTaskManager();
        OperatorSet memory set = OperatorSet({avs: address(this), id: operatorSetId});
        if (!_allocationManager.isOperatorSlashable(operator, set)) return false;
        IStrategy[] memory strategies = _allocated(operator, set);
        if (strategies.length == 0) return false;
        uint256[] memory wads = new uint256[](strategies.length);
        for (uint256 i = 0; i < wads.length; i++) {
            wads[i] = wad;
        }
        _allocationManager.slashOperator(
            address(this),
            IAllocationManager.SlashingParams({
                operator: operator,
                operatorSetId: operatorSetId,
                strategies: strategies,
                wadsToSlash: wads,
                description: description
            })
        );
        return true;
    }

    /// Strategies of a set that the operator has something allocated from now, ascending as the core wants them.
    function _allocated(address operator, OperatorSet memory set) private view returns (IStrategy[] memory strategies) {
        strategies = _allocationManager.getStrategiesInOperatorSet(set);
        uint256 count = 0;
        for (uint256 i = 0; i < strategies.length; i++) {
            IStrategy strategy = strategies[i];
            if (_allocationManager.getAllocation(operator, set, strategy).currentMagnitude == 0) continue;
            uint256 place = count++;
            for (; place > 0 && address(strategies[place - 1]) > address(strategy); place--) {
                strategies[place] = strategies[place - 1];
            }
            strategies[place] = strategy;
        }
        assembly ("memory-safe") {
            mstore(strategies, count)
        }
    }
}
