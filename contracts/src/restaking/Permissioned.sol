// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPermissionController} from "./interfaces/IPermissionController.sol";

/// For contracts whose functions an account may let others call in its name.
abstract contract Permissioned {
    /// Not the account, nor its admin or appointee for this function.
    error InvalidPermissions();

    IPermissionController public immutable permissionController;

    modifier checkCanCall(address account) {
        if (!_canCall(account)) revert InvalidPermissions();
        _;
    }

    constructor(IPermissionController controller) {
        permissionController = controller;
    }

    function _canCall(address account) internal view returns (bool) {
        return permissionController.canCall(account, msg.sender, address(this), msg.sig);
    }
}
