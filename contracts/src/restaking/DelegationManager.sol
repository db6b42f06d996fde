// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DelegationBase, DelegationPeers} from "./DelegationBase.sol";
import {NATIVE_ETH_STRATEGY, SlashingMath} from "./SlashingMath.sol";
import {WithdrawalQueue} from "./WithdrawalQueue.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

/// See IDelegationManager.
contract DelegationManager is WithdrawalQueue {
    /// @inheritdoc IDelegationManager
    bytes32 public constant DELEGATION_APPROVAL_TYPEHASH = keccak256(
        "DelegationApproval(address delegationApprover,address staker,address operator,bytes32 salt,uint256 expiry)"
    );
    /// @inheritdoc IDelegationManager
    bytes32 public constant STAKER_DELEGATION_TYPEHASH =
        keccak256("StakerDelegation(address staker,address operator,uint256 nonce,uint256 expiry)");

    constructor(DelegationPeers memory peers, uint32 withdrawalDelayBlocks)
        DelegationBase(peers, withdrawalDelayBlocks)
    {
        _disableInitializers();
    }

    function initialize(uint256 initialPausedStatus) external initializer {
        _setPaused(initialPausedStatus);
    }

    /// @inheritdoc IDelegationManager
    function registerAsOperator(
        address initDelegationApprover,
        uint32 allocationDelay,
        string calldata metadataURI
    ) external nonReentrant {
        _registerAsOperator(initDelegationApprover, metadataURI);
        allocationManager.setAllocationDelay(msg.sender, allocationDelay);
    }

    /// @inheritdoc IDelegationManager
    function registerAsOperator(OperatorDetails calldata registeringOperatorDetails, string calldata metadataURI)
        external
        nonReentrant
    {
        _registerAsOperator(registeringOperatorDetails.delegationApprover, metadataURI);
    }

    /// @inheritdoc IDelegationManager
    function modifyOperatorDetails(address operator, address newDelegationApprover) external checkCanCall(operator) {
        _setApprover(operator, newDelegationApprover);
    }

    /// @inheritdoc IDelegationManager
    function modifyOperatorDetails(OperatorDetails calldata newOperatorDetails) external checkCanCall(msg.sender) {
        _setApprover(msg.sender, newOperatorDetails.delegationApprover);
    }

    /// @inheritdoc IDelegationManager
    function updateOperatorMetadataURI(address operator, string calldata metadataURI)
        external
        checkCanCall(operator)
    {
        _setMetadata(operator, metadataURI);
    }

    /// @inheritdoc IDelegationManager
    function updateOperatorMetadataURI(string calldata metadataURI) external checkCanCall(msg.sender) {
        _setMetadata(msg.sender, metadataURI);
    }

    /// @inheritdoc IDelegationManager
    function delegateTo(
        address operator,
        SignatureWithExpiry memory approverSignatureAndExpiry,
        bytes32 approverSalt
    ) external nonReentrant {
        _delegateApproved(msg.sender, operator, approverSignatureAndExpiry, approverSalt);
    }

    /// @inheritdoc IDelegationManager
    function delegateToBySignature(
        address staker,
        address operator,
        SignatureWithExpiry memory stakerSignatureAndExpiry,
        SignatureWithExpiry memory approverSignatureAndExpiry,
        bytes32 approverSalt
    ) external nonReentrant {
        bytes32 digest = calculateStakerDelegationDigestHash(
            staker, stakerNonce[staker]++, operator, stakerSignatureAndExpiry.expiry
        );
        _requireSignature(staker, digest, stakerSignatureAndExpiry.signature, stakerSignatureAndExpiry.expiry);
        _delegateApproved(staker, operator, approverSignatureAndExpiry, approverSalt);
    }

    /// @inheritdoc IDelegationManager
    function undelegate(address staker) external nonReentrant returns (bytes32[] memory withdrawalRoots) {
        address operator = delegatedTo[staker];
        if (operator == address(0)) revert NotActivelyDelegated();
        if (msg.sender != staker) {
            if (msg.sender != delegationApprover[operator] && !_canCall(operator)) revert CallerCannotUndelegate();
            emit StakerForceUndelegated(staker, operator);
        }
        return _undelegate(staker, operator);
    }

    /// @inheritdoc IDelegationManager
    function redelegate(
        address newOperator,
        SignatureWithExpiry memory newOperatorApproverSig,
        bytes32 approverSalt
    ) external nonReentrant returns (bytes32[] memory withdrawalRoots) {
        address operator = delegatedTo[msg.sender];
        if (operator == address(0)) revert NotActivelyDelegated();
        withdrawalRoots = _undelegate(msg.sender, operator);
        _delegateApproved(msg.sender, newOperator, newOperatorApproverSig, approverSalt);
    }

    /// @inheritdoc IDelegationManager
    function increaseDelegatedShares(
        address staker,
        IStrategy strategy,
        uint256 prevDepositShares,
        uint256 addedShares
    ) external {
        if (msg.sender != address(_shareManager(strategy))) revert OnlyShareManager();
        address operator = delegatedTo[staker];
        _increaseDelegation(
            operator, staker, strategy, prevDepositShares, addedShares, _magnitude(operator, strategy)
        );
    }

    /// @inheritdoc IDelegationManager
    function burnOperatorShares(
        address operator,
        IStrategy strategy,
        uint64 prevMaxMagnitude,
        uint64 newMaxMagnitude
    ) external {
        if (msg.sender != address(allocationManager)) revert OnlyAllocationManager();
        uint256 lost = prevMaxMagnitude - newMaxMagnitude;
        // Rounded down: the operator's shares stay at or above the sum of its delegators' withdrawable ones.
        uint256 slashed = operatorShares[operator][strategy] * lost / prevMaxMagnitude;
        uint256 slashedInQueue = SlashingMath.mulWad(_slashableScaledShares(operator, strategy), lost);
        operatorShares[operator][strategy] -= slashed;
        emit OperatorSharesDecreased(operator, address(0), strategy, slashed);
        emit OperatorSharesSlashed(operator, strategy, slashed + slashedInQueue);
        // INVARIANT: claims + burnable shares never exceed the shares that exist; both parts are rounded down.
        _shareManager(strategy).increaseBurnableShares(strategy, slashed + slashedInQueue);
    }

    /// @inheritdoc IDelegationManager
    function operatorDetails(address operator) external view returns (OperatorDetails memory details) {
        details.delegationApprover = delegationApprover[operator];
    }

    /// @inheritdoc IDelegationManager
    function stakerOptOutWindowBlocks(address) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IDelegationManager
    function getOperatorShares(address operator, IStrategy[] memory strategies)
        public
        view
        returns (uint256[] memory shares)
    {
        shares = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            shares[i] = operatorShares[operator][strategies[i]];
        }
    }

    /// @inheritdoc IDelegationManager
    function getOperatorsShares(address[] memory operators, IStrategy[] memory strategies)
        external
        view
        returns (uint256[][] memory shares)
    {
        shares = new uint256[][](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            shares[i] = getOperatorShares(operators[i], strategies);
        }
    }

    /// @inheritdoc IDelegationManager
    function getSlashableSharesInQueue(address operator, IStrategy strategy) external view returns (uint256) {
        return SlashingMath.mulWad(_slashableScaledShares(operator, strategy), _magnitude(operator, strategy));
    }

    /// @inheritdoc IDelegationManager
    function getWithdrawableShares(address staker, IStrategy[] memory strategies)
        external
        view
        returns (uint256[] memory withdrawableShares, uint256[] memory depositShares)
    {
        uint64[] memory magnitudes = _magnitudes(delegatedTo[staker], strategies);
        withdrawableShares = new uint256[](strategies.length);
        depositShares = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            depositShares[i] = _shareManager(strategies[i]).stakerDepositShares(staker, strategies[i]);
            withdrawableShares[i] = SlashingMath.withdrawable(
                depositShares[i], depositScalingFactor(staker, strategies[i]), magnitudes[i]
            );
        }
    }

    /// @inheritdoc IDelegationManager
    function convertToDepositShares(
        address staker,
        IStrategy[] memory strategies,
        uint256[] memory withdrawableShares
    ) external view returns (uint256[] memory depositShares) {
        uint64[] memory magnitudes = _magnitudes(delegatedTo[staker], strategies);
        depositShares = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            if (magnitudes[i] == 0) continue;
            depositShares[i] = SlashingMath.divWad(
                SlashingMath.divWad(withdrawableShares[i], magnitudes[i]),
                depositScalingFactor(staker, strategies[i])
            );
        }
    }

    /// @inheritdoc IDelegationManager
    function calculateDelegationApprovalDigestHash(
        address staker,
        address operator,
        address approver,
        bytes32 approverSalt,
        uint256 expiry
    ) public view returns (bytes32) {
        return _digest(
            keccak256(abi.encode(DELEGATION_APPROVAL_TYPEHASH, approver, staker, operator, approverSalt, expiry))
        );
    }

    /// @inheritdoc IDelegationManager
    function calculateStakerDelegationDigestHash(address staker, uint256 nonce, address operator, uint256 expiry)
        public
        view
        returns (bytes32)
    {
        return _digest(keccak256(abi.encode(STAKER_DELEGATION_TYPEHASH, staker, operator, nonce, expiry)));
    }

    /// @inheritdoc IDelegationManager
    function calculateCurrentStakerDelegationDigestHash(address staker, address operator, uint256 expiry)
        external
        view
        returns (bytes32)
    {
        return calculateStakerDelegationDigestHash(staker, stakerNonce[staker], operator, expiry);
    }

    /// @inheritdoc IDelegationManager
    function beaconChainETHStrategy() external pure returns (IStrategy) {
        return NATIVE_ETH_STRATEGY;
    }

    /// @inheritdoc IDelegationManager
    function getWithdrawalDelay(IStrategy[] calldata) external view returns (uint256) {
        return minWithdrawalDelayBlocks;
    }

    function _registerAsOperator(address approver, string calldata metadataURI) private {
        if (isDelegated(msg.sender)) revert ActivelyDelegated();
        delegationApprover[msg.sender] = approver;
        emit OperatorRegistered(msg.sender, approver);
        _delegate(msg.sender, msg.sender);
        emit OperatorMetadataURIUpdated(msg.sender, metadataURI);
    }

    function _setApprover(address operator, address approver) private {
        if (!isOperator(operator)) revert OperatorNotRegistered();
        delegationApprover[operator] = approver;
        emit DelegationApproverUpdated(operator, approver);
    }

    function _setMetadata(address operator, string calldata metadataURI) private {
        if (!isOperator(operator)) revert OperatorNotRegistered();
        emit OperatorMetadataURIUpdated(operator, metadataURI);
    }

    function _delegateApproved(
        address staker,
        address operator,
        SignatureWithExpiry memory approval,
        bytes32 approverSalt
    ) private {
        if (isDelegated(staker)) revert ActivelyDelegated();
        if (!isOperator(operator)) revert OperatorNotRegistered();
        address approver = delegationApprover[operator];
        if (approver != address(0) && msg.sender != approver && msg.sender != operator) {
            // INVARIANT: an approval counts once.
            if (delegationApproverSaltIsSpent[approver][approverSalt]) revert SaltSpent();
            delegationApproverSaltIsSpent[approver][approverSalt] = true;
            bytes32 digest = calculateDelegationApprovalDigestHash(
                staker, operator, approver, approverSalt, approval.expiry
            );
            _requireSignature(approver, digest, approval.signature, approval.expiry);
        }
        _delegate(staker, operator);
    }

    function _delegate(address staker, address operator) private onlyWhenNotPaused(PAUSED_NEW_DELEGATION) {
        delegatedTo[staker] = operator;
        emit StakerDelegated(staker, operator);
        // Who is delegated to nobody was never slashed: its deposit shares are its withdrawable shares.
        (IStrategy[] memory strategies, uint256[] memory shares) = getDepositedShares(staker);
        uint64[] memory magnitudes = _magnitudes(operator, strategies);
        for (uint256 i = 0; i < strategies.length; i++) {
            _increaseDelegation(operator, staker, strategies[i], 0, shares[i], magnitudes[i]);
        }
    }

    function _undelegate(address staker, address operator)
        private
        onlyWhenNotPaused(PAUSED_ENTER_WITHDRAWAL_QUEUE)
        returns (bytes32[] memory roots)
    {
        if (operator == staker) revert OperatorsCannotUndelegate();
        (IStrategy[] memory strategies, uint256[] memory shares) = getDepositedShares(staker);
        delegatedTo[staker] = address(0);
        emit StakerUndelegated(staker, operator);
        roots = new bytes32[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            IStrategy[] memory strategy = new IStrategy[](1);
            uint256[] memory depositShares = new uint256[](1);
            (strategy[0], depositShares[0]) = (strategies[i], shares[i]);
            roots[i] = _queue(staker, operator, strategy, depositShares);
        }
    }
}
