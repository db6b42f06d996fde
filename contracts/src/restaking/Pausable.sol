// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPausable} from "./interfaces/IPausable.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";

/// Pausing by bits for contracts behind proxies: the registry is fixed by the implementation, the bits are storage.
abstract contract Pausable is IPausable {
    /// @inheritdoc IPausable
    IPauserRegistry public immutable pauserRegistry;

    uint256 private _paused;

    modifier onlyWhenNotPaused(uint8 index) {
        if (paused(index)) revert CurrentlyPaused();
        _;
    }

    constructor(IPauserRegistry registry) {
        if (address(registry) == address(0)) revert InputAddressZero();
        pauserRegistry = registry;
    }

    /// @inheritdoc IPausable
    function pause(uint256 newPausedStatus) external {
        if (!pauserRegistry.isPauser(msg.sender)) revert OnlyPauser();
        if (_paused & newPausedStatus != _paused) revert InvalidNewPausedStatus();
        _setPaused(newPausedStatus);
    }

    /// @inheritdoc IPausable
    function pauseAll() external {
        if (!pauserRegistry.isPauser(msg.sender)) revert OnlyPauser();
        _setPaused(type(uint256).max);
    }

    /// @inheritdoc IPausable
    function unpause(uint256 newPausedStatus) external {
        if (msg.sender != pauserRegistry.unpauser()) revert OnlyUnpauser();
        if (_paused & newPausedStatus != newPausedStatus) revert InvalidNewPausedStatus();
        _paused = newPausedStatus;
        emit Unpaused(msg.sender, newPausedStatus);
    }

    /// @inheritdoc IPausable
    function paused() public view returns (uint256) {
        return _paused;
    }

    /// @inheritdoc IPausable
    function paused(uint8 index) public view returns (bool) {
        return _paused & (1 << index) != 0;
    }

    function _setPaused(uint256 newPausedStatus) internal {
        _paused = newPausedStatus;
        emit Paused(msg.sender, newPausedStatus);
    }
}
