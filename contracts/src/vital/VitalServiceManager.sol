// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRegistryCoordinator} from "../avs/IRegistryCoordinator.sol";
import {IStakeRegistry} from "../avs/IStakeRegistry.sol";
import {CoreContracts} from "../avs/ServiceManagerBase.sol";
import {SlashingServiceManager} from "../avs/SlashingServiceManager.sol";

/// VITAL's account in the core: `VitalAttestation` slashes. Behind a proxy.
contract VitalServiceManager is SlashingServiceManager {
    constructor(
        CoreContracts memory core,
        IRegistryCoordinator registryCoordinator,
        IStakeRegistry stakeRegistry,
        address attestation
    ) SlashingServiceManager(core, registryCoordinator, stakeRegistry, attestation) {}
}
