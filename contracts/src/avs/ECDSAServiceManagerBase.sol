// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IAVSDirectory} from "../restaking/interfaces/IAVSDirectory.sol";
import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {IRewardsCoordinator} from "../restaking/interfaces/IRewardsCoordinator.sol";
import {ISignatureUtils} from "../restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";
import {IECDSAStakeRegistry} from "./IECDSAStakeRegistry.sol";
import {IServiceManagerUI} from "./IServiceManager.sol";
import {RewardsForwarder} from "./RewardsForwarder.sol";

/// The account of an ECDSA AVS in the core. Behind a proxy; AVSs inherit it and call `_initializeServiceManager`.
abstract contract ECDSAServiceManagerBase is Initializable, RewardsForwarder {
    address public immutable stakeRegistry;
    /// @inheritdoc IServiceManagerUI
    address public immutable avsDirectory;
    IDelegationManager internal immutable _delegation;

    modifier onlyStakeRegistry() {
        if (msg.sender != stakeRegistry) revert OnlyStakeRegistry();
        _;
    }

    /// The implementation owns itself, which is nobody.
    constructor(
        address avsDirectory_,
        address stakeRegistry_,
        IRewardsCoordinator rewardsCoordinator,
        IDelegationManager delegation
    ) Ownable(address(this)) RewardsForwarder(rewardsCoordinator) {
        avsDirectory = avsDirectory_;
        stakeRegistry = stakeRegistry_;
        _delegation = delegation;
        _disableInitializers();
    }

    /// @inheritdoc IServiceManagerUI
    function updateAVSMetadataURI(string memory metadataURI) external virtual onlyOwner {
        IAVSDirectory(avsDirectory).updateAVSMetadataURI(metadataURI);
    }

    /// @inheritdoc IServiceManagerUI
    function registerOperatorToAVS(
        address operator,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external virtual onlyStakeRegistry {
        IAVSDirectory(avsDirectory).registerOperatorToAVS(operator, operatorSignature);
    }

    /// @inheritdoc IServiceManagerUI
    function deregisterOperatorFromAVS(address operator) external virtual onlyStakeRegistry {
        IAVSDirectory(avsDirectory).deregisterOperatorFromAVS(operator);
    }

    /// @inheritdoc IServiceManagerUI
    function getRestakeableStrategies() external view virtual returns (address[] memory strategies) {
        IStrategy[] memory list = _strategies();
        strategies = new address[](list.length);
        for (uint256 i = 0; i < list.length; i++) {
            strategies[i] = address(list[i]);
        }
    }

    /// Those strategies of the quorum that the operator has shares in.
    /// @inheritdoc IServiceManagerUI
    function getOperatorRestakedStrategies(address operator)
        external
        view
        virtual
        returns (address[] memory strategies)
    {
        IStrategy[] memory list = _strategies();
        uint256[] memory shares = _delegation.getOperatorShares(operator, list);
        strategies = new address[](list.length);
        uint256 count = 0;
        for (uint256 i = 0; i < list.length; i++) {
            if (shares[i] > 0) strategies[count++] = address(list[i]);
        }
        assembly ("memory-safe") {
            mstore(strategies, count)
        }
    }

    function _initializeServiceManager(address initialOwner, address initialRewardsInitiator)
        internal
        onlyInitializing
    {
        _transferOwnership(initialOwner);
        _setRewardsInitiator(initialRewardsInitiator);
    }

    function _strategies() private view returns (IStrategy[] memory strategies) {
        IECDSAStakeRegistry.StrategyParams[] memory params = IECDSAStakeRegistry(stakeRegistry).quorum().strategies;
        strategies = new IStrategy[](params.length);
        for (uint256 i = 0; i < params.length; i++) {
            strategies[i] = params[i].strategy;
        }
    }
}
