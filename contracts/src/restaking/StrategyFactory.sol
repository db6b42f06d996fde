// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";
import {IBeacon} from "@openzeppelin/contracts/proxy/beacon/IBeacon.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Pausable} from "./Pausable.sol";
import {StrategyBase} from "./StrategyBase.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";
import {IStrategyFactory} from "./interfaces/IStrategyFactory.sol";
import {IStrategyManager} from "./interfaces/IStrategyManager.sol";

/// See IStrategyFactory. Pause bits: 0 new strategies. The StrategyManager's whitelister is this contract.
contract StrategyFactory is IStrategyFactory, Initializable, Ownable, Pausable {
    uint8 private constant PAUSED_NEW_STRATEGIES = 0;

    IStrategyManager public immutable strategyManager;
    /// L1 block of the implementation. A deployment makes it first, so no log of the protocol is older.
    uint256 public immutable deployedAtBlock;

    /// @inheritdoc IStrategyFactory
    IBeacon public strategyBeacon;
    /// @inheritdoc IStrategyFactory
    mapping(IERC20 token => IStrategy) public deployedStrategies;
    /// @inheritdoc IStrategyFactory
    mapping(IERC20 token => bool) public isBlacklisted;

    /// The implementation's own owner has nothing to own; the proxy's is set by `initialize`.
    constructor(IStrategyManager manager, IPauserRegistry registry) Ownable(msg.sender) Pausable(registry) {
        strategyManager = manager;
        deployedAtBlock = block.number;
        _disableInitializers();
    }

    function initialize(address initialOwner, uint256 initialPausedStatus, IBeacon beacon) external initializer {
        _transferOwnership(initialOwner);
        _setPaused(initialPausedStatus);
        emit StrategyBeaconModified(strategyBeacon, beacon);
        strategyBeacon = beacon;
    }

    /// @inheritdoc IStrategyFactory
    function deployNewStrategy(IERC20 token)
        external
        onlyWhenNotPaused(PAUSED_NEW_STRATEGIES)
        returns (IStrategy newStrategy)
    {
        if (isBlacklisted[token]) revert BlacklistedToken();
        if (address(deployedStrategies[token]) != address(0)) revert StrategyAlreadyExists();
        // The token's address as salt: the strategy's address is known before it exists.
        newStrategy = IStrategy(
            address(
                new BeaconProxy{salt: bytes32(uint256(uint160(address(token))))}(address(strategyBeacon), "")
            )
        );
        // INVARIANT: one strategy per token; written before the token is asked anything.
        deployedStrategies[token] = newStrategy;
        emit StrategySetForToken(token, newStrategy);
        StrategyBase(address(newStrategy)).initialize(token);
        IStrategy[] memory strategies = new IStrategy[](1);
        strategies[0] = newStrategy;
        strategyManager.addStrategiesToDepositWhitelist(strategies);
    }

    /// @inheritdoc IStrategyFactory
    function blacklistTokens(IERC20[] calldata tokens) external onlyOwner {
        for (uint256 i = 0; i < tokens.length; i++) {
            if (isBlacklisted[tokens[i]]) revert AlreadyBlacklisted();
            isBlacklisted[tokens[i]] = true;
            emit TokenBlacklisted(tokens[i]);
            IStrategy existing = deployedStrategies[tokens[i]];
            if (address(existing) == address(0)) continue;
            IStrategy[] memory strategies = new IStrategy[](1);
            strategies[0] = existing;
            strategyManager.removeStrategiesFromDepositWhitelist(strategies);
        }
    }

    /// @inheritdoc IStrategyFactory
    function whitelistStrategies(IStrategy[] calldata strategiesToWhitelist) external onlyOwner {
        strategyManager.addStrategiesToDepositWhitelist(strategiesToWhitelist);
    }

    /// @inheritdoc IStrategyFactory
    function removeStrategiesFromWhitelist(IStrategy[] calldata strategiesToRemoveFromWhitelist) external onlyOwner {
        strategyManager.removeStrategiesFromDepositWhitelist(strategiesToRemoveFromWhitelist);
    }
}
