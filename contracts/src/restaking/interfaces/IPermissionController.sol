// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Lets an account (an operator, an AVS) hand calls in its name to others: admins do everything, appointees one function of
/// one contract. An account is its own admin until the first admin accepts; from then on it is one only if it is listed.
interface IPermissionController {
    event AppointeeSet(address indexed account, address indexed appointee, address target, bytes4 selector);
    event AppointeeRemoved(address indexed account, address indexed appointee, address target, bytes4 selector);
    event PendingAdminAdded(address indexed account, address admin);
    event PendingAdminRemoved(address indexed account, address admin);
    event AdminSet(address indexed account, address admin);
    event AdminRemoved(address indexed account, address admin);

    error NotAdmin();
    error AdminNotSet();
    error AppointeeAlreadySet();
    error AppointeeNotSet();
    error CannotHaveZeroAdmins();
    error AdminAlreadySet();
    error AdminNotPending();
    error AdminAlreadyPending();

    /// Proposes an admin; only an admin of `account`.
    function addPendingAdmin(address account, address admin) external;
    function removePendingAdmin(address account, address admin) external;
    /// The proposed admin takes the role.
    function acceptAdmin(address account) external;
    /// The last admin stays.
    function removeAdmin(address account, address admin) external;
    /// Lets `appointee` call `selector` of `target` in the name of `account`; only an admin of `account`.
    function setAppointee(address account, address appointee, address target, bytes4 selector) external;
    function removeAppointee(address account, address appointee, address target, bytes4 selector) external;

    function isAdmin(address account, address caller) external view returns (bool);
    function isPendingAdmin(address account, address pendingAdmin) external view returns (bool);
    /// The account itself while nobody ever accepted.
    function getAdmins(address account) external view returns (address[] memory);
    function getPendingAdmins(address account) external view returns (address[] memory);
    /// Whether `caller` is an admin of `account`, or its appointee for this function.
    function canCall(address account, address caller, address target, bytes4 selector) external view returns (bool);
    function getAppointeePermissions(address account, address appointee)
        external
        view
        returns (address[] memory targets, bytes4[] memory selectors);
    function getAppointees(address account, address target, bytes4 selector) external view returns (address[] memory);
}
