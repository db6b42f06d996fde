// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPauserRegistry} from "./IPauserRegistry.sol";

/// Pausing by bit: each contract names what its bits stop. A set bit stops, bit 0 is the lowest.
interface IPausable {
    event Paused(address indexed account, uint256 newPausedStatus);
    event Unpaused(address indexed account, uint256 newPausedStatus);

    error OnlyPauser();
    error OnlyUnpauser();
    error CurrentlyPaused();
    /// `pause` may only set bits, `unpause` only clear them.
    error InvalidNewPausedStatus();
    error InputAddressZero();

    /// Only a pauser; every bit that is set must stay set.
    function pause(uint256 newPausedStatus) external;
    /// Only a pauser; sets every bit.
    function pauseAll() external;
    /// Only the unpauser; no bit may become set.
    function unpause(uint256 newPausedStatus) external;
    function pauserRegistry() external view returns (IPauserRegistry);
    function paused() external view returns (uint256);
    function paused(uint8 index) external view returns (bool);
}
