// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStrategy} from "./IStrategy.sol";

/// What DelegationManager needs of a book of deposit shares. StrategyManager keeps the one of tokens, NativeEthManager that of
/// ETH. Only DelegationManager calls the functions that change something.
interface IShareManager {
    /// @param strategy whose burnable shares grew; `burnShares` takes them out of circulation
    event BurnableSharesIncreased(IStrategy strategy, uint256 shares);
    event BurnableSharesDecreased(IStrategy strategy, uint256 shares);

    /// Takes deposit shares from a staker who queues a withdrawal.
    function removeDepositShares(address staker, IStrategy strategy, uint256 depositSharesToRemove) external;
    /// Gives shares back to a staker who completes a withdrawal as shares.
    /// @return existingShares before the call
    /// @return addedShares
    function addShares(address staker, IStrategy strategy, IERC20 token, uint256 shares)
        external
        returns (uint256 existingShares, uint256 addedShares);
    /// Pays `shares` out to `staker`.
    function withdrawSharesAsTokens(address staker, IStrategy strategy, IERC20 token, uint256 shares) external;
    /// Notes slashed shares. Nothing is moved here, so a slash cannot be held up by a token.
    function increaseBurnableShares(IStrategy strategy, uint256 addedSharesToBurn) external;

    /// Anybody: sends what slashed shares are worth to the address that nobody has the key of.
    function burnShares(IStrategy strategy) external;
    function getBurnableShares(IStrategy strategy) external view returns (uint256);
    function stakerDepositShares(address user, IStrategy strategy) external view returns (uint256 depositShares);
}
