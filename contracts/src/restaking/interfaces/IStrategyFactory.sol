// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBeacon} from "@openzeppelin/contracts/proxy/beacon/IBeacon.sol";
import {IStrategy} from "./IStrategy.sol";

/// Makes a strategy for any token, one per token, and opens it for deposits.
interface IStrategyFactory {
    event StrategyBeaconModified(IBeacon previousBeacon, IBeacon newBeacon);
    event StrategySetForToken(IERC20 token, IStrategy strategy);
    event TokenBlacklisted(IERC20 token);

    error BlacklistedToken();
    error StrategyAlreadyExists();
    error AlreadyBlacklisted();

    /// Anybody.
    function deployNewStrategy(IERC20 token) external returns (IStrategy newStrategy);
    /// Only the owner: no strategy may be made for these; existing ones leave the whitelist.
    function blacklistTokens(IERC20[] calldata tokens) external;
    /// Only the owner: strategies that were made elsewhere.
    function whitelistStrategies(IStrategy[] calldata strategiesToWhitelist) external;
    function removeStrategiesFromWhitelist(IStrategy[] calldata strategiesToRemoveFromWhitelist) external;

    function strategyBeacon() external view returns (IBeacon);
    function deployedStrategies(IERC20 token) external view returns (IStrategy);
    function isBlacklisted(IERC20 token) external view returns (bool);
}
