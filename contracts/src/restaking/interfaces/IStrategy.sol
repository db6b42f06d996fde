// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// Holds one token for all stakers. Shares are priced by the balance held, so a rebasing token's gains and losses reach
/// everybody alike; a virtual share and a virtual unit keep a first depositor from inflating the price by a donation.
interface IStrategy {
    /// @param rate underlying units per 1e18 shares
    event ExchangeRateEmitted(uint256 rate);
    event StrategyTokenSet(IERC20 token, uint8 decimals);

    error OnlyStrategyManager();
    error OnlyUnderlyingToken();
    /// The deposit is too small to be worth one share.
    error NewSharesZero();
    error TotalSharesExceedsMax();
    error WithdrawalAmountExceedsTotalDeposits();

    /// Only the StrategyManager, after `amount` of the token arrived here.
    /// @return newShares rounded down
    function deposit(IERC20 token, uint256 amount) external returns (uint256 newShares);
    /// Only the StrategyManager. Pays what `amountShares` are worth, rounded down.
    function withdraw(address recipient, IERC20 token, uint256 amountShares) external;

    function sharesToUnderlying(uint256 amountShares) external returns (uint256);
    function underlyingToShares(uint256 amountUnderlying) external returns (uint256);
    function userUnderlying(address user) external returns (uint256);
    /// Deposit shares of `user`; what a slashed operator's delegators can withdraw is
    /// DelegationManager.getWithdrawableShares.
    function shares(address user) external view returns (uint256);
    function sharesToUnderlyingView(uint256 amountShares) external view returns (uint256);
    function underlyingToSharesView(uint256 amountUnderlying) external view returns (uint256);
    function userUnderlyingView(address user) external view returns (uint256);
    function underlyingToken() external view returns (IERC20);
    function totalShares() external view returns (uint256);
    function explanation() external view returns (string memory);
}
