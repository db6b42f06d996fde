// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStrategy} from "./IStrategy.sol";

/// Takes reward tokens from AVSs, and pays earners by Merkle proof under roots that the rewards updater posts. Earnings are
/// cumulative: a claim pays the difference to what was claimed before.
///
/// Leaves: keccak256(0x00 ++ earner ++ earnerTokenRoot) in the tree of earners, keccak256(0x01 ++ token ++
/// uint256 cumulativeEarnings) in an earner's tree of tokens; packed. Trees are padded with zero words to a power of two.
///
/// Pause bits: 0 AVS submissions, 1 submissions for all, 2 claims, 3 roots, 4 submissions for all earners,
/// 5 operator-directed submissions, 6 operator splits per AVS, 7 operator splits of submissions for all.
interface IRewardsCoordinator {
    struct StrategyAndMultiplier {
        IStrategy strategy;
        uint96 multiplier;
    }

    struct OperatorReward {
        address operator;
        uint256 amount;
    }

    struct OperatorSplit {
        uint16 oldSplitBips;
        uint16 newSplitBips;
        uint32 activatedAt;
    }

    /// @param strategiesAndMultipliers ascending by strategy
    /// @param startTimestamp a multiple of CALCULATION_INTERVAL_SECONDS, as is `duration`
    struct RewardsSubmission {
        StrategyAndMultiplier[] strategiesAndMultipliers;
        IERC20 token;
        uint256 amount;
        uint32 startTimestamp;
        uint32 duration;
    }

    /// @param operatorRewards ascending by operator
    struct OperatorDirectedRewardsSubmission {
        StrategyAndMultiplier[] strategiesAndMultipliers;
        IERC20 token;
        OperatorReward[] operatorRewards;
        uint32 startTimestamp;
        uint32 duration;
        string description;
    }

    struct DistributionRoot {
        bytes32 root;
        uint32 rewardsCalculationEndTimestamp;
        uint32 activatedAt;
        bool disabled;
    }

    struct EarnerTreeMerkleLeaf {
        address earner;
        bytes32 earnerTokenRoot;
    }

    struct TokenTreeMerkleLeaf {
        IERC20 token;
        uint256 cumulativeEarnings;
    }

    struct RewardsMerkleClaim {
        uint32 rootIndex;
        uint32 earnerIndex;
        bytes earnerTreeProof;
        EarnerTreeMerkleLeaf earnerLeaf;
        uint32[] tokenIndices;
        bytes[] tokenTreeProofs;
        TokenTreeMerkleLeaf[] tokenLeaves;
    }

    event AVSRewardsSubmissionCreated(
        address indexed avs,
        uint256 indexed submissionNonce,
        bytes32 indexed rewardsSubmissionHash,
        RewardsSubmission rewardsSubmission
    );
    event RewardsSubmissionForAllCreated(
        address indexed submitter,
        uint256 indexed submissionNonce,
        bytes32 indexed rewardsSubmissionHash,
        RewardsSubmission rewardsSubmission
    );
    event RewardsSubmissionForAllEarnersCreated(
        address indexed tokenHopper,
        uint256 indexed submissionNonce,
        bytes32 indexed rewardsSubmissionHash,
        RewardsSubmission rewardsSubmission
    );
    event OperatorDirectedAVSRewardsSubmissionCreated(
        address indexed caller,
        address indexed avs,
        bytes32 indexed operatorDirectedRewardsSubmissionHash,
        uint256 submissionNonce,
        OperatorDirectedRewardsSubmission operatorDirectedRewardsSubmission
    );
    event RewardsUpdaterSet(address indexed oldRewardsUpdater, address indexed newRewardsUpdater);
    event RewardsForAllSubmitterSet(
        address indexed rewardsForAllSubmitter, bool indexed oldValue, bool indexed newValue
    );
    event ActivationDelaySet(uint32 oldActivationDelay, uint32 newActivationDelay);
    event DefaultOperatorSplitBipsSet(uint16 oldDefaultOperatorSplitBips, uint16 newDefaultOperatorSplitBips);
    event OperatorAVSSplitBipsSet(
        address indexed caller,
        address indexed operator,
        address indexed avs,
        uint32 activatedAt,
        uint16 oldOperatorAVSSplitBips,
        uint16 newOperatorAVSSplitBips
    );
    event OperatorPISplitBipsSet(
        address indexed caller,
        address indexed operator,
        uint32 activatedAt,
        uint16 oldOperatorPISplitBips,
        uint16 newOperatorPISplitBips
    );
    event ClaimerForSet(address indexed earner, address indexed oldClaimer, address indexed claimer);
    event DistributionRootSubmitted(
        uint32 indexed rootIndex,
        bytes32 indexed root,
        uint32 indexed rewardsCalculationEndTimestamp,
        uint32 activatedAt
    );
    event DistributionRootDisabled(uint32 indexed rootIndex);
    event RewardsClaimed(
        bytes32 root,
        address indexed earner,
        address indexed claimer,
        address indexed recipient,
        IERC20 token,
        uint256 claimedAmount
    );

    error UnauthorizedCaller();
    error InvalidEarner();
    error InvalidAddressZero();
    error InvalidRoot();
    error InvalidRootIndex();
    error InputArrayLengthZero();
    error InputArrayLengthMismatch();
    error NewRootMustBeForNewCalculatedPeriod();
    error RewardsEndTimestampNotElapsed();
    error AmountIsZero();
    error AmountExceedsMax();
    error SplitExceedsMax();
    error PreviousSplitPending();
    error DurationIsZero();
    error DurationExceedsMax();
    error InvalidDurationRemainder();
    error InvalidGenesisRewardsTimestampRemainder();
    error InvalidCalculationIntervalSecondsRemainder();
    error InvalidStartTimestampRemainder();
    error StartTimestampTooFarInFuture();
    error StartTimestampTooFarInPast();
    error StrategyNotWhitelisted();
    error StrategiesNotInAscendingOrder();
    error OperatorsNotInAscendingOrder();
    error SubmissionNotRetroactive();
    error InvalidClaimProof();
    error InvalidTokenLeafIndex();
    error InvalidEarnerLeafIndex();
    error EarningsNotGreaterThanClaimed();
    error RootDisabled();
    error RootNotActivated();
    error RootAlreadyActivated();
    /// Fewer tokens arrived than the submission promises (a token that takes a fee).
    error TransferShortfall(uint256 promised, uint256 received);

    // --- submissions; the tokens are pulled from the caller ---

    /// Called by the AVS (its service manager).
    function createAVSRewardsSubmission(RewardsSubmission[] calldata rewardsSubmissions) external;
    /// Only submitters that the owner named.
    function createRewardsForAllSubmission(RewardsSubmission[] calldata rewardsSubmissions) external;
    function createRewardsForAllEarners(RewardsSubmission[] calldata rewardsSubmissions) external;
    /// The AVS, its admin or appointee; only for ranges that are over.
    function createOperatorDirectedAVSRewardsSubmission(
        address avs,
        OperatorDirectedRewardsSubmission[] calldata operatorDirectedRewardsSubmissions
    ) external;

    // --- claims ---

    /// Called by the earner, or by its claimer if it named one.
    function processClaim(RewardsMerkleClaim calldata claim, address recipient) external;
    function processClaims(RewardsMerkleClaim[] calldata claims, address recipient) external;
    function setClaimerFor(address claimer) external;
    /// For operators and AVSs, by who may act for them.
    function setClaimerFor(address earner, address claimer) external;

    // --- roots; only the rewards updater ---

    function submitRoot(bytes32 root, uint32 rewardsCalculationEndTimestamp) external;
    /// Before it is active.
    function disableRoot(uint32 rootIndex) external;

    // --- settings ---

    /// Only the owner.
    function setActivationDelay(uint32 newActivationDelay) external;
    function setDefaultOperatorSplit(uint16 split) external;
    /// `setDefaultOperatorSplit` under its name in the rewards release.
    function setGlobalOperatorCommission(uint16 globalCommissionBips) external;
    function setRewardsUpdater(address newRewardsUpdater) external;
    function setRewardsForAllSubmitter(address submitter, bool newValue) external;
    /// The operator or who acts for it; active after the activation delay. Bips, 10,000 = all.
    function setOperatorAVSSplit(address operator, address avs, uint16 split) external;
    function setOperatorPISplit(address operator, uint16 split) external;

    // --- views ---

    function activationDelay() external view returns (uint32);
    function currRewardsCalculationEndTimestamp() external view returns (uint32);
    function claimerFor(address earner) external view returns (address);
    function cumulativeClaimed(address earner, IERC20 token) external view returns (uint256);
    function submissionNonce(address submitter) external view returns (uint256);
    function isAVSRewardsSubmissionHash(address avs, bytes32 hash) external view returns (bool);
    function isRewardsSubmissionForAllHash(address submitter, bytes32 hash) external view returns (bool);
    function isRewardsSubmissionForAllEarnersHash(address submitter, bytes32 hash) external view returns (bool);
    function isOperatorDirectedAVSRewardsSubmissionHash(address avs, bytes32 hash) external view returns (bool);
    function isRewardsForAllSubmitter(address submitter) external view returns (bool);
    function defaultOperatorSplitBips() external view returns (uint16);
    function globalOperatorCommissionBips() external view returns (uint16);
    function getOperatorAVSSplit(address operator, address avs) external view returns (uint16);
    /// `getOperatorAVSSplit` under its name in the rewards release.
    function operatorCommissionBips(address operator, address avs) external view returns (uint16);
    function getOperatorPISplit(address operator) external view returns (uint16);
    function calculateEarnerLeafHash(EarnerTreeMerkleLeaf calldata leaf) external pure returns (bytes32);
    function calculateTokenLeafHash(TokenTreeMerkleLeaf calldata leaf) external pure returns (bytes32);
    /// Reverts with the reason when the proof does not hold.
    function checkClaim(RewardsMerkleClaim calldata claim) external view returns (bool);
    function getDistributionRootsLength() external view returns (uint256);
    function getDistributionRootAtIndex(uint256 index) external view returns (DistributionRoot memory);
    function getCurrentDistributionRoot() external view returns (DistributionRoot memory);
    /// The newest that is active and not disabled; zeros when there is none.
    function getCurrentClaimableDistributionRoot() external view returns (DistributionRoot memory);
    function getRootIndexFromHash(bytes32 rootHash) external view returns (uint32);
    function rewardsUpdater() external view returns (address);
    function beaconChainETHStrategy() external view returns (IStrategy);
    function CALCULATION_INTERVAL_SECONDS() external view returns (uint32);
    function MAX_REWARDS_DURATION() external view returns (uint32);
    function MAX_RETROACTIVE_LENGTH() external view returns (uint32);
    function MAX_FUTURE_LENGTH() external view returns (uint32);
    function GENESIS_REWARDS_TIMESTAMP() external view returns (uint32);
}
