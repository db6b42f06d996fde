// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Who may stop parts of the protocol, and who alone may start them again.
interface IPauserRegistry {
    event PauserStatusChanged(address pauser, bool canPause);
    event UnpauserChanged(address previousUnpauser, address newUnpauser);

    error OnlyUnpauser();
    error InputAddressZero();

    /// Only the unpauser.
    function setIsPauser(address newPauser, bool canPause) external;
    /// Only the unpauser, who hands the role over.
    function setUnpauser(address newUnpauser) external;
    function isPauser(address pauser) external view returns (bool);
    function unpauser() external view returns (address);
}
