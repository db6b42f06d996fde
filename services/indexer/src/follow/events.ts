import { parseAbi } from 'viem';

/**
 * Events that are indexed, per kind of contract, by their public signatures (EigenLayer's slashing release and its
 * middleware v0.2.1). Written out, because they are what the database holds: a test compares them with our contracts.
 */
export const EVENTS = {
  delegation: parseAbi([
    'event OperatorRegistered(address indexed operator, address delegationApprover)',
    'event OperatorMetadataURIUpdated(address indexed operator, string metadataURI)',
    'event OperatorSharesIncreased(address indexed operator, address staker, address strategy, uint256 shares)',
    'event OperatorSharesDecreased(address indexed operator, address staker, address strategy, uint256 shares)',
    'event OperatorSharesSlashed(address indexed operator, address strategy, uint256 totalSlashedShares)',
    'event StakerDelegated(address indexed staker, address indexed operator)',
    'event StakerUndelegated(address indexed staker, address indexed operator)',
    'struct Withdrawal { address staker; address delegatedTo; address withdrawer; uint256 nonce; uint32 startBlock; address[] strategies; uint256[] scaledShares; }',
    'event SlashingWithdrawalQueued(bytes32 withdrawalRoot, Withdrawal withdrawal, uint256[] sharesToWithdraw)',
    'event SlashingWithdrawalCompleted(bytes32 withdrawalRoot)',
  ]),
  allocation: parseAbi([
    'struct OperatorSet { address avs; uint32 id; }',
    'event AllocationUpdated(address operator, OperatorSet operatorSet, address strategy, uint64 magnitude, uint32 effectBlock)',
    'event MaxMagnitudeUpdated(address operator, address strategy, uint64 maxMagnitude)',
    'event OperatorSlashed(address operator, OperatorSet operatorSet, address[] strategies, uint256[] wadSlashed, string description)',
    'event AVSMetadataURIUpdated(address indexed avs, string metadataURI)',
    'event OperatorAddedToOperatorSet(address indexed operator, OperatorSet operatorSet)',
    'event OperatorRemovedFromOperatorSet(address indexed operator, OperatorSet operatorSet)',
  ]),
  directory: parseAbi([
    'event OperatorAVSRegistrationStatusUpdated(address indexed operator, address indexed avs, uint8 status)',
    'event AVSMetadataURIUpdated(address indexed avs, string metadataURI)',
  ]),
  rewards: parseAbi([
    'struct StrategyAndMultiplier { address strategy; uint96 multiplier; }',
    'struct RewardsSubmission { StrategyAndMultiplier[] strategiesAndMultipliers; address token; uint256 amount; uint32 startTimestamp; uint32 duration; }',
    'struct OperatorReward { address operator; uint256 amount; }',
    'struct OperatorDirectedRewardsSubmission { StrategyAndMultiplier[] strategiesAndMultipliers; address token; OperatorReward[] operatorRewards; uint32 startTimestamp; uint32 duration; string description; }',
    'event AVSRewardsSubmissionCreated(address indexed avs, uint256 indexed submissionNonce, bytes32 indexed rewardsSubmissionHash, RewardsSubmission rewardsSubmission)',
    'event RewardsSubmissionForAllCreated(address indexed submitter, uint256 indexed submissionNonce, bytes32 indexed rewardsSubmissionHash, RewardsSubmission rewardsSubmission)',
    'event RewardsSubmissionForAllEarnersCreated(address indexed tokenHopper, uint256 indexed submissionNonce, bytes32 indexed rewardsSubmissionHash, RewardsSubmission rewardsSubmission)',
    'event OperatorDirectedAVSRewardsSubmissionCreated(address indexed caller, address indexed avs, bytes32 indexed operatorDirectedRewardsSubmissionHash, uint256 submissionNonce, OperatorDirectedRewardsSubmission operatorDirectedRewardsSubmission)',
    'event DefaultOperatorSplitBipsSet(uint16 oldDefaultOperatorSplitBips, uint16 newDefaultOperatorSplitBips)',
    'event OperatorAVSSplitBipsSet(address indexed caller, address indexed operator, address indexed avs, uint32 activatedAt, uint16 oldOperatorAVSSplitBips, uint16 newOperatorAVSSplitBips)',
    'event OperatorPISplitBipsSet(address indexed caller, address indexed operator, uint32 activatedAt, uint16 oldOperatorPISplitBips, uint16 newOperatorPISplitBips)',
    'event ClaimerForSet(address indexed earner, address indexed oldClaimer, address indexed claimer)',
    'event DistributionRootSubmitted(uint32 indexed rootIndex, bytes32 indexed root, uint32 indexed rewardsCalculationEndTimestamp, uint32 activatedAt)',
    'event DistributionRootDisabled(uint32 indexed rootIndex)',
    'event RewardsClaimed(bytes32 root, address indexed earner, address indexed claimer, address indexed recipient, address token, uint256 claimedAmount)',
  ]),
  coordinator: parseAbi([
    'event OperatorRegistered(address indexed operator, bytes32 indexed operatorId)',
    'event OperatorDeregistered(address indexed operator, bytes32 indexed operatorId)',
    'event OperatorSocketUpdate(bytes32 indexed operatorId, string socket)',
  ]),
  stakes: parseAbi([
    'event OperatorStakeUpdate(bytes32 indexed operatorId, uint8 quorumNumber, uint96 stake)',
    'event MinimumStakeForQuorumUpdated(uint8 indexed quorumNumber, uint96 minimumStake)',
  ]),
  keys: parseAbi([
    'event OperatorAddedToQuorums(address operator, bytes32 operatorId, bytes quorumNumbers)',
    'event OperatorRemovedFromQuorums(address operator, bytes32 operatorId, bytes quorumNumbers)',
  ]),
  allowlist: parseAbi([
    'event AllowlistUpdated(address[] operators, bool[] status)',
    'event AllowlistEnabled()',
    'event AllowlistDisabled()',
  ]),
} as const;

/** What kind of contract a log is of. */
export type LogSource = keyof typeof EVENTS;
