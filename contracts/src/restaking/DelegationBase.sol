// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Pausable} from "./Pausable.sol";
import {Permissioned} from "./Permissioned.sol";
import {NATIVE_ETH_STRATEGY, SlashingMath, WAD} from "./SlashingMath.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
import {IAllocationManager} from "./interfaces/IAllocationManager.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {INativeEthManager} from "./interfaces/INativeEthManager.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";
import {IPermissionController} from "./interfaces/IPermissionController.sol";
import {IShareManager} from "./interfaces/IShareManager.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";
import {IStrategyManager} from "./interfaces/IStrategyManager.sol";

/// The contracts that DelegationManager works with, all at addresses that never change.
struct DelegationPeers {
    IStrategyManager strategyManager;
    INativeEthManager nativeEthManager;
    IAllocationManager allocationManager;
    IPauserRegistry pauserRegistry;
    IPermissionController permissionController;
}

/// Storage of DelegationManager and the bookkeeping that its parts share.
abstract contract DelegationBase is
    IDelegationManager,
    Initializable,
    Pausable,
    Permissioned,
    SignatureVerifier,
    ReentrancyGuardTransient
{
    using Checkpoints for Checkpoints.Trace208;

    uint8 internal constant PAUSED_NEW_DELEGATION = 0;
    uint8 internal constant PAUSED_ENTER_WITHDRAWAL_QUEUE = 1;
    uint8 internal constant PAUSED_EXIT_WITHDRAWAL_QUEUE = 2;

    IStrategyManager public immutable strategyManager;
    INativeEthManager public immutable nativeEthManager;
    IAllocationManager public immutable allocationManager;
    /// @inheritdoc IDelegationManager
    uint32 public immutable minWithdrawalDelayBlocks;

    /// INVARIANT: >= the withdrawable shares of the operator's delegators, each rounded down.
    /// @inheritdoc IDelegationManager
    mapping(address operator => mapping(IStrategy strategy => uint256)) public operatorShares;
    /// @inheritdoc IDelegationManager
    mapping(address operator => address) public delegationApprover;
    /// @inheritdoc IDelegationManager
    mapping(address staker => address operator) public delegatedTo;
    /// @inheritdoc IDelegationManager
    mapping(address staker => uint256) public stakerNonce;
    /// @inheritdoc IDelegationManager
    mapping(address approver => mapping(bytes32 salt => bool)) public delegationApproverSaltIsSpent;
    /// @inheritdoc IDelegationManager
    mapping(bytes32 withdrawalRoot => bool) public pendingWithdrawals;
    /// @inheritdoc IDelegationManager
    mapping(address staker => uint256) public cumulativeWithdrawalsQueued;

    mapping(bytes32 withdrawalRoot => Withdrawal) internal _withdrawals;
    mapping(address staker => EnumerableSet.Bytes32Set) internal _stakerWithdrawals;
    /// By block: scaled shares that were ever queued; a difference of two blocks is what was queued between them.
    mapping(address operator => mapping(IStrategy strategy => Checkpoints.Trace208)) internal _scaledSharesQueued;
    /// Zero stands for WAD.
    mapping(address staker => mapping(IStrategy strategy => uint256)) private _scalingFactors;

    constructor(DelegationPeers memory peers, uint32 withdrawalDelayBlocks)
        Pausable(peers.pauserRegistry)
        Permissioned(peers.permissionController)
    {
        strategyManager = peers.strategyManager;
        nativeEthManager = peers.nativeEthManager;
        allocationManager = peers.allocationManager;
        minWithdrawalDelayBlocks = withdrawalDelayBlocks;
    }

    /// @inheritdoc IDelegationManager
    function depositScalingFactor(address staker, IStrategy strategy) public view returns (uint256 factor) {
        factor = _scalingFactors[staker][strategy];
        return factor == 0 ? WAD : factor;
    }

    /// @inheritdoc IDelegationManager
    function isOperator(address operator) public view returns (bool) {
        return operator != address(0) && delegatedTo[operator] == operator;
    }

    /// @inheritdoc IDelegationManager
    function isDelegated(address staker) public view returns (bool) {
        return delegatedTo[staker] != address(0);
    }

    /// @inheritdoc IDelegationManager
    function getDepositedShares(address staker)
        public
        view
        returns (IStrategy[] memory strategies, uint256[] memory shares)
    {
        (IStrategy[] memory tokenStrategies, uint256[] memory tokenShares) = strategyManager.getDeposits(staker);
        uint256 ethShares = nativeEthManager.stakerDepositShares(staker, NATIVE_ETH_STRATEGY);
        if (ethShares == 0) return (tokenStrategies, tokenShares);
        uint256 count = tokenStrategies.length;
        strategies = new IStrategy[](count + 1);
        shares = new uint256[](count + 1);
        for (uint256 i = 0; i < count; i++) {
            (strategies[i], shares[i]) = (tokenStrategies[i], tokenShares[i]);
        }
        (strategies[count], shares[count]) = (NATIVE_ETH_STRATEGY, ethShares);
    }

    /// @inheritdoc IDelegationManager
    function domainSeparator() public view override(IDelegationManager, SignatureVerifier) returns (bytes32) {
        return super.domainSeparator();
    }

    /// Books shares that a staker gained, with its operator if it has one.
    /// @param priorShares deposit shares before; 0 begins a new scaling factor
    function _increaseDelegation(
        address operator,
        address staker,
        IStrategy strategy,
        uint256 priorShares,
        uint256 addedShares,
        uint256 magnitude
    ) internal {
        if (magnitude == 0) revert FullySlashed();
        uint256 factor = depositScalingFactor(staker, strategy);
        _setScalingFactor(
            staker,
            strategy,
            factor,
            SlashingMath.scalingFactorAfterDeposit(priorShares, addedShares, factor, magnitude)
        );
        if (operator == address(0)) return;
        operatorShares[operator][strategy] += addedShares;
        emit OperatorSharesIncreased(operator, staker, strategy, addedShares);
    }

    function _setScalingFactor(address staker, IStrategy strategy, uint256 before, uint256 factor) internal {
        if (factor == before) return;
        _scalingFactors[staker][strategy] = factor;
        emit DepositScalingFactorUpdated(staker, strategy, factor);
    }

    /// Magnitude that counts for a staker of `operator`; nobody's stakers are never slashed.
    function _magnitudes(address operator, IStrategy[] memory strategies)
        internal
        view
        returns (uint64[] memory magnitudes)
    {
        if (operator != address(0)) return allocationManager.getMaxMagnitudes(operator, strategies);
        return _fullMagnitudes(strategies.length);
    }

    function _magnitude(address operator, IStrategy strategy) internal view returns (uint64) {
        return operator == address(0) ? WAD : allocationManager.getMaxMagnitude(operator, strategy);
    }

    function _fullMagnitudes(uint256 count) internal pure returns (uint64[] memory magnitudes) {
        magnitudes = new uint64[](count);
        for (uint256 i = 0; i < count; i++) {
            magnitudes[i] = WAD;
        }
    }

    /// Scaled shares of withdrawals that a slash in this block reaches.
    function _slashableScaledShares(address operator, IStrategy strategy) internal view returns (uint256) {
        Checkpoints.Trace208 storage queued = _scaledSharesQueued[operator][strategy];
        // A withdrawal of block b is paid by the magnitude at the end of block b + delay.
        uint256 safe = 0;
        if (block.number > minWithdrawalDelayBlocks) {
            safe = queued.upperLookupRecent(uint48(block.number - minWithdrawalDelayBlocks - 1));
        }
        return queued.latest() - safe;
    }

    function _shareManager(IStrategy strategy) internal view returns (IShareManager) {
        return address(strategy) == address(NATIVE_ETH_STRATEGY)
            ? IShareManager(address(nativeEthManager))
            : IShareManager(address(strategyManager));
    }
}
