// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EnumerableMap} from "@openzeppelin/contracts/utils/structs/EnumerableMap.sol";
import {Pausable} from "./Pausable.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";
import {IShareManager} from "./interfaces/IShareManager.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";
import {IStrategyManager} from "./interfaces/IStrategyManager.sol";

/// See IStrategyManager. The guard covers everything that lets a token run code, so that a token with hooks sees no strategy between its two
/// writes: not in a deposit, a payment or a burn.
contract StrategyManager is
    IStrategyManager,
    Initializable,
    Ownable,
    Pausable,
    SignatureVerifier,
    ReentrancyGuardTransient
{
    using SafeERC20 for IERC20;
    using EnumerableMap for EnumerableMap.AddressToUintMap;

    /// @inheritdoc IStrategyManager
    bytes32 public constant DEPOSIT_TYPEHASH =
        keccak256("Deposit(address staker,address strategy,address token,uint256 amount,uint256 nonce,uint256 expiry)");
    /// Nobody has the key of it; tokens that refuse the zero address take it.
    address public constant DEFAULT_BURN_ADDRESS = 0x00000000000000000000000000000000000E16E4;

    uint8 private constant PAUSED_DEPOSITS = 0;
    /// Undelegation walks the list, it must fit into a block.
    uint256 private constant MAX_STAKER_STRATEGY_LIST_LENGTH = 32;

    /// @inheritdoc IStrategyManager
    IDelegationManager public immutable delegation;

    /// @inheritdoc IStrategyManager
    address public strategyWhitelister;
    /// @inheritdoc IStrategyManager
    mapping(IStrategy strategy => bool) public strategyIsWhitelistedForDeposit;
    /// @inheritdoc IStrategyManager
    mapping(address signer => uint256) public nonces;
    /// INVARIANT: the shares of a strategy are non-zero exactly while it is in the staker's list.
    mapping(address staker => mapping(IStrategy strategy => uint256)) public stakerDepositShares;
    /// @inheritdoc IStrategyManager
    mapping(address staker => IStrategy[]) public stakerStrategyList;

    EnumerableMap.AddressToUintMap private _burnableShares;

    modifier onlyDelegationManager() {
        if (msg.sender != address(delegation)) revert OnlyDelegationManager();
        _;
    }

    modifier onlyStrategyWhitelister() {
        if (msg.sender != strategyWhitelister) revert OnlyStrategyWhitelister();
        _;
    }

    /// The implementation's own owner has nothing to own; the proxy's is set by `initialize`.
    constructor(IDelegationManager delegationManager, IPauserRegistry registry)
        Ownable(msg.sender)
        Pausable(registry)
    {
        delegation = delegationManager;
        _disableInitializers();
    }

    function initialize(address initialOwner, address initialStrategyWhitelister, uint256 initialPausedStatus)
        external
        initializer
    {
        _transferOwnership(initialOwner);
        _setStrategyWhitelister(initialStrategyWhitelister);
        _setPaused(initialPausedStatus);
    }

    /// @inheritdoc IStrategyManager
    function depositIntoStrategy(IStrategy strategy, IERC20 token, uint256 amount)
        external
        onlyWhenNotPaused(PAUSED_DEPOSITS)
        nonReentrant
        returns (uint256 depositShares)
    {
        return _deposit(msg.sender, strategy, token, amount);
    }

    /// @inheritdoc IStrategyManager
    function depositIntoStrategyWithSignature(
        IStrategy strategy,
        IERC20 token,
        uint256 amount,
        address staker,
        uint256 expiry,
        bytes memory signature
    ) external onlyWhenNotPaused(PAUSED_DEPOSITS) nonReentrant returns (uint256 depositShares) {
        bytes32 digest =
            calculateStrategyDepositDigestHash(staker, strategy, token, amount, nonces[staker]++, expiry);
        _requireSignature(staker, digest, signature, expiry);
        return _deposit(staker, strategy, token, amount);
    }

    /// @inheritdoc IShareManager
    function removeDepositShares(address staker, IStrategy strategy, uint256 depositSharesToRemove)
        external
        onlyDelegationManager
    {
        if (depositSharesToRemove == 0) revert SharesAmountZero();
        uint256 held = stakerDepositShares[staker][strategy];
        if (depositSharesToRemove > held) revert SharesAmountTooHigh();
        stakerDepositShares[staker][strategy] = held - depositSharesToRemove;
        if (held == depositSharesToRemove) _removeFromList(staker, strategy);
    }

    /// @inheritdoc IShareManager
    function addShares(address staker, IStrategy strategy, IERC20, uint256 shares)
        external
        onlyDelegationManager
        returns (uint256 existingShares, uint256 addedShares)
    {
        return _addShares(staker, strategy, shares);
    }

    /// @inheritdoc IShareManager
    function withdrawSharesAsTokens(address staker, IStrategy strategy, IERC20 token, uint256 shares)
        external
        onlyDelegationManager
        nonReentrant
    {
        strategy.withdraw(staker, token, shares);
    }

    /// @inheritdoc IShareManager
    function increaseBurnableShares(IStrategy strategy, uint256 addedSharesToBurn) external onlyDelegationManager {
        (, uint256 before) = _burnableShares.tryGet(address(strategy));
        _burnableShares.set(address(strategy), before + addedSharesToBurn);
        emit BurnableSharesIncreased(strategy, addedSharesToBurn);
    }

    /// @inheritdoc IShareManager
    function burnShares(IStrategy strategy) external nonReentrant {
        (, uint256 shares) = _burnableShares.tryGet(address(strategy));
        _burnableShares.remove(address(strategy));
        emit BurnableSharesDecreased(strategy, shares);
        if (shares > 0) strategy.withdraw(DEFAULT_BURN_ADDRESS, strategy.underlyingToken(), shares);
    }

    /// @inheritdoc IStrategyManager
    function setStrategyWhitelister(address newStrategyWhitelister) external onlyOwner {
        _setStrategyWhitelister(newStrategyWhitelister);
    }

    /// @inheritdoc IStrategyManager
    function addStrategiesToDepositWhitelist(IStrategy[] calldata strategiesToWhitelist)
        external
        onlyStrategyWhitelister
    {
        _whitelist(strategiesToWhitelist);
    }

    /// @inheritdoc IStrategyManager
    function addStrategiesToDepositWhitelist(
        IStrategy[] calldata strategiesToWhitelist,
        bool[] calldata thirdPartyTransfersForbiddenValues
    ) external onlyStrategyWhitelister {
        if (strategiesToWhitelist.length != thirdPartyTransfersForbiddenValues.length) {
            revert InputArrayLengthMismatch();
        }
        _whitelist(strategiesToWhitelist);
    }

    /// @inheritdoc IStrategyManager
    function removeStrategiesFromDepositWhitelist(IStrategy[] calldata strategiesToRemoveFromWhitelist)
        external
        onlyStrategyWhitelister
    {
        for (uint256 i = 0; i < strategiesToRemoveFromWhitelist.length; i++) {
            IStrategy strategy = strategiesToRemoveFromWhitelist[i];
            if (!strategyIsWhitelistedForDeposit[strategy]) continue;
            strategyIsWhitelistedForDeposit[strategy] = false;
            emit StrategyRemovedFromDepositWhitelist(strategy);
        }
    }

    /// @inheritdoc IStrategyManager
    function getDeposits(address staker) external view returns (IStrategy[] memory strategies, uint256[] memory shares) {
        strategies = stakerStrategyList[staker];
        shares = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            shares[i] = stakerDepositShares[staker][strategies[i]];
        }
    }

    /// @inheritdoc IStrategyManager
    function getStakerStrategyList(address staker) external view returns (IStrategy[] memory) {
        return stakerStrategyList[staker];
    }

    /// @inheritdoc IStrategyManager
    function stakerStrategyListLength(address staker) external view returns (uint256) {
        return stakerStrategyList[staker].length;
    }

    /// @inheritdoc IStrategyManager
    function stakerStrategyShares(address user, IStrategy strategy) external view returns (uint256) {
        return stakerDepositShares[user][strategy];
    }

    /// @inheritdoc IShareManager
    function getBurnableShares(IStrategy strategy) external view returns (uint256 shares) {
        (, shares) = _burnableShares.tryGet(address(strategy));
    }

    /// @inheritdoc IStrategyManager
    function getStrategiesWithBurnableShares()
        external
        view
        returns (address[] memory strategies, uint256[] memory shares)
    {
        strategies = _burnableShares.keys();
        shares = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            shares[i] = _burnableShares.get(strategies[i]);
        }
    }

    /// @inheritdoc IStrategyManager
    function calculateStrategyDepositDigestHash(
        address staker,
        IStrategy strategy,
        IERC20 token,
        uint256 amount,
        uint256 nonce,
        uint256 expiry
    ) public view returns (bytes32) {
        return _digest(keccak256(abi.encode(DEPOSIT_TYPEHASH, staker, strategy, token, amount, nonce, expiry)));
    }

    /// @inheritdoc IStrategyManager
    function domainSeparator() public view override(IStrategyManager, SignatureVerifier) returns (bytes32) {
        return super.domainSeparator();
    }

    function _deposit(address staker, IStrategy strategy, IERC20 token, uint256 amount)
        private
        returns (uint256 shares)
    {
        if (!strategyIsWhitelistedForDeposit[strategy]) revert StrategyNotWhitelisted();
        uint256 before = token.balanceOf(address(strategy));
        token.safeTransferFrom(msg.sender, address(strategy), amount);
        // INVARIANT: shares are given for what arrived, not for what a token was asked to move.
        uint256 received = token.balanceOf(address(strategy)) - before;
        shares = strategy.deposit(token, received);
        (uint256 prior,) = _addShares(staker, strategy, shares);
        emit Deposit(staker, token, strategy, shares);
        delegation.increaseDelegatedShares(staker, strategy, prior, shares);
    }

    function _addShares(address staker, IStrategy strategy, uint256 shares) private returns (uint256, uint256) {
        if (staker == address(0)) revert StakerAddressZero();
        if (shares == 0) revert SharesAmountZero();
        uint256 prior = stakerDepositShares[staker][strategy];
        if (prior == 0) {
            IStrategy[] storage list = stakerStrategyList[staker];
            if (list.length >= MAX_STAKER_STRATEGY_LIST_LENGTH) revert MaxStrategiesExceeded();
            list.push(strategy);
        }
        stakerDepositShares[staker][strategy] = prior + shares;
        return (prior, shares);
    }

    function _removeFromList(address staker, IStrategy strategy) private {
        IStrategy[] storage list = stakerStrategyList[staker];
        uint256 last = list.length - 1;
        for (uint256 i = 0; i <= last; i++) {
            if (address(list[i]) != address(strategy)) continue;
            list[i] = list[last];
            list.pop();
            return;
        }
        revert StrategyNotFound();
    }

    function _whitelist(IStrategy[] calldata strategies) private {
        for (uint256 i = 0; i < strategies.length; i++) {
            if (strategyIsWhitelistedForDeposit[strategies[i]]) continue;
            strategyIsWhitelistedForDeposit[strategies[i]] = true;
            emit StrategyAddedToDepositWhitelist(strategies[i]);
        }
    }

    function _setStrategyWhitelister(address newStrategyWhitelister) private {
        emit StrategyWhitelisterChanged(strategyWhitelister, newStrategyWhitelister);
        strategyWhitelister = newStrategyWhitelister;
    }
}
