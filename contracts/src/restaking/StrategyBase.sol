// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {Pausable} from "./Pausable.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";
import {IStrategyManager} from "./interfaces/IStrategyManager.sol";

/// See IStrategy. Pause bits: 0 deposits, 1 withdrawals.
contract StrategyBase is IStrategy, Initializable, Pausable {
    using SafeERC20 for IERC20;

    uint8 private constant PAUSED_DEPOSITS = 0;
    uint8 private constant PAUSED_WITHDRAWALS = 1;
    /// Belongs to nobody: of a donation to an empty strategy, all but a thousandth part of what a first depositor of one share
    /// could hope for is lost to it.
    uint256 private constant VIRTUAL_SHARES = 1e3;
    uint256 private constant VIRTUAL_BALANCE = 1e3;
    /// Keeps every product of shares, magnitudes and scaling factors of the protocol far from overflow.
    uint256 private constant MAX_TOTAL_SHARES = 1e38 - 1;

    IStrategyManager public immutable strategyManager;

    /// @inheritdoc IStrategy
    IERC20 public underlyingToken;
    /// INVARIANT: totalShares >= deposit shares of all stakers + payable shares in the queue + burnable shares.
    /// @inheritdoc IStrategy
    uint256 public totalShares;

    modifier onlyStrategyManager() {
        if (msg.sender != address(strategyManager)) revert OnlyStrategyManager();
        _;
    }

    constructor(IStrategyManager manager, IPauserRegistry registry) Pausable(registry) {
        strategyManager = manager;
        _disableInitializers();
    }

    function initialize(IERC20 token) external initializer {
        underlyingToken = token;
        (bool success, uint256 decimals) =
            BoundedCall.readWord(address(token), abi.encodeCall(IERC20Metadata.decimals, ()), 50_000);
        emit StrategyTokenSet(token, success && decimals <= type(uint8).max ? uint8(decimals) : 0);
    }

    /// @inheritdoc IStrategy
    function deposit(IERC20 token, uint256 amount)
        external
        onlyWhenNotPaused(PAUSED_DEPOSITS)
        onlyStrategyManager
        returns (uint256 newShares)
    {
        if (address(token) != address(underlyingToken)) revert OnlyUnderlyingToken();
        uint256 held = _balance();
        newShares =
            Math.mulDiv(amount, totalShares + VIRTUAL_SHARES, held - amount + VIRTUAL_BALANCE, Math.Rounding.Floor);
        if (newShares == 0) revert NewSharesZero();
        totalShares += newShares;
        if (totalShares > MAX_TOTAL_SHARES) revert TotalSharesExceedsMax();
        emit ExchangeRateEmitted(_toUnderlying(1e18, totalShares, held));
    }

    /// @inheritdoc IStrategy
    function withdraw(address recipient, IERC20 token, uint256 amountShares)
        external
        onlyWhenNotPaused(PAUSED_WITHDRAWALS)
        onlyStrategyManager
    {
        if (address(token) != address(underlyingToken)) revert OnlyUnderlyingToken();
        uint256 priorShares = totalShares;
        if (amountShares > priorShares) revert WithdrawalAmountExceedsTotalDeposits();
        uint256 held = _balance();
        // INVARIANT: rounding leaves dust here, it never pays out more than the shares' part.
        uint256 amount = _toUnderlying(amountShares, priorShares, held);
        totalShares = priorShares - amountShares;
        emit ExchangeRateEmitted(_toUnderlying(1e18, priorShares - amountShares, held - amount));
        token.safeTransfer(recipient, amount);
    }

    /// @inheritdoc IStrategy
    function sharesToUnderlying(uint256 amountShares) external view returns (uint256) {
        return sharesToUnderlyingView(amountShares);
    }

    /// @inheritdoc IStrategy
    function underlyingToShares(uint256 amountUnderlying) external view returns (uint256) {
        return underlyingToSharesView(amountUnderlying);
    }

    /// @inheritdoc IStrategy
    function userUnderlying(address user) external view returns (uint256) {
        return userUnderlyingView(user);
    }

    /// @inheritdoc IStrategy
    function shares(address user) public view returns (uint256) {
        return strategyManager.stakerDepositShares(user, IStrategy(address(this)));
    }

    /// @inheritdoc IStrategy
    function sharesToUnderlyingView(uint256 amountShares) public view returns (uint256) {
        return _toUnderlying(amountShares, totalShares, _balance());
    }

    /// @inheritdoc IStrategy
    function underlyingToSharesView(uint256 amountUnderlying) public view returns (uint256) {
        return Math.mulDiv(amountUnderlying, totalShares + VIRTUAL_SHARES, _balance() + VIRTUAL_BALANCE);
    }

    /// @inheritdoc IStrategy
    function userUnderlyingView(address user) public view returns (uint256) {
        return sharesToUnderlyingView(shares(user));
    }

    /// @inheritdoc IStrategy
    function explanation() external pure returns (string memory) {
        return "One token, held for its stakers; shares are parts of the balance";
    }

    function _toUnderlying(uint256 amountShares, uint256 supply, uint256 held) private pure returns (uint256) {
        // After a loss the virtual balance would be worth more than the virtual shares, and the last to leave could not be paid.
        if (held < supply) return Math.mulDiv(amountShares, held, supply);
        return Math.mulDiv(amountShares, held + VIRTUAL_BALANCE, supply + VIRTUAL_SHARES);
    }

    function _balance() private view returns (uint256) {
        return underlyingToken.balanceOf(address(this));
    }
}
