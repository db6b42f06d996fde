// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// Calls somebody on every transfer, and passes on why that failed.
contract HookedErc20 is ERC20("Hooked", "HKD") {
    address private _target;
    bytes private _call;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function hook(address target, bytes calldata call) external {
        (_target, _call) = (target, call);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_target != address(0) && from != address(0)) {
            (bool success, bytes memory reason) = _target.call(_call);
            if (!success) {
                assembly ("memory-safe") {
                    revert(add(reason, 0x20), mload(reason))
                }
            }
        }
        super._update(from, to, amount);
    }
}
