// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Holds fees, so that supply is conserved; at the end of life its balance goes to the chain's owner. Nothing leaves before.
contract FeeVault {
    receive() external payable {}
}
