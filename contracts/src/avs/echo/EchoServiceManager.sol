// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRegistryCoordinator} from "../IRegistryCoordinator.sol";
import {IStakeRegistry} from "../IStakeRegistry.sol";
import {CoreContracts} from "../ServiceManagerBase.sol";
import {SlashingServiceManager} from "../SlashingServiceManager.sol";

/// The echo AVS's account in the core: `EchoTaskManager` slashes. Behind a proxy.
contract EchoServiceManager is SlashingServiceManager {
    constructor(
        CoreContracts memory core,
        IRegistryCoordinator registryCoordinator,
        IStakeRegistry stakeRegistry,
        address taskManager_
    ) SlashingServiceManager(core, registryCoordinator, stakeRegistry, taskManager_) {}
}
