// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDelegationManager} from "./IDelegationManager.sol";
import {IShareManager} from "./IShareManager.sol";
import {ISignatureUtils} from "./ISignatureUtils.sol";
import {IStrategy} from "./IStrategy.sol";

/// The book of deposit shares in token strategies, and their front door. Pause bits: 0 deposits.
interface IStrategyManager is IShareManager, ISignatureUtils {
    /// @param shares new deposit shares
    event Deposit(address staker, IERC20 token, IStrategy strategy, uint256 shares);
    event StrategyWhitelisterChanged(address previousAddress, address newAddress);
    event StrategyAddedToDepositWhitelist(IStrategy strategy);
    event StrategyRemovedFromDepositWhitelist(IStrategy strategy);

    error MaxStrategiesExceeded();
    error OnlyDelegationManager();
    error OnlyStrategyWhitelister();
    error SharesAmountTooHigh();
    error SharesAmountZero();
    error StakerAddressZero();
    error StrategyNotFound();
    error StrategyNotWhitelisted();
    error InputArrayLengthMismatch();

    /// Moves `amount` of the caller's tokens into the strategy; what arrived is what counts.
    function depositIntoStrategy(IStrategy strategy, IERC20 token, uint256 amount)
        external
        returns (uint256 depositShares);
    /// The caller pays, `staker` gets the shares and has signed the deposit (EIP-712 `Deposit`).
    function depositIntoStrategyWithSignature(
        IStrategy strategy,
        IERC20 token,
        uint256 amount,
        address staker,
        uint256 expiry,
        bytes memory signature
    ) external returns (uint256 depositShares);

    /// Only the owner.
    function setStrategyWhitelister(address newStrategyWhitelister) external;
    /// Only the whitelister.
    function addStrategiesToDepositWhitelist(IStrategy[] calldata strategiesToWhitelist) external;
    /// The M2 release's form; `thirdPartyTransfersForbiddenValues` must be as long, and has no effect.
    function addStrategiesToDepositWhitelist(
        IStrategy[] calldata strategiesToWhitelist,
        bool[] calldata thirdPartyTransfersForbiddenValues
    ) external;
    function removeStrategiesFromDepositWhitelist(IStrategy[] calldata strategiesToRemoveFromWhitelist) external;

    function strategyIsWhitelistedForDeposit(IStrategy strategy) external view returns (bool);
    function getDeposits(address staker) external view returns (IStrategy[] memory, uint256[] memory);
    function getStakerStrategyList(address staker) external view returns (IStrategy[] memory);
    function stakerStrategyListLength(address staker) external view returns (uint256);
    function stakerStrategyList(address staker, uint256 index) external view returns (IStrategy);
    /// `stakerDepositShares` under its M2 name.
    function stakerStrategyShares(address user, IStrategy strategy) external view returns (uint256 shares);
    function getStrategiesWithBurnableShares() external view returns (address[] memory, uint256[] memory);
    function delegation() external view returns (IDelegationManager);
    function strategyWhitelister() external view returns (address);
    /// Next nonce of a signed deposit.
    function nonces(address signer) external view returns (uint256);
    function domainSeparator() external view returns (bytes32);
    function DEPOSIT_TYPEHASH() external view returns (bytes32);
    function calculateStrategyDepositDigestHash(
        address staker,
        IStrategy strategy,
        IERC20 token,
        uint256 amount,
        uint256 nonce,
        uint256 expiry
    ) external view returns (bytes32);
}
