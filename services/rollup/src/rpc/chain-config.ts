import { crc32 } from 'node:zlib';
import { hexToBytes } from '@tephra/engine';
import { type Address, BEACON_ROOTS, HISTORY_STORAGE } from '@tephra/protocol';
import { numberToHex } from 'viem';
import type { RpcContext } from './context.ts';
import { quantity } from './hex.ts';

/** Names of EIP-7910 in the order of their addresses, from 1 on; Prague adds the last seven. */
const PRECOMPILES = [
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
  'BLS12_G1ADD',
  'BLS12_G1MSM',
  'BLS12_G2ADD',
  'BLS12_G2MSM',
  'BLS12_PAIRING_CHECK',
  'BLS12_MAP_FP_TO_G1',
  'BLS12_MAP_FP2_TO_G2',
];
const CANCUN_PRECOMPILES = 10;

/** eth_config: the rules of the chain since block 0. */
export function chainConfig(context: RpcContext) {
  const genesis = context.chain.headerByNumber(0n)!;
  // Block 0 shows by which rules it was made.
  const isPrague = genesis.requestsHash !== undefined;
  const names = isPrague ? PRECOMPILES : PRECOMPILES.slice(0, CANCUN_PRECOMPILES);
  const precompiles = names.map((name, i): [string, Address] => [name, numberToHex(i + 1, { size: 20 })]);
  return {
    current: {
      activationTime: Number(genesis.timestamp),
      // The fraction of EIP-4844 or EIP-7691; there is no room for blobs.
      blobSchedule: { baseFeeUpdateFraction: isPrague ? 5_007_716 : 3_338_477, max: 0, target: 0 },
      chainId: quantity(context.chain.chainId),
      // EIP-6122: without forks after block 0 it covers the genesis hash alone.
      forkId: numberToHex(crc32(hexToBytes(genesis.hash)), { size: 4 }),
      precompiles: Object.fromEntries(precompiles.sort(([a], [b]) => (a < b ? -1 : 1))),
      systemContracts: {
        BEACON_ROOTS_ADDRESS: BEACON_ROOTS.address.toLowerCase(),
        ...(isPrague ? { HISTORY_STORAGE_ADDRESS: HISTORY_STORAGE.address.toLowerCase() } : {}),
      },
    },
    next: null,
    last: null,
  };
}
