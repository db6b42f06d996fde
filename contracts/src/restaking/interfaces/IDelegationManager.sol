// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ISignatureUtils} from "./ISignatureUtils.sol";
import {IStrategy} from "./IStrategy.sol";

/// Operators, who delegates to whom, and the queue that every withdrawal waits in.
///
/// Three kinds of shares. *Deposit shares* are what the share managers hold for a staker. *Withdrawable shares* are what is left
/// of them after slashing: depositShares * depositScalingFactor * maxMagnitude / 1e36. *Scaled shares* stand in the queue
/// (depositShares * depositScalingFactor / 1e18); the operator's maxMagnitude at the end of the delay turns them into what is
/// paid, so that a slash within the delay still reaches them. Operator shares are the sum of withdrawable shares, up to rounding.
///
/// Pause bits: 0 new delegations, 1 entering the queue, 2 leaving the queue.
interface IDelegationManager is ISignatureUtils {
    /// The M2 release's form; only `delegationApprover` means anything.
    struct OperatorDetails {
        address __deprecated_earningsReceiver;
        address delegationApprover;
        uint32 __deprecated_stakerOptOutWindowBlocks;
    }

    /// @param nonce number of withdrawals that the staker queued before
    /// @param startBlock L1 block of queueing
    struct Withdrawal {
        address staker;
        address delegatedTo;
        address withdrawer;
        uint256 nonce;
        uint32 startBlock;
        IStrategy[] strategies;
        uint256[] scaledShares;
    }

    /// @param __deprecated_withdrawer ignored: the staker withdraws
    struct QueuedWithdrawalParams {
        IStrategy[] strategies;
        uint256[] depositShares;
        address __deprecated_withdrawer;
    }

    event OperatorRegistered(address indexed operator, address delegationApprover);
    event DelegationApproverUpdated(address indexed operator, address newDelegationApprover);
    event OperatorMetadataURIUpdated(address indexed operator, string metadataURI);
    event OperatorSharesIncreased(address indexed operator, address staker, IStrategy strategy, uint256 shares);
    event OperatorSharesDecreased(address indexed operator, address staker, IStrategy strategy, uint256 shares);
    /// @param totalSlashedShares of the operator's delegators and of the withdrawals that still waited
    event OperatorSharesSlashed(address indexed operator, IStrategy strategy, uint256 totalSlashedShares);
    event StakerDelegated(address indexed staker, address indexed operator);
    event StakerUndelegated(address indexed staker, address indexed operator);
    event StakerForceUndelegated(address indexed staker, address indexed operator);
    event DepositScalingFactorUpdated(address staker, IStrategy strategy, uint256 newDepositScalingFactor);
    /// @param sharesToWithdraw withdrawable at this moment; a later slash makes them fewer
    event SlashingWithdrawalQueued(bytes32 withdrawalRoot, Withdrawal withdrawal, uint256[] sharesToWithdraw);
    event SlashingWithdrawalCompleted(bytes32 withdrawalRoot);

    error OnlyShareManager();
    error OnlyAllocationManager();
    error OperatorsCannotUndelegate();
    error ActivelyDelegated();
    error NotActivelyDelegated();
    error OperatorNotRegistered();
    error WithdrawalNotQueued();
    error CallerCannotUndelegate();
    error InputArrayLengthMismatch();
    error InputArrayLengthZero();
    /// The operator lost everything in this strategy: nothing can be deposited to or delegated with it.
    error FullySlashed();
    error SaltSpent();
    error WithdrawalDelayNotElapsed();
    error WithdrawerNotCaller();

    // --- operators ---

    /// Makes the caller an operator, delegated to itself, for ever. The caller must not be delegated to another.
    /// @param initDelegationApprover signs who may delegate; zero = anybody
    /// @param allocationDelay blocks, see AllocationManager.setAllocationDelay
    /// @param metadataURI only emitted
    function registerAsOperator(address initDelegationApprover, uint32 allocationDelay, string calldata metadataURI)
        external;
    /// The M2 release's form; the allocation delay is set later by the operator.
    function registerAsOperator(OperatorDetails calldata registeringOperatorDetails, string calldata metadataURI)
        external;
    /// The operator, its admin or appointee.
    function modifyOperatorDetails(address operator, address newDelegationApprover) external;
    function modifyOperatorDetails(OperatorDetails calldata newOperatorDetails) external;
    function updateOperatorMetadataURI(address operator, string calldata metadataURI) external;
    function updateOperatorMetadataURI(string calldata metadataURI) external;

    // --- stakers ---

    /// Delegates all of the caller's shares, present and future.
    /// @param approverSignatureAndExpiry only read when the operator has an approver who is not the caller (nor is the operator)
    function delegateTo(address operator, SignatureWithExpiry memory approverSignatureAndExpiry, bytes32 approverSalt)
        external;
    /// Delegates for a staker who signed it (M2 release).
    function delegateToBySignature(
        address staker,
        address operator,
        SignatureWithExpiry memory stakerSignatureAndExpiry,
        SignatureWithExpiry memory approverSignatureAndExpiry,
        bytes32 approverSalt
    ) external;
    /// Queues everything of a staker for withdrawal, one withdrawal per strategy, and ends the delegation. The staker, its
    /// operator, the operator's approver, or who acts for the operator.
    function undelegate(address staker) external returns (bytes32[] memory withdrawalRoots);
    /// `undelegate` of the caller, then `delegateTo`: what was queued comes back as shares to the new operator when completed so.
    function redelegate(
        address newOperator,
        SignatureWithExpiry memory newOperatorApproverSig,
        bytes32 approverSalt
    ) external returns (bytes32[] memory withdrawalRoots);
    /// The caller's deposit shares leave the operator now and can be paid after the delay.
    function queueWithdrawals(QueuedWithdrawalParams[] calldata params) external returns (bytes32[] memory);
    /// Only the withdrawer, after the delay.
    /// @param tokens of the strategies, in their order; read only when `receiveAsTokens`
    /// @param receiveAsTokens false: the shares go back to the staker, and to the operator it is delegated to now
    function completeQueuedWithdrawal(Withdrawal calldata withdrawal, IERC20[] calldata tokens, bool receiveAsTokens)
        external;
    /// The M2 release's form; `middlewareTimesIndex` is not read.
    function completeQueuedWithdrawal(
        Withdrawal calldata withdrawal,
        IERC20[] calldata tokens,
        uint256 middlewareTimesIndex,
        bool receiveAsTokens
    ) external;
    function completeQueuedWithdrawals(
        Withdrawal[] calldata withdrawals,
        IERC20[][] calldata tokens,
        bool[] calldata receiveAsTokens
    ) external;
    function completeQueuedWithdrawals(
        Withdrawal[] calldata withdrawals,
        IERC20[][] calldata tokens,
        uint256[] calldata middlewareTimesIndexes,
        bool[] calldata receiveAsTokens
    ) external;

    // --- other contracts of the protocol ---

    /// Only a share manager, after a deposit.
    function increaseDelegatedShares(
        address staker,
        IStrategy strategy,
        uint256 prevDepositShares,
        uint256 addedShares
    ) external;
    /// Only AllocationManager, in a slash.
    function burnOperatorShares(
        address operator,
        IStrategy strategy,
        uint64 prevMaxMagnitude,
        uint64 newMaxMagnitude
    ) external;

    // --- views ---

    function delegatedTo(address staker) external view returns (address);
    function delegationApproverSaltIsSpent(address approver, bytes32 salt) external view returns (bool);
    function cumulativeWithdrawalsQueued(address staker) external view returns (uint256);
    function pendingWithdrawals(bytes32 withdrawalRoot) external view returns (bool);
    function isDelegated(address staker) external view returns (bool);
    function isOperator(address operator) external view returns (bool);
    function delegationApprover(address operator) external view returns (address);
    function operatorDetails(address operator) external view returns (OperatorDetails memory);
    /// Always 0: nothing reads an opt-out window.
    function stakerOptOutWindowBlocks(address operator) external view returns (uint256);
    function operatorShares(address operator, IStrategy strategy) external view returns (uint256);
    function getOperatorShares(address operator, IStrategy[] memory strategies)
        external
        view
        returns (uint256[] memory);
    function getOperatorsShares(address[] memory operators, IStrategy[] memory strategies)
        external
        view
        returns (uint256[][] memory);
    /// Shares in the queue that a slash of `operator` in this block would still reach.
    function getSlashableSharesInQueue(address operator, IStrategy strategy) external view returns (uint256);
    function getWithdrawableShares(address staker, IStrategy[] memory strategies)
        external
        view
        returns (uint256[] memory withdrawableShares, uint256[] memory depositShares);
    function getDepositedShares(address staker) external view returns (IStrategy[] memory, uint256[] memory);
    /// 1e18 for who never deposited with a slashed operator.
    function depositScalingFactor(address staker, IStrategy strategy) external view returns (uint256);
    function getQueuedWithdrawal(bytes32 withdrawalRoot) external view returns (Withdrawal memory);
    /// @return withdrawals that wait
    /// @return shares per withdrawal and strategy: what it would pay if nothing more was slashed
    function getQueuedWithdrawals(address staker)
        external
        view
        returns (Withdrawal[] memory withdrawals, uint256[][] memory shares);
    function getQueuedWithdrawalRoots(address staker) external view returns (bytes32[] memory);
    /// Deposit shares to queue so that about `withdrawableShares` are paid, rounded down.
    function convertToDepositShares(
        address staker,
        IStrategy[] memory strategies,
        uint256[] memory withdrawableShares
    ) external view returns (uint256[] memory);
    function calculateWithdrawalRoot(Withdrawal memory withdrawal) external pure returns (bytes32);
    function calculateDelegationApprovalDigestHash(
        address staker,
        address operator,
        address approver,
        bytes32 approverSalt,
        uint256 expiry
    ) external view returns (bytes32);
    function stakerNonce(address staker) external view returns (uint256);
    function calculateStakerDelegationDigestHash(address staker, uint256 nonce, address operator, uint256 expiry)
        external
        view
        returns (bytes32);
    function calculateCurrentStakerDelegationDigestHash(address staker, address operator, uint256 expiry)
        external
        view
        returns (bytes32);
    function beaconChainETHStrategy() external view returns (IStrategy);
    function minWithdrawalDelayBlocks() external view returns (uint32);
    /// The same delay for every strategy.
    function getWithdrawalDelay(IStrategy[] calldata strategies) external view returns (uint256);
    function domainSeparator() external view returns (bytes32);
    function DELEGATION_APPROVAL_TYPEHASH() external view returns (bytes32);
    function STAKER_DELEGATION_TYPEHASH() external view returns (bytes32);
}
