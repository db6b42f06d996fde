// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {OperatorSet} from "../restaking/OperatorSet.sol";
import {IAVSDirectory} from "../restaking/interfaces/IAVSDirectory.sol";
import {IAVSRegistrar} from "../restaking/interfaces/IAVSRegistrar.sol";
import {IAllocationManager} from "../restaking/interfaces/IAllocationManager.sol";
import {IPermissionController} from "../restaking/interfaces/IPermissionController.sol";
import {IRewardsCoordinator} from "../restaking/interfaces/IRewardsCoordinator.sol";
import {ISignatureUtils} from "../restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IOperatorSetManager, IServiceManager, IServiceManagerUI} from "./IServiceManager.sol";
import {IStakeRegistry} from "./IStakeRegistry.sol";
import {RewardsForwarder} from "./RewardsForwarder.sol";
import {QuorumBits} from "./lib/QuorumBits.sol";

/// The core's contracts that a service manager speaks to.
struct CoreContracts {
    IAVSDirectory avsDirectory;
    IAllocationManager allocationManager;
    IPermissionController permissionController;
    IRewardsCoordinator rewardsCoordinator;
}

/// The account of a BLS AVS in the core. Behind a proxy; AVSs inherit it and call `_initializeServiceManager`.
abstract contract ServiceManagerBase is Initializable, RewardsForwarder, IOperatorSetManager {
    IAllocationManager internal immutable _allocationManager;
    IPermissionController internal immutable _permissionController;
    IAVSDirectory internal immutable _avsDirectory;
    IRegistryCoordinator internal immutable _registryCoordinator;
    IStakeRegistry internal immutable _stakeRegistry;

    modifier onlyRegistryCoordinator() {
        if (msg.sender != address(_registryCoordinator)) revert OnlyRegistryCoordinator();
        _;
    }

    modifier onlyStakeRegistry() {
        if (msg.sender != address(_stakeRegistry)) revert OnlyStakeRegistry();
        _;
    }

    /// The implementation owns itself, which is nobody.
    constructor(CoreContracts memory core, IRegistryCoordinator registryCoordinator, IStakeRegistry stakeRegistry)
        Ownable(address(this))
        RewardsForwarder(core.rewardsCoordinator)
    {
        _avsDirectory = core.avsDirectory;
        _allocationManager = core.allocationManager;
        _permissionController = core.permissionController;
        _registryCoordinator = registryCoordinator;
        _stakeRegistry = stakeRegistry;
        _disableInitializers();
    }

    /// @inheritdoc IServiceManagerUI
    function updateAVSMetadataURI(string memory metadataURI) external virtual onlyOwner {
        _updateMetadataURI(metadataURI);
    }

    /// @inheritdoc IServiceManagerUI
    function registerOperatorToAVS(
        address operator,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external virtual onlyRegistryCoordinator {
        _avsDirectory.registerOperatorToAVS(operator, operatorSignature);
    }

    /// @inheritdoc IServiceManagerUI
    function deregisterOperatorFromAVS(address operator) external virtual onlyRegistryCoordinator {
        _avsDirectory.deregisterOperatorFromAVS(operator);
    }

    /// @inheritdoc IOperatorSetManager
    function createOperatorSet(uint32 operatorSetId, IStrategy[] memory strategies) external onlyRegistryCoordinator {
        IAllocationManager.CreateSetParams[] memory params = new IAllocationManager.CreateSetParams[](1);
        params[0] = IAllocationManager.CreateSetParams({operatorSetId: operatorSetId, strategies: strategies});
        _allocationManager.createOperatorSets(address(this), params);
    }

    /// @inheritdoc IOperatorSetManager
    function registerOperatorToOperatorSets(address operator, uint32[] memory operatorSetIds)
        external
        onlyRegistryCoordinator
    {
        _allocationManager.registerOperatorByAVS(operator, operatorSetIds);
    }

    /// @inheritdoc IOperatorSetManager
    function deregisterOperatorFromOperatorSets(address operator, uint32[] memory operatorSetIds)
        external
        onlyRegistryCoordinator
    {
        uint256 count = 0;
        for (uint256 i = 0; i < operatorSetIds.length; i++) {
            OperatorSet memory set = OperatorSet({avs: address(this), id: operatorSetIds[i]});
            if (_allocationManager.isMemberOfOperatorSet(operator, set)) operatorSetIds[count++] = operatorSetIds[i];
        }
        if (count == 0) return;
        assembly ("memory-safe") {
            mstore(operatorSetIds, count)
        }
        _allocationManager.deregisterFromOperatorSets(
            IAllocationManager.DeregisterParams({
                operator: operator,
                avs: address(this),
                operatorSetIds: operatorSetIds
            })
        );
    }

    /// @inheritdoc IOperatorSetManager
    function addStrategiesToOperatorSet(uint32 operatorSetId, IStrategy[] memory strategies)
        external
        onlyStakeRegistry
    {
        _allocationManager.addStrategiesToOperatorSet(address(this), operatorSetId, strategies);
    }

    /// @inheritdoc IOperatorSetManager
    function removeStrategiesFromOperatorSet(uint32 operatorSetId, IStrategy[] memory strategies)
        external
        onlyStakeRegistry
    {
        _allocationManager.removeStrategiesFromOperatorSet(address(this), operatorSetId, strategies);
    }

    // --- who else may act for the AVS; owner only ---

    /// Proposes an admin of this AVS in the core. From the first that accepts on, this contract is one only if it is
    /// listed too: add it first, or registrations stop.
    function addPendingAdmin(address admin) external onlyOwner {
        _permissionController.addPendingAdmin(address(this), admin);
    }

    function removePendingAdmin(address pendingAdmin) external onlyOwner {
        _permissionController.removePendingAdmin(address(this), pendingAdmin);
    }

    /// Accepts the role of an admin of its own account that `addPendingAdmin(address(this))` proposed.
    function acceptAdmin() external onlyOwner {
        _permissionController.acceptAdmin(address(this));
    }

    function removeAdmin(address admin) external onlyOwner {
        _permissionController.removeAdmin(address(this), admin);
    }

    function setAppointee(address appointee, address target, bytes4 selector) external onlyOwner {
        _permissionController.setAppointee(address(this), appointee, target, selector);
    }

    function removeAppointee(address appointee, address target, bytes4 selector) external onlyOwner {
        _permissionController.removeAppointee(address(this), appointee, target, selector);
    }

    // --- views ---

    /// @inheritdoc IServiceManagerUI
    function getRestakeableStrategies() external view virtual returns (address[] memory) {
        uint8 quorumCount = _registryCoordinator.quorumCount();
        bytes memory quorumNumbers = new bytes(quorumCount);
        for (uint8 i = 0; i < quorumCount; i++) {
            quorumNumbers[i] = bytes1(i);
        }
        return _strategiesOf(quorumNumbers);
    }

    /// @inheritdoc IServiceManagerUI
    function getOperatorRestakedStrategies(address operator) external view virtual returns (address[] memory) {
        bytes32 operatorId = _registryCoordinator.getOperatorId(operator);
        return _strategiesOf(QuorumBits.toBytes(_registryCoordinator.getCurrentQuorumBitmap(operatorId)));
    }

    /// @inheritdoc IServiceManagerUI
    function avsDirectory() external view returns (address) {
        return address(_avsDirectory);
    }

    /// Sets the roles, and makes the coordinator hear of operators that come and go by the core's own calls.
    function _initializeServiceManager(address initialOwner, address initialRewardsInitiator)
        internal
        onlyInitializing
    {
        _transferOwnership(initialOwner);
        _setRewardsInitiator(initialRewardsInitiator);
        _allocationManager.setAVSRegistrar(address(this), IAVSRegistrar(address(_registryCoordinator)));
    }

    /// Tools of both releases look for it, each with its own contract.
    function _updateMetadataURI(string memory metadataURI) internal {
        _avsDirectory.updateAVSMetadataURI(metadataURI);
        _allocationManager.updateAVSMetadataURI(address(this), metadataURI);
    }

    function _strategiesOf(bytes memory quorumNumbers) private view returns (address[] memory strategies) {
        uint256 count = 0;
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            count += _stakeRegistry.strategyParamsLength(uint8(quorumNumbers[i]));
        }
        strategies = new address[](count);
        for (uint256 i = quorumNumbers.length; i > 0; i--) {
            uint8 quorumNumber = uint8(quorumNumbers[i - 1]);
            for (uint256 j = _stakeRegistry.strategyParamsLength(quorumNumber); j > 0; j--) {
                strategies[--count] = address(_stakeRegistry.strategyParamsByIndex(quorumNumber, j - 1).strategy);
            }
        }
    }
}
