// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// The contract of an AVS that AllocationManager asks when operators come and go by its own calls.
interface IAVSRegistrar {
    /// A revert refuses the registration.
    /// @param data what the operator sent along
    function registerOperator(address operator, uint32[] calldata operatorSetIds, bytes calldata data) external;
    /// A revert is ignored: an operator can always leave.
    function deregisterOperator(address operator, uint32[] calldata operatorSetIds) external;
}
