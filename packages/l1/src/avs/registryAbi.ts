import { parseAbi } from 'viem';

/**
 * What is read of an AVS's registries, as the public middleware has it: the same for our contracts and for an AVS that
 * somebody else deployed.
 */
export const avsRegistryAbi = parseAbi([
  'struct Operator { address operator; bytes32 operatorId; uint96 stake; }',
  'struct CheckSignaturesIndices { uint32[] nonSignerQuorumBitmapIndices; uint32[] quorumApkIndices; uint32[] totalStakeIndices; uint32[][] nonSignerStakeIndices; }',
  'struct G1Point { uint256 X; uint256 Y; }',
  'struct G2Point { uint256[2] X; uint256[2] Y; }',
  'function getOperatorState(address registryCoordinator, bytes quorumNumbers, uint32 blockNumber) view returns (Operator[][])',
  'function getCheckSignaturesIndices(address registryCoordinator, uint32 referenceBlockNumber, bytes quorumNumbers, bytes32[] nonSignerOperatorIds) view returns (CheckSignaturesIndices)',
  'function getCurrentQuorumBitmap(bytes32 operatorId) view returns (uint192)',
  'event NewPubkeyRegistration(address indexed operator, G1Point pubkeyG1, G2Point pubkeyG2)',
]);
