// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IPermissionController} from "./interfaces/IPermissionController.sol";

/// See IPermissionController.
contract PermissionController is IPermissionController {
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.Bytes32Set;

    struct Account {
        EnumerableSet.AddressSet pendingAdmins;
        EnumerableSet.AddressSet admins;
        mapping(address appointee => EnumerableSet.Bytes32Set functions) permissions;
        mapping(bytes32 functionKey => EnumerableSet.AddressSet appointees) appointees;
    }

    mapping(address account => Account) private _accounts;

    modifier onlyAdmin(address account) {
        if (!isAdmin(account, msg.sender)) revert NotAdmin();
        _;
    }

    /// @inheritdoc IPermissionController
    function addPendingAdmin(address account, address admin) external onlyAdmin(account) {
        Account storage permissions = _accounts[account];
        if (permissions.admins.contains(admin)) revert AdminAlreadySet();
        if (!permissions.pendingAdmins.add(admin)) revert AdminAlreadyPending();
        emit PendingAdminAdded(account, admin);
    }

    /// @inheritdoc IPermissionController
    function removePendingAdmin(address account, address admin) external onlyAdmin(account) {
        if (!_accounts[account].pendingAdmins.remove(admin)) revert AdminNotPending();
        emit PendingAdminRemoved(account, admin);
    }

    /// @inheritdoc IPermissionController
    function acceptAdmin(address account) external {
        Account storage permissions = _accounts[account];
        if (!permissions.pendingAdmins.remove(msg.sender)) revert AdminNotPending();
        permissions.admins.add(msg.sender);
        emit AdminSet(account, msg.sender);
    }

    /// @inheritdoc IPermissionController
    function removeAdmin(address account, address admin) external onlyAdmin(account) {
        Account storage permissions = _accounts[account];
        // INVARIANT: an account that ever had an admin keeps one, so that it never falls back to its own key unasked.
        if (permissions.admins.length() <= 1) revert CannotHaveZeroAdmins();
        if (!permissions.admins.remove(admin)) revert AdminNotSet();
        emit AdminRemoved(account, admin);
    }

    /// @inheritdoc IPermissionController
    function setAppointee(address account, address appointee, address target, bytes4 selector)
        external
        onlyAdmin(account)
    {
        Account storage permissions = _accounts[account];
        bytes32 functionKey = _encode(target, selector);
        if (!permissions.permissions[appointee].add(functionKey)) revert AppointeeAlreadySet();
        permissions.appointees[functionKey].add(appointee);
        emit AppointeeSet(account, appointee, target, selector);
    }

    /// @inheritdoc IPermissionController
    function removeAppointee(address account, address appointee, address target, bytes4 selector)
        external
        onlyAdmin(account)
    {
        Account storage permissions = _accounts[account];
        bytes32 functionKey = _encode(target, selector);
        if (!permissions.permissions[appointee].remove(functionKey)) revert AppointeeNotSet();
        permissions.appointees[functionKey].remove(appointee);
        emit AppointeeRemoved(account, appointee, target, selector);
    }

    /// @inheritdoc IPermissionController
    function isAdmin(address account, address caller) public view returns (bool) {
        EnumerableSet.AddressSet storage admins = _accounts[account].admins;
        return admins.length() == 0 ? account == caller : admins.contains(caller);
    }

    /// @inheritdoc IPermissionController
    function isPendingAdmin(address account, address pendingAdmin) external view returns (bool) {
        return _accounts[account].pendingAdmins.contains(pendingAdmin);
    }

    /// @inheritdoc IPermissionController
    function getAdmins(address account) external view returns (address[] memory admins) {
        EnumerableSet.AddressSet storage accepted = _accounts[account].admins;
        if (accepted.length() > 0) return accepted.values();
        admins = new address[](1);
        admins[0] = account;
    }

    /// @inheritdoc IPermissionController
    function getPendingAdmins(address account) external view returns (address[] memory) {
        return _accounts[account].pendingAdmins.values();
    }

    /// @inheritdoc IPermissionController
    function canCall(address account, address caller, address target, bytes4 selector)
        external
        view
        returns (bool)
    {
        return isAdmin(account, caller) || _accounts[account].permissions[caller].contains(_encode(target, selector));
    }

    /// @inheritdoc IPermissionController
    function getAppointeePermissions(address account, address appointee)
        external
        view
        returns (address[] memory targets, bytes4[] memory selectors)
    {
        bytes32[] memory functions = _accounts[account].permissions[appointee].values();
        targets = new address[](functions.length);
        selectors = new bytes4[](functions.length);
        for (uint256 i = 0; i < functions.length; i++) {
            targets[i] = address(uint160(uint256(functions[i]) >> 32));
            selectors[i] = bytes4(uint32(uint256(functions[i])));
        }
    }

    /// @inheritdoc IPermissionController
    function getAppointees(address account, address target, bytes4 selector)
        external
        view
        returns (address[] memory)
    {
        return _accounts[account].appointees[_encode(target, selector)].values();
    }

    function _encode(address target, bytes4 selector) private pure returns (bytes32) {
        return bytes32((uint256(uint160(target)) << 32) | uint32(selector));
    }
}
