import { demoNftAbi } from '@tephra/l1/abis';
import { demoNftBytecode } from '@tephra/l1/bytecode';
import { encodeDeployData, type Hex, zeroHash } from 'viem';

/** Creation of the sample collection. A module of its own: code of contracts is loaded when somebody deploys one. */
export function sampleDeployment(): Hex {
  return encodeDeployData({
    abi: demoNftAbi,
    bytecode: demoNftBytecode,
    args: ['Otters', 'OTTR', 'ipfs://otters/', zeroHash, 500n],
  });
}
