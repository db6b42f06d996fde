// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// What each registry of an AVS has.
interface IRegistry {
    /// The only account that registers and deregisters operators.
    function registryCoordinator() external view returns (address);
}
