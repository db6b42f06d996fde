import { crc32 } from 'node:zlib';
import { hexToBytes } from '@tephra/engine';
import type { Address } from '@tephra/protocol';
import { numberToHex } from 'viem';
import type { RpcContext } from './context.ts';
import { quantity } from './hex.ts';

/** Names of EIP-7910 in the order of their addresses, from 1 on. */
const CANCUN_PRECOMPILES = [
  'ECREC',
  'SHA256',
  'RIPEMD160',
  'ID',
  'MODEXP',
  'BN254_ADD',
  'BN254_MUL',
  'BN254_PAIRING',
  'BLAKE2F',
  'KZG_POINT_EVALUATION',
];

/** eth_config: the rules of the chain, Cancun's since block 0. */
export function chainConfig(context: RpcContext) {
  const genesis = context.chain.headerByNumber(0n)!;
  const precompiles = CANCUN_PRECOMPILES.map((name, i): [string, Address] => [name, numberToHex(i + 1, { size: 20 })]);
  return {
    current: {
      activationTime: Number(genesis.timestamp),
      // EIP-4844's fraction; there is no room for blobs.
      blobSchedule: { baseFeeUpdateFraction: 3_338_477, max: 0, target: 0 },
      chainId: quantity(context.chain.chainId),
      // EIP-6122: without forks after block 0 it covers the genesis hash alone.
      forkId: numberToHex(crc32(hexToBytes(genesis.hash)), { size: 4 }),
      precompiles: Object.fromEntries(precompiles.sort(([a], [b]) => (a < b ? -1 : 1))),
      systemContracts: { BEACON_ROOTS_ADDRESS: '0x000f3df6d732807ef1319fb7b8bb8522d0beac02' },
    },
    next: null,
    last: null,
  };
}
