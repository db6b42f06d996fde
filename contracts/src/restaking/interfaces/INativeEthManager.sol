// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IShareManager} from "./IShareManager.sol";
import {IStrategy} from "./IStrategy.sol";

/// Restaked ETH: one share is one wei. Stands for the public contracts' beacon chain strategy, without beacon-chain proofs.
interface INativeEthManager is IShareManager {
    event NativeEthDeposited(address indexed staker, uint256 shares);
    event NativeEthWithdrawn(address indexed staker, uint256 shares);

    error OnlyDelegationManager();
    error OnlyNativeEthStrategy();
    error SharesAmountZero();
    error SharesAmountTooHigh();
    error StakerAddressZero();
    /// The receiver refused the ETH; nothing changed.
    error TransferFailed();

    /// Restakes the value sent, for the caller.
    /// @return shares in wei
    function deposit() external payable returns (uint256 shares);
    /// The address that stands for ETH among strategies; there is no contract at it.
    function beaconChainETHStrategy() external view returns (IStrategy);
    /// Deposit shares of everybody plus shares in the withdrawal queue, in wei.
    function totalShares() external view returns (uint256);
}
