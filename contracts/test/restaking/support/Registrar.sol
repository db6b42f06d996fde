// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAVSRegistrar} from "../../../src/restaking/interfaces/IAVSRegistrar.sol";

/// An AVS that is its own registrar and can be told how to behave.
contract Registrar is IAVSRegistrar {
    bool public refuses;
    bool public wastes;
    uint256 public joined;
    uint256 public left;

    function set(bool refuses_, bool wastes_) external {
        (refuses, wastes) = (refuses_, wastes_);
    }

    function registerOperator(address, uint32[] calldata ids, bytes calldata) external {
        require(!refuses, "refused");
        joined += ids.length;
    }

    function deregisterOperator(address, uint32[] calldata ids) external {
        require(!refuses, "refused");
        if (wastes) while (true) {}
        left += ids.length;
    }
}
