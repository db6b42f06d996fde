// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DelegationBase} from "./DelegationBase.sol";
import {SlashingMath, WAD} from "./SlashingMath.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {IShareManager} from "./interfaces/IShareManager.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

/// The way out: shares leave the operator when queued, and are paid by what the operator's magnitude is when the delay ends.
abstract contract WithdrawalQueue is DelegationBase {
    using Checkpoints for Checkpoints.Trace208;
    using EnumerableSet for EnumerableSet.Bytes32Set;

    /// @inheritdoc IDelegationManager
    function queueWithdrawals(QueuedWithdrawalParams[] calldata params)
        external
        onlyWhenNotPaused(PAUSED_ENTER_WITHDRAWAL_QUEUE)
        nonReentrant
        returns (bytes32[] memory roots)
    {
        roots = new bytes32[](params.length);
        address operator = delegatedTo[msg.sender];
        for (uint256 i = 0; i < params.length; i++) {
            if (params[i].strategies.length != params[i].depositShares.length) revert InputArrayLengthMismatch();
            if (params[i].strategies.length == 0) revert InputArrayLengthZero();
            roots[i] = _queue(msg.sender, operator, params[i].strategies, params[i].depositShares);
        }
    }

    /// @inheritdoc IDelegationManager
    function completeQueuedWithdrawal(
        Withdrawal calldata withdrawal,
        IERC20[] calldata tokens,
        bool receiveAsTokens
    ) external onlyWhenNotPaused(PAUSED_EXIT_WITHDRAWAL_QUEUE) nonReentrant {
        _complete(withdrawal, tokens, receiveAsTokens);
    }

    /// @inheritdoc IDelegationManager
    function completeQueuedWithdrawal(
        Withdrawal calldata withdrawal,
        IERC20[] calldata tokens,
        uint256,
        bool receiveAsTokens
    ) external onlyWhenNotPaused(PAUSED_EXIT_WITHDRAWAL_QUEUE) nonReentrant {
        _complete(withdrawal, tokens, receiveAsTokens);
    }

    /// @inheritdoc IDelegationManager
    function completeQueuedWithdrawals(
        Withdrawal[] calldata withdrawals,
        IERC20[][] calldata tokens,
        bool[] calldata receiveAsTokens
    ) external onlyWhenNotPaused(PAUSED_EXIT_WITHDRAWAL_QUEUE) nonReentrant {
        _completeAll(withdrawals, tokens, receiveAsTokens);
    }

    /// @inheritdoc IDelegationManager
    function completeQueuedWithdrawals(
        Withdrawal[] calldata withdrawals,
        IERC20[][] calldata tokens,
        uint256[] calldata,
        bool[] calldata receiveAsTokens
    ) external onlyWhenNotPaused(PAUSED_EXIT_WITHDRAWAL_QUEUE) nonReentrant {
        _completeAll(withdrawals, tokens, receiveAsTokens);
    }

    /// @inheritdoc IDelegationManager
    function getQueuedWithdrawal(bytes32 withdrawalRoot) external view returns (Withdrawal memory) {
        return _withdrawals[withdrawalRoot];
    }

    /// @inheritdoc IDelegationManager
    function getQueuedWithdrawalRoots(address staker) external view returns (bytes32[] memory) {
        return _stakerWithdrawals[staker].values();
    }

    /// @inheritdoc IDelegationManager
    function getQueuedWithdrawals(address staker)
        external
        view
        returns (Withdrawal[] memory withdrawals, uint256[][] memory shares)
    {
        bytes32[] memory roots = _stakerWithdrawals[staker].values();
        withdrawals = new Withdrawal[](roots.length);
        shares = new uint256[][](roots.length);
        for (uint256 i = 0; i < roots.length; i++) {
            Withdrawal memory withdrawal = _withdrawals[roots[i]];
            withdrawals[i] = withdrawal;
            uint64[] memory magnitudes = _payingMagnitudes(withdrawal);
            shares[i] = new uint256[](magnitudes.length);
            for (uint256 j = 0; j < magnitudes.length; j++) {
                shares[i][j] = SlashingMath.mulWad(withdrawal.scaledShares[j], magnitudes[j]);
            }
        }
    }

    /// @inheritdoc IDelegationManager
    function calculateWithdrawalRoot(Withdrawal memory withdrawal) public pure returns (bytes32) {
        return keccak256(abi.encode(withdrawal));
    }

    /// Takes deposit shares out of the books and queues them.
    /// @param operator of the staker; zero when it has none
    function _queue(
        address staker,
        address operator,
        IStrategy[] memory strategies,
        uint256[] memory depositShares
    ) internal returns (bytes32 root) {
        uint64[] memory magnitudes = _magnitudes(operator, strategies);
        uint256[] memory scaled = new uint256[](strategies.length);
        uint256[] memory withdrawable = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            uint256 factor = depositScalingFactor(staker, strategies[i]);
            scaled[i] = SlashingMath.mulWad(depositShares[i], factor);
            withdrawable[i] = SlashingMath.mulWad(scaled[i], magnitudes[i]);
            IShareManager manager = _shareManager(strategies[i]);
            // Refuses what the staker does not have.
            manager.removeDepositShares(staker, strategies[i], depositShares[i]);
            if (manager.stakerDepositShares(staker, strategies[i]) == 0) {
                _setScalingFactor(staker, strategies[i], factor, WAD);
            }
            if (operator != address(0)) _leaveOperator(operator, staker, strategies[i], withdrawable[i], scaled[i]);
        }

        Withdrawal memory withdrawal = Withdrawal({
            staker: staker,
            delegatedTo: operator,
            withdrawer: staker,
            nonce: cumulativeWithdrawalsQueued[staker]++,
            startBlock: uint32(block.number),
            strategies: strategies,
            scaledShares: scaled
        });
        // INVARIANT: roots never repeat, the nonce is part of them.
        root = calculateWithdrawalRoot(withdrawal);
        pendingWithdrawals[root] = true;
        _withdrawals[root] = withdrawal;
        _stakerWithdrawals[staker].add(root);
        emit SlashingWithdrawalQueued(root, withdrawal, withdrawable);
    }

    function _leaveOperator(
        address operator,
        address staker,
        IStrategy strategy,
        uint256 withdrawable,
        uint256 scaled
    ) private {
        operatorShares[operator][strategy] -= withdrawable;
        emit OperatorSharesDecreased(operator, staker, strategy, withdrawable);
        Checkpoints.Trace208 storage queued = _scaledSharesQueued[operator][strategy];
        queued.push(uint48(block.number), SafeCast.toUint208(queued.latest() + scaled));
    }

    function _completeAll(
        Withdrawal[] calldata withdrawals,
        IERC20[][] calldata tokens,
        bool[] calldata receiveAsTokens
    ) private {
        if (withdrawals.length != tokens.length || withdrawals.length != receiveAsTokens.length) {
            revert InputArrayLengthMismatch();
        }
        for (uint256 i = 0; i < withdrawals.length; i++) {
            _complete(withdrawals[i], tokens[i], receiveAsTokens[i]);
        }
    }

    function _complete(Withdrawal memory withdrawal, IERC20[] calldata tokens, bool receiveAsTokens) private {
        bytes32 root = calculateWithdrawalRoot(withdrawal);
        if (!pendingWithdrawals[root]) revert WithdrawalNotQueued();
        if (msg.sender != withdrawal.withdrawer) revert WithdrawerNotCaller();
        if (block.number <= _slashableUntil(withdrawal)) revert WithdrawalDelayNotElapsed();
        if (receiveAsTokens && tokens.length != withdrawal.strategies.length) revert InputArrayLengthMismatch();

        // INVARIANT: what a slash up to the end of the delay took is not paid, whenever the withdrawal is completed.
        uint64[] memory magnitudes = _payingMagnitudes(withdrawal);
        // INVARIANT: a withdrawal is paid once: it is gone before anybody else's code runs.
        delete pendingWithdrawals[root];
        delete _withdrawals[root];
        _stakerWithdrawals[withdrawal.staker].remove(root);
        emit SlashingWithdrawalCompleted(root);

        for (uint256 i = 0; i < withdrawal.strategies.length; i++) {
            uint256 shares = SlashingMath.mulWad(withdrawal.scaledShares[i], magnitudes[i]);
            if (shares == 0) continue;
            IStrategy strategy = withdrawal.strategies[i];
            if (receiveAsTokens) {
                _shareManager(strategy).withdrawSharesAsTokens(withdrawal.staker, strategy, tokens[i], shares);
            } else {
                _giveBack(withdrawal.staker, strategy, shares);
            }
        }
    }

    function _giveBack(address staker, IStrategy strategy, uint256 shares) private {
        (uint256 prior, uint256 added) = _shareManager(strategy).addShares(staker, strategy, IERC20(address(0)), shares);
        address operator = delegatedTo[staker];
        _increaseDelegation(operator, staker, strategy, prior, added, _magnitude(operator, strategy));
    }

    /// Last block in which a slash reaches the withdrawal.
    function _slashableUntil(Withdrawal memory withdrawal) private view returns (uint256) {
        return uint256(withdrawal.startBlock) + minWithdrawalDelayBlocks;
    }

    /// Magnitudes that a withdrawal is paid by; until the delay has passed, those of now.
    function _payingMagnitudes(Withdrawal memory withdrawal) private view returns (uint64[] memory) {
        if (withdrawal.delegatedTo == address(0)) return _fullMagnitudes(withdrawal.strategies.length);
        return allocationManager.getMaxMagnitudesAtBlock(
            withdrawal.delegatedTo, withdrawal.strategies, uint32(_slashableUntil(withdrawal))
        );
    }
}
