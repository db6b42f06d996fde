// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";
import {TransparentUpgradeableProxy} from
    "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";

/// What a proxy points to until its implementation exists. Contracts that know each other's addresses can so have addresses
/// before they have code.
contract EmptyImplementation {
    /// For who asks a proxy whether it has its code yet.
    function isEmptyImplementation() external pure returns (bool) {
        return true;
    }
}

/// OpenZeppelin's transparent proxy, in our build. It makes its own ProxyAdmin, which `initialOwner` owns.
contract UpgradeableProxy is TransparentUpgradeableProxy {
    constructor(address logic, address initialOwner, bytes memory data)
        payable
        TransparentUpgradeableProxy(logic, initialOwner, data)
    {}

    /// EmptyImplementation has nothing to initialize, and only the admin can put anything else in its place.
    function _unsafeAllowUninitialized() internal pure override returns (bool) {
        return true;
    }
}

/// OpenZeppelin's beacon, in our build: one implementation for all strategies.
contract StrategyBeacon is UpgradeableBeacon {
    constructor(address implementation, address initialOwner) UpgradeableBeacon(implementation, initialOwner) {}
}
