// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Pausable} from "./Pausable.sol";
import {Permissioned} from "./Permissioned.sol";
import {NATIVE_ETH_STRATEGY} from "./SlashingMath.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";
import {IPermissionController} from "./interfaces/IPermissionController.sol";
import {IRewardsCoordinator} from "./interfaces/IRewardsCoordinator.sol";
import {IStrategyManager} from "./interfaces/IStrategyManager.sol";

/// What is fixed when RewardsCoordinator is deployed. All times in seconds.
/// @param calculationIntervalSeconds ranges of submissions begin and end on multiples of it
/// @param maxRewardsDuration longest range
/// @param maxRetroactiveLength how far in the past a range may begin
/// @param maxFutureLength how far in the future
/// @param genesisRewardsTimestamp no range begins before
struct RewardsParameters {
    IDelegationManager delegationManager;
    IStrategyManager strategyManager;
    IPauserRegistry pauserRegistry;
    IPermissionController permissionController;
    uint32 calculationIntervalSeconds;
    uint32 maxRewardsDuration;
    uint32 maxRetroactiveLength;
    uint32 maxFutureLength;
    uint32 genesisRewardsTimestamp;
}

/// Settings and storage of RewardsCoordinator, and the way in: submissions.
abstract contract RewardsBase is
    IRewardsCoordinator,
    Initializable,
    Ownable,
    Pausable,
    Permissioned,
    ReentrancyGuardTransient
{
    using SafeERC20 for IERC20;

    uint8 internal constant PAUSED_AVS_REWARDS_SUBMISSION = 0;
    uint8 internal constant PAUSED_REWARDS_FOR_ALL_SUBMISSION = 1;
    uint8 internal constant PAUSED_PROCESS_CLAIM = 2;
    uint8 internal constant PAUSED_SUBMIT_DISABLE_ROOTS = 3;
    uint8 internal constant PAUSED_REWARD_ALL_STAKERS_AND_OPERATORS = 4;
    uint8 internal constant PAUSED_OPERATOR_DIRECTED_AVS_REWARDS_SUBMISSION = 5;
    uint8 internal constant PAUSED_OPERATOR_AVS_SPLIT = 6;
    uint8 internal constant PAUSED_OPERATOR_PI_SPLIT = 7;
    uint16 internal constant ONE_HUNDRED_IN_BIPS = 10_000;
    /// Calculators multiply amounts in 38 decimal digits.
    uint256 private constant MAX_REWARDS_AMOUNT = 1e38 - 1;

    IDelegationManager public immutable delegationManager;
    IStrategyManager public immutable strategyManager;
    /// @inheritdoc IRewardsCoordinator
    uint32 public immutable CALCULATION_INTERVAL_SECONDS;
    /// @inheritdoc IRewardsCoordinator
    uint32 public immutable MAX_REWARDS_DURATION;
    /// @inheritdoc IRewardsCoordinator
    uint32 public immutable MAX_RETROACTIVE_LENGTH;
    /// @inheritdoc IRewardsCoordinator
    uint32 public immutable MAX_FUTURE_LENGTH;
    /// @inheritdoc IRewardsCoordinator
    uint32 public immutable GENESIS_REWARDS_TIMESTAMP;

    /// @inheritdoc IRewardsCoordinator
    address public rewardsUpdater;
    /// @inheritdoc IRewardsCoordinator
    uint32 public activationDelay;
    /// @inheritdoc IRewardsCoordinator
    uint32 public currRewardsCalculationEndTimestamp;
    /// @inheritdoc IRewardsCoordinator
    uint16 public defaultOperatorSplitBips;
    /// @inheritdoc IRewardsCoordinator
    mapping(address earner => address) public claimerFor;
    /// INVARIANT: never falls, and never exceeds the earnings of a root that was active.
    /// @inheritdoc IRewardsCoordinator
    mapping(address earner => mapping(IERC20 token => uint256)) public cumulativeClaimed;
    /// @inheritdoc IRewardsCoordinator
    mapping(address submitter => uint256) public submissionNonce;
    /// @inheritdoc IRewardsCoordinator
    mapping(address avs => mapping(bytes32 hash => bool)) public isAVSRewardsSubmissionHash;
    /// @inheritdoc IRewardsCoordinator
    mapping(address submitter => mapping(bytes32 hash => bool)) public isRewardsSubmissionForAllHash;
    /// @inheritdoc IRewardsCoordinator
    mapping(address submitter => mapping(bytes32 hash => bool)) public isRewardsSubmissionForAllEarnersHash;
    /// @inheritdoc IRewardsCoordinator
    mapping(address avs => mapping(bytes32 hash => bool)) public isOperatorDirectedAVSRewardsSubmissionHash;
    /// @inheritdoc IRewardsCoordinator
    mapping(address submitter => bool) public isRewardsForAllSubmitter;

    modifier onlyForAllSubmitter() {
        if (!isRewardsForAllSubmitter[msg.sender]) revert UnauthorizedCaller();
        _;
    }

    /// The implementation's own owner has nothing to own; the proxy's is set by `initialize`.
    constructor(RewardsParameters memory parameters)
        Ownable(msg.sender)
        Pausable(parameters.pauserRegistry)
        Permissioned(parameters.permissionController)
    {
        uint32 interval = parameters.calculationIntervalSeconds;
        if (interval == 0) revert InvalidCalculationIntervalSecondsRemainder();
        if (parameters.genesisRewardsTimestamp % interval != 0) revert InvalidGenesisRewardsTimestampRemainder();
        delegationManager = parameters.delegationManager;
        strategyManager = parameters.strategyManager;
        CALCULATION_INTERVAL_SECONDS = interval;
        MAX_REWARDS_DURATION = parameters.maxRewardsDuration;
        MAX_RETROACTIVE_LENGTH = parameters.maxRetroactiveLength;
        MAX_FUTURE_LENGTH = parameters.maxFutureLength;
        GENESIS_REWARDS_TIMESTAMP = parameters.genesisRewardsTimestamp;
    }

    /// @inheritdoc IRewardsCoordinator
    function createAVSRewardsSubmission(RewardsSubmission[] calldata rewardsSubmissions)
        external
        onlyWhenNotPaused(PAUSED_AVS_REWARDS_SUBMISSION)
        nonReentrant
    {
        for (uint256 i = 0; i < rewardsSubmissions.length; i++) {
            (uint256 nonce, bytes32 hash) = _submit(isAVSRewardsSubmissionHash, rewardsSubmissions[i]);
            emit AVSRewardsSubmissionCreated(msg.sender, nonce, hash, rewardsSubmissions[i]);
            _pull(rewardsSubmissions[i].token, rewardsSubmissions[i].amount);
        }
    }

    /// @inheritdoc IRewardsCoordinator
    function createRewardsForAllSubmission(RewardsSubmission[] calldata rewardsSubmissions)
        external
        onlyWhenNotPaused(PAUSED_REWARDS_FOR_ALL_SUBMISSION)
        onlyForAllSubmitter
        nonReentrant
    {
        for (uint256 i = 0; i < rewardsSubmissions.length; i++) {
            (uint256 nonce, bytes32 hash) = _submit(isRewardsSubmissionForAllHash, rewardsSubmissions[i]);
            emit RewardsSubmissionForAllCreated(msg.sender, nonce, hash, rewardsSubmissions[i]);
            _pull(rewardsSubmissions[i].token, rewardsSubmissions[i].amount);
        }
    }

    /// @inheritdoc IRewardsCoordinator
    function createRewardsForAllEarners(RewardsSubmission[] calldata rewardsSubmissions)
        external
        onlyWhenNotPaused(PAUSED_REWARD_ALL_STAKERS_AND_OPERATORS)
        onlyForAllSubmitter
        nonReentrant
    {
        for (uint256 i = 0; i < rewardsSubmissions.length; i++) {
            (uint256 nonce, bytes32 hash) = _submit(isRewardsSubmissionForAllEarnersHash, rewardsSubmissions[i]);
            emit RewardsSubmissionForAllEarnersCreated(msg.sender, nonce, hash, rewardsSubmissions[i]);
            _pull(rewardsSubmissions[i].token, rewardsSubmissions[i].amount);
        }
    }

    /// @inheritdoc IRewardsCoordinator
    function createOperatorDirectedAVSRewardsSubmission(
        address avs,
        OperatorDirectedRewardsSubmission[] calldata submissions
    )
        external
        onlyWhenNotPaused(PAUSED_OPERATOR_DIRECTED_AVS_REWARDS_SUBMISSION)
        checkCanCall(avs)
        nonReentrant
    {
        for (uint256 i = 0; i < submissions.length; i++) {
            uint256 amount = _checkOperatorDirected(submissions[i]);
            uint256 nonce = submissionNonce[avs]++;
            bytes32 hash = keccak256(abi.encode(avs, nonce, submissions[i]));
            isOperatorDirectedAVSRewardsSubmissionHash[avs][hash] = true;
            emit OperatorDirectedAVSRewardsSubmissionCreated(msg.sender, avs, hash, nonce, submissions[i]);
            _pull(submissions[i].token, amount);
        }
    }

    function _submit(
        mapping(address => mapping(bytes32 => bool)) storage hashes,
        RewardsSubmission calldata submission
    ) private returns (uint256 nonce, bytes32 hash) {
        _checkAmount(submission.amount);
        _checkRange(submission.strategiesAndMultipliers, submission.startTimestamp, submission.duration);
        if (submission.startTimestamp > block.timestamp + MAX_FUTURE_LENGTH) revert StartTimestampTooFarInFuture();
        nonce = submissionNonce[msg.sender]++;
        hash = keccak256(abi.encode(msg.sender, nonce, submission));
        hashes[msg.sender][hash] = true;
    }

    function _checkOperatorDirected(OperatorDirectedRewardsSubmission calldata submission)
        private
        view
        returns (uint256 amount)
    {
        _checkRange(submission.strategiesAndMultipliers, submission.startTimestamp, submission.duration);
        if (uint256(submission.startTimestamp) + submission.duration >= block.timestamp) {
            revert SubmissionNotRetroactive();
        }
        if (submission.operatorRewards.length == 0) revert InputArrayLengthZero();
        address last = address(0);
        for (uint256 i = 0; i < submission.operatorRewards.length; i++) {
            OperatorReward calldata reward = submission.operatorRewards[i];
            if (reward.operator == address(0)) revert InvalidAddressZero();
            if (reward.operator <= last) revert OperatorsNotInAscendingOrder();
            last = reward.operator;
            _checkAmount(reward.amount);
            amount += reward.amount;
        }
        _checkAmount(amount);
    }

    function _checkAmount(uint256 amount) private pure {
        if (amount == 0) revert AmountIsZero();
        if (amount > MAX_REWARDS_AMOUNT) revert AmountExceedsMax();
    }

    function _checkRange(StrategyAndMultiplier[] calldata strategies, uint32 start, uint32 duration) private view {
        if (strategies.length == 0) revert InputArrayLengthZero();
        if (duration == 0) revert DurationIsZero();
        if (duration > MAX_REWARDS_DURATION) revert DurationExceedsMax();
        if (duration % CALCULATION_INTERVAL_SECONDS != 0) revert InvalidDurationRemainder();
        if (start % CALCULATION_INTERVAL_SECONDS != 0) revert InvalidStartTimestampRemainder();
        if (start < GENESIS_REWARDS_TIMESTAMP || uint256(start) + MAX_RETROACTIVE_LENGTH < block.timestamp) {
            revert StartTimestampTooFarInPast();
        }
        address last = address(0);
        for (uint256 i = 0; i < strategies.length; i++) {
            address strategy = address(strategies[i].strategy);
            bool known = strategy == address(NATIVE_ETH_STRATEGY)
                || strategyManager.strategyIsWhitelistedForDeposit(strategies[i].strategy);
            if (!known) revert StrategyNotWhitelisted();
            if (strategy <= last) revert StrategiesNotInAscendingOrder();
            last = strategy;
        }
    }

    /// INVARIANT: what is promised to earners is here.
    function _pull(IERC20 token, uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received < amount) revert TransferShortfall(amount, received);
    }
}
