// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Pausable} from "./Pausable.sol";
import {NATIVE_ETH_STRATEGY} from "./SlashingMath.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {INativeEthManager} from "./interfaces/INativeEthManager.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";
import {IShareManager} from "./interfaces/IShareManager.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

/// See INativeEthManager. Pause bits: 0 deposits, 1 withdrawals.
contract NativeEthManager is INativeEthManager, Initializable, Pausable, ReentrancyGuardTransient {
    /// Nobody has the key of it.
    address public constant DEFAULT_BURN_ADDRESS = 0x00000000000000000000000000000000000E16E4;

    uint8 private constant PAUSED_DEPOSITS = 0;
    uint8 private constant PAUSED_WITHDRAWALS = 1;

    IDelegationManager public immutable delegation;

    mapping(address staker => uint256) private _shares;
    uint256 private _burnable;
    /// INVARIANT: address(this).balance >= totalShares >= deposit shares of all + payable shares in the queue + burnable.
    /// @inheritdoc INativeEthManager
    uint256 public totalShares;

    modifier onlyDelegationManager(IStrategy strategy) {
        if (msg.sender != address(delegation)) revert OnlyDelegationManager();
        if (address(strategy) != address(NATIVE_ETH_STRATEGY)) revert OnlyNativeEthStrategy();
        _;
    }

    constructor(IDelegationManager delegationManager, IPauserRegistry registry) Pausable(registry) {
        delegation = delegationManager;
        _disableInitializers();
    }

    function initialize(uint256 initialPausedStatus) external initializer {
        _setPaused(initialPausedStatus);
    }

    /// @inheritdoc INativeEthManager
    function deposit() external payable onlyWhenNotPaused(PAUSED_DEPOSITS) nonReentrant returns (uint256 shares) {
        shares = msg.value;
        if (shares == 0) revert SharesAmountZero();
        totalShares += shares;
        uint256 prior = _shares[msg.sender];
        _shares[msg.sender] = prior + shares;
        emit NativeEthDeposited(msg.sender, shares);
        delegation.increaseDelegatedShares(msg.sender, NATIVE_ETH_STRATEGY, prior, shares);
    }

    /// @inheritdoc IShareManager
    function removeDepositShares(address staker, IStrategy strategy, uint256 depositSharesToRemove)
        external
        onlyDelegationManager(strategy)
    {
        if (depositSharesToRemove == 0) revert SharesAmountZero();
        if (depositSharesToRemove > _shares[staker]) revert SharesAmountTooHigh();
        _shares[staker] -= depositSharesToRemove;
    }

    /// @inheritdoc IShareManager
    function addShares(address staker, IStrategy strategy, IERC20, uint256 shares)
        external
        onlyDelegationManager(strategy)
        returns (uint256 existingShares, uint256 addedShares)
    {
        if (staker == address(0)) revert StakerAddressZero();
        if (shares == 0) revert SharesAmountZero();
        existingShares = _shares[staker];
        _shares[staker] = existingShares + shares;
        return (existingShares, shares);
    }

    /// @inheritdoc IShareManager
    function withdrawSharesAsTokens(address staker, IStrategy strategy, IERC20, uint256 shares)
        external
        onlyWhenNotPaused(PAUSED_WITHDRAWALS)
        onlyDelegationManager(strategy)
        nonReentrant
    {
        emit NativeEthWithdrawn(staker, shares);
        _pay(staker, shares);
    }

    /// @inheritdoc IShareManager
    function increaseBurnableShares(IStrategy strategy, uint256 addedSharesToBurn)
        external
        onlyDelegationManager(strategy)
    {
        _burnable += addedSharesToBurn;
        emit BurnableSharesIncreased(strategy, addedSharesToBurn);
    }

    /// @inheritdoc IShareManager
    function burnShares(IStrategy strategy) external nonReentrant {
        if (address(strategy) != address(NATIVE_ETH_STRATEGY)) revert OnlyNativeEthStrategy();
        uint256 shares = _burnable;
        _burnable = 0;
        emit BurnableSharesDecreased(strategy, shares);
        _pay(DEFAULT_BURN_ADDRESS, shares);
    }

    /// @inheritdoc IShareManager
    function getBurnableShares(IStrategy strategy) external view returns (uint256) {
        return address(strategy) == address(NATIVE_ETH_STRATEGY) ? _burnable : 0;
    }

    /// @inheritdoc IShareManager
    function stakerDepositShares(address user, IStrategy strategy) external view returns (uint256) {
        return address(strategy) == address(NATIVE_ETH_STRATEGY) ? _shares[user] : 0;
    }

    /// @inheritdoc INativeEthManager
    function beaconChainETHStrategy() external pure returns (IStrategy) {
        return NATIVE_ETH_STRATEGY;
    }

    function _pay(address to, uint256 shares) private {
        totalShares -= shares;
        (bool success,) = to.call{value: shares}("");
        if (!success) revert TransferFailed();
    }
}
