// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProofs} from "./MerkleProofs.sol";
import {RewardsBase, RewardsParameters} from "./RewardsBase.sol";
import {NATIVE_ETH_STRATEGY} from "./SlashingMath.sol";
import {IRewardsCoordinator} from "./interfaces/IRewardsCoordinator.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

/// See IRewardsCoordinator: roots, claims and splits. Submissions are in RewardsBase.
contract RewardsCoordinator is RewardsBase {
    using SafeERC20 for IERC20;

    uint8 private constant EARNER_LEAF_SALT = 0;
    uint8 private constant TOKEN_LEAF_SALT = 1;

    DistributionRoot[] private _roots;
    mapping(address operator => mapping(address avs => OperatorSplit)) private _avsSplits;
    mapping(address operator => OperatorSplit) private _programmaticSplits;

    modifier onlyRewardsUpdater() {
        if (msg.sender != rewardsUpdater) revert UnauthorizedCaller();
        _;
    }

    constructor(RewardsParameters memory parameters) RewardsBase(parameters) {
        _disableInitializers();
    }

    function initialize(
        address initialOwner,
        uint256 initialPausedStatus,
        address initialRewardsUpdater,
        uint32 initialActivationDelay,
        uint16 initialDefaultSplitBips
    ) external initializer {
        _transferOwnership(initialOwner);
        _setPaused(initialPausedStatus);
        _setRewardsUpdater(initialRewardsUpdater);
        _setActivationDelay(initialActivationDelay);
        _setDefaultSplit(initialDefaultSplitBips);
    }

    /// @inheritdoc IRewardsCoordinator
    function processClaim(RewardsMerkleClaim calldata claim, address recipient)
        external
        onlyWhenNotPaused(PAUSED_PROCESS_CLAIM)
        nonReentrant
    {
        _processClaim(claim, recipient);
    }

    /// @inheritdoc IRewardsCoordinator
    function processClaims(RewardsMerkleClaim[] calldata claims, address recipient)
        external
        onlyWhenNotPaused(PAUSED_PROCESS_CLAIM)
        nonReentrant
    {
        for (uint256 i = 0; i < claims.length; i++) {
            _processClaim(claims[i], recipient);
        }
    }

    /// @inheritdoc IRewardsCoordinator
    function submitRoot(bytes32 root, uint32 rewardsCalculationEndTimestamp)
        external
        onlyWhenNotPaused(PAUSED_SUBMIT_DISABLE_ROOTS)
        onlyRewardsUpdater
    {
        if (root == bytes32(0)) revert InvalidRoot();
        if (rewardsCalculationEndTimestamp <= currRewardsCalculationEndTimestamp) {
            revert NewRootMustBeForNewCalculatedPeriod();
        }
        if (rewardsCalculationEndTimestamp >= block.timestamp) revert RewardsEndTimestampNotElapsed();
        uint32 index = uint32(_roots.length);
        uint32 activatedAt = uint32(block.timestamp) + activationDelay;
        _roots.push(DistributionRoot(root, rewardsCalculationEndTimestamp, activatedAt, false));
        currRewardsCalculationEndTimestamp = rewardsCalculationEndTimestamp;
        emit DistributionRootSubmitted(index, root, rewardsCalculationEndTimestamp, activatedAt);
    }

    /// @inheritdoc IRewardsCoordinator
    function disableRoot(uint32 rootIndex)
        external
        onlyWhenNotPaused(PAUSED_SUBMIT_DISABLE_ROOTS)
        onlyRewardsUpdater
    {
        if (rootIndex >= _roots.length) revert InvalidRootIndex();
        DistributionRoot storage root = _roots[rootIndex];
        if (root.disabled) revert RootDisabled();
        if (block.timestamp >= root.activatedAt) revert RootAlreadyActivated();
        root.disabled = true;
        emit DistributionRootDisabled(rootIndex);
    }

    /// @inheritdoc IRewardsCoordinator
    function setClaimerFor(address claimer) external {
        _setClaimer(msg.sender, claimer);
    }

    /// @inheritdoc IRewardsCoordinator
    function setClaimerFor(address earner, address claimer) external checkCanCall(earner) {
        _setClaimer(earner, claimer);
    }

    /// @inheritdoc IRewardsCoordinator
    function setActivationDelay(uint32 newActivationDelay) external onlyOwner {
        _setActivationDelay(newActivationDelay);
    }

    /// @inheritdoc IRewardsCoordinator
    function setDefaultOperatorSplit(uint16 split) external onlyOwner {
        _setDefaultSplit(split);
    }

    /// @inheritdoc IRewardsCoordinator
    function setGlobalOperatorCommission(uint16 globalCommissionBips) external onlyOwner {
        _setDefaultSplit(globalCommissionBips);
    }

    /// @inheritdoc IRewardsCoordinator
    function setRewardsUpdater(address newRewardsUpdater) external onlyOwner {
        _setRewardsUpdater(newRewardsUpdater);
    }

    /// @inheritdoc IRewardsCoordinator
    function setRewardsForAllSubmitter(address submitter, bool newValue) external onlyOwner {
        emit RewardsForAllSubmitterSet(submitter, isRewardsForAllSubmitter[submitter], newValue);
        isRewardsForAllSubmitter[submitter] = newValue;
    }

    /// @inheritdoc IRewardsCoordinator
    function setOperatorAVSSplit(address operator, address avs, uint16 split)
        external
        onlyWhenNotPaused(PAUSED_OPERATOR_AVS_SPLIT)
        checkCanCall(operator)
    {
        (uint16 before, uint32 activatedAt) = _setSplit(_avsSplits[operator][avs], split);
        emit OperatorAVSSplitBipsSet(msg.sender, operator, avs, activatedAt, before, split);
    }

    /// @inheritdoc IRewardsCoordinator
    function setOperatorPISplit(address operator, uint16 split)
        external
        onlyWhenNotPaused(PAUSED_OPERATOR_PI_SPLIT)
        checkCanCall(operator)
    {
        (uint16 before, uint32 activatedAt) = _setSplit(_programmaticSplits[operator], split);
        emit OperatorPISplitBipsSet(msg.sender, operator, activatedAt, before, split);
    }

    /// @inheritdoc IRewardsCoordinator
    function globalOperatorCommissionBips() external view returns (uint16) {
        return defaultOperatorSplitBips;
    }

    /// @inheritdoc IRewardsCoordinator
    function getOperatorAVSSplit(address operator, address avs) public view returns (uint16) {
        return _split(_avsSplits[operator][avs]);
    }

    /// @inheritdoc IRewardsCoordinator
    function operatorCommissionBips(address operator, address avs) external view returns (uint16) {
        return getOperatorAVSSplit(operator, avs);
    }

    /// @inheritdoc IRewardsCoordinator
    function getOperatorPISplit(address operator) external view returns (uint16) {
        return _split(_programmaticSplits[operator]);
    }

    /// @inheritdoc IRewardsCoordinator
    function calculateEarnerLeafHash(EarnerTreeMerkleLeaf calldata leaf) public pure returns (bytes32) {
        return keccak256(abi.encodePacked(EARNER_LEAF_SALT, leaf.earner, leaf.earnerTokenRoot));
    }

    /// @inheritdoc IRewardsCoordinator
    function calculateTokenLeafHash(TokenTreeMerkleLeaf calldata leaf) public pure returns (bytes32) {
        return keccak256(abi.encodePacked(TOKEN_LEAF_SALT, leaf.token, leaf.cumulativeEarnings));
    }

    /// @inheritdoc IRewardsCoordinator
    function checkClaim(RewardsMerkleClaim calldata claim) external view returns (bool) {
        if (claim.rootIndex >= _roots.length) revert InvalidRootIndex();
        _checkClaim(claim, _roots[claim.rootIndex]);
        return true;
    }

    /// @inheritdoc IRewardsCoordinator
    function getDistributionRootsLength() external view returns (uint256) {
        return _roots.length;
    }

    /// @inheritdoc IRewardsCoordinator
    function getDistributionRootAtIndex(uint256 index) external view returns (DistributionRoot memory) {
        if (index >= _roots.length) revert InvalidRootIndex();
        return _roots[index];
    }

    /// @inheritdoc IRewardsCoordinator
    function getCurrentDistributionRoot() external view returns (DistributionRoot memory) {
        if (_roots.length == 0) revert InvalidRootIndex();
        return _roots[_roots.length - 1];
    }

    /// @inheritdoc IRewardsCoordinator
    function getCurrentClaimableDistributionRoot() external view returns (DistributionRoot memory root) {
        for (uint256 i = _roots.length; i > 0; i--) {
            root = _roots[i - 1];
            if (!root.disabled && block.timestamp >= root.activatedAt) return root;
        }
        return DistributionRoot(bytes32(0), 0, 0, false);
    }

    /// @inheritdoc IRewardsCoordinator
    function getRootIndexFromHash(bytes32 rootHash) external view returns (uint32) {
        for (uint256 i = _roots.length; i > 0; i--) {
            if (_roots[i - 1].root == rootHash) return uint32(i - 1);
        }
        revert InvalidRoot();
    }

    /// @inheritdoc IRewardsCoordinator
    function beaconChainETHStrategy() external pure returns (IStrategy) {
        return NATIVE_ETH_STRATEGY;
    }

    function _processClaim(RewardsMerkleClaim calldata claim, address recipient) private {
        if (recipient == address(0)) revert InvalidAddressZero();
        if (claim.rootIndex >= _roots.length) revert InvalidRootIndex();
        DistributionRoot memory root = _roots[claim.rootIndex];
        _checkClaim(claim, root);
        address earner = claim.earnerLeaf.earner;
        address claimer = claimerFor[earner];
        if (claimer == address(0)) claimer = earner;
        if (msg.sender != claimer) revert UnauthorizedCaller();
        for (uint256 i = 0; i < claim.tokenLeaves.length; i++) {
            IERC20 token = claim.tokenLeaves[i].token;
            uint256 earned = claim.tokenLeaves[i].cumulativeEarnings;
            uint256 claimed = cumulativeClaimed[earner][token];
            if (earned <= claimed) revert EarningsNotGreaterThanClaimed();
            // INVARIANT: the same earnings are paid once, whatever the token does when it is called.
            cumulativeClaimed[earner][token] = earned;
            emit RewardsClaimed(root.root, earner, claimer, recipient, token, earned - claimed);
            token.safeTransfer(recipient, earned - claimed);
        }
    }

    function _checkClaim(RewardsMerkleClaim calldata claim, DistributionRoot memory root) private view {
        if (root.disabled) revert RootDisabled();
        if (block.timestamp < root.activatedAt) revert RootNotActivated();
        uint256 count = claim.tokenIndices.length;
        if (count != claim.tokenTreeProofs.length || count != claim.tokenLeaves.length) {
            revert InputArrayLengthMismatch();
        }
        _checkProof(
            calculateEarnerLeafHash(claim.earnerLeaf), claim.earnerTreeProof, claim.earnerIndex, root.root, true
        );
        for (uint256 i = 0; i < count; i++) {
            _checkProof(
                calculateTokenLeafHash(claim.tokenLeaves[i]),
                claim.tokenTreeProofs[i],
                claim.tokenIndices[i],
                claim.earnerLeaf.earnerTokenRoot,
                false
            );
        }
    }

    function _checkProof(bytes32 leaf, bytes calldata proof, uint32 index, bytes32 root, bool ofEarner) private pure {
        if (proof.length > 32 * 32 || uint256(index) >> (proof.length / 32) != 0) {
            if (ofEarner) revert InvalidEarnerLeafIndex();
            revert InvalidTokenLeafIndex();
        }
        if (!MerkleProofs.verify(leaf, proof, index, root)) revert InvalidClaimProof();
    }

    function _setClaimer(address earner, address claimer) private {
        emit ClaimerForSet(earner, claimerFor[earner], claimer);
        claimerFor[earner] = claimer;
    }

    function _setActivationDelay(uint32 newActivationDelay) private {
        emit ActivationDelaySet(activationDelay, newActivationDelay);
        activationDelay = newActivationDelay;
    }

    function _setDefaultSplit(uint16 split) private {
        if (split > ONE_HUNDRED_IN_BIPS) revert SplitExceedsMax();
        emit DefaultOperatorSplitBipsSet(defaultOperatorSplitBips, split);
        defaultOperatorSplitBips = split;
    }

    function _setRewardsUpdater(address newRewardsUpdater) private {
        emit RewardsUpdaterSet(rewardsUpdater, newRewardsUpdater);
        rewardsUpdater = newRewardsUpdater;
    }

    /// A split that an operator set is announced for the activation delay, so that its stakers can leave before.
    function _setSplit(OperatorSplit storage split, uint16 value) private returns (uint16 before, uint32 activatedAt) {
        if (value > ONE_HUNDRED_IN_BIPS) revert SplitExceedsMax();
        if (block.timestamp < split.activatedAt) revert PreviousSplitPending();
        before = _split(split);
        activatedAt = uint32(block.timestamp) + activationDelay;
        (split.oldSplitBips, split.newSplitBips, split.activatedAt) = (before, value, activatedAt);
    }

    function _split(OperatorSplit storage split) private view returns (uint16) {
        if (split.activatedAt == 0) return defaultOperatorSplitBips;
        return block.timestamp < split.activatedAt ? split.oldSplitBips : split.newSplitBips;
    }
}
