// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Which operators may register with an AVS while the list is enabled. Taking an operator off the list keeps it from joining
/// again or joining more quorums; who is in stays until it leaves or is ejected.
interface IOperatorAllowlist {
    event AllowlistUpdated(address[] operators, bool[] status);
    event AllowlistEnabled();
    event AllowlistDisabled();
    event AllowlistManagerChanged(address indexed previousManager, address indexed newManager);

    error NotAllowlistManager();
    error AlreadyEnabled();
    error AlreadyDisabled();
    error ZeroAddress();
    error InputLengthMismatch();
    error StartOutOfBounds();

    /// Manager or owner: `status[i]` true puts `operators[i]` on the list, false takes it off.
    function setAllowlist(address[] calldata operators, bool[] calldata status) external;

    /// Owner only.
    function enableAllowlist() external;

    /// Owner only: from here on every operator may register.
    function disableAllowlist() external;

    /// Owner only.
    function setAllowlistManager(address allowlistManager) external;

    function allowlistEnabled() external view returns (bool);

    function allowlistManager() external view returns (address);

    /// Whether the operator is on the list, enabled or not.
    function isOperatorAllowed(address operator) external view returns (bool);

    /// Whether the operator may register now: it is on the list, or the list is not enabled.
    function canRegister(address operator) external view returns (bool);

    function getAllowlistSize() external view returns (uint256);

    function getAllowlistAtIndex(uint256 index) external view returns (address);

    /// A page of the list, in no particular order, shorter at its end.
    function queryOperators(uint256 start, uint256 count) external view returns (address[] memory operators);
}
