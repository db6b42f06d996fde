// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPausable} from "../restaking/interfaces/IPausable.sol";
import {IPauserRegistry} from "../restaking/interfaces/IPauserRegistry.sol";

/// Pausing in the form of the M2 release: the pauser registry is state, and its unpauser can change it.
abstract contract CoordinatorPausable is IPausable {
    event PauserRegistrySet(IPauserRegistry pauserRegistry, IPauserRegistry newPauserRegistry);

    /// @inheritdoc IPausable
    IPauserRegistry public pauserRegistry;
    uint256 private _paused;

    modifier onlyWhenNotPaused(uint8 index) {
        if (paused(index)) revert CurrentlyPaused();
        _;
    }

    modifier onlyUnpauser() {
        if (msg.sender != pauserRegistry.unpauser()) revert OnlyUnpauser();
        _;
    }

    /// @inheritdoc IPausable
    function pause(uint256 newPausedStatus) external {
        if (_paused & newPausedStatus != _paused) revert InvalidNewPausedStatus();
        _pause(newPausedStatus);
    }

    /// @inheritdoc IPausable
    function pauseAll() external {
        _pause(type(uint256).max);
    }

    /// @inheritdoc IPausable
    function unpause(uint256 newPausedStatus) external onlyUnpauser {
        if (_paused & newPausedStatus != newPausedStatus) revert InvalidNewPausedStatus();
        _paused = newPausedStatus;
        emit Unpaused(msg.sender, newPausedStatus);
    }

    /// Only the unpauser.
    function setPauserRegistry(IPauserRegistry newPauserRegistry) external onlyUnpauser {
        _setPauserRegistry(newPauserRegistry);
    }

    /// @inheritdoc IPausable
    function paused() external view returns (uint256) {
        return _paused;
    }

    /// @inheritdoc IPausable
    function paused(uint8 index) public view returns (bool) {
        return (_paused >> index) & 1 == 1;
    }

    function _initializePauser(IPauserRegistry registry, uint256 initialStatus) internal {
        _setPauserRegistry(registry);
        _paused = initialStatus;
        emit Paused(msg.sender, initialStatus);
    }

    function _setPauserRegistry(IPauserRegistry registry) private {
        if (address(registry) == address(0)) revert InputAddressZero();
        emit PauserRegistrySet(pauserRegistry, registry);
        pauserRegistry = registry;
    }

    function _pause(uint256 newPausedStatus) private {
        if (!pauserRegistry.isPauser(msg.sender)) revert OnlyPauser();
        _paused = newPausedStatus;
        emit Paused(msg.sender, newPausedStatus);
    }
}
