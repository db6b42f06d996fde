import { parseAbi } from 'viem';

export const challengeManagerAbi = parseAbi([
  'event ChallengeOpened(uint256 indexed challengeId, address indexed rollup, uint64 indexed packIndex, uint8 kind, uint64 blockIndex, bytes32 initial, bytes32 claimed, address challenger, uint64 defenceEnd)',
  'event DefenceEntered(uint256 indexed challengeId, uint256 indexed gameId, address indexed defender, bytes32 root)',
  'event NodesRevealed(uint256 indexed gameId, uint8 level, uint8 height, uint64 position, bytes32[] nodes)',
  'event ChildPicked(uint256 indexed gameId, uint8 level, uint8 height, uint64 position, bytes32 node)',
  'event StepsCommitted(uint256 indexed gameId, uint64 segment, bytes32 before, bytes32 claimed, bytes32 root)',
  'event StepProven(uint256 indexed gameId, uint64 segment, uint64 stepIndex, bytes32 before, bytes32 post, uint8 family)',
  'event GameEnded(uint256 indexed gameId, uint256 indexed challengeId, uint8 status, bool byTimeout)',
  'event ChallengeResolved(uint256 indexed challengeId, uint8 status)',
  'event ClockMoved(uint256 indexed gameId, uint8 turn, uint64 deadline)',
  'function firstContested(address rollup) view returns (uint64)',
  'function challengeBond() view returns (uint256)',
  'function defenceBond() view returns (uint256)',
  'function clockOf(address rollup) view returns (uint64)',
]);
