import { parseAbi } from 'viem';

export const strategyManagerAbi = parseAbi([
  'function depositIntoStrategy(address strategy, address token, uint256 amount) returns (uint256 depositShares)',
]);
export const nativeEthManagerAbi = parseAbi(['function deposit() payable returns (uint256 shares)']);
export const delegationManagerAbi = parseAbi([
  'struct SignatureWithExpiry { bytes signature; uint256 expiry; }',
  'struct QueuedWithdrawalParams { address[] strategies; uint256[] depositShares; address __deprecated_withdrawer; }',
  'struct Withdrawal { address staker; address delegatedTo; address withdrawer; uint256 nonce; uint32 startBlock; address[] strategies; uint256[] scaledShares; }',
  'function delegateTo(address operator, SignatureWithExpiry approverSignatureAndExpiry, bytes32 approverSalt)',
  'function undelegate(address staker) returns (bytes32[] withdrawalRoots)',
  'function queueWithdrawals(QueuedWithdrawalParams[] params) returns (bytes32[])',
  'function completeQueuedWithdrawal(Withdrawal withdrawal, address[] tokens, bool receiveAsTokens)',
]);
export const rewardsCoordinatorAbi = parseAbi([
  'struct EarnerTreeMerkleLeaf { address earner; bytes32 earnerTokenRoot; }',
  'struct TokenTreeMerkleLeaf { address token; uint256 cumulativeEarnings; }',
  'struct RewardsMerkleClaim { uint32 rootIndex; uint32 earnerIndex; bytes earnerTreeProof; EarnerTreeMerkleLeaf earnerLeaf; uint32[] tokenIndices; bytes[] tokenTreeProofs; TokenTreeMerkleLeaf[] tokenLeaves; }',
  'function processClaim(RewardsMerkleClaim claim, address recipient)',
]);
export const operatorAllowlistAbi = parseAbi([
  'function setAllowlist(address[] operators, bool[] status)',
  'function enableAllowlist()',
  'function disableAllowlist()',
  'function owner() view returns (address)',
  'function allowlistManager() view returns (address)',
]);
