import { type Hash, type Hex, keccak256, numberToHex, toRlp } from 'viem';

/** Fields of a block as an L1 client gives them; forks add some, other chains leave some out. */
export type HeaderLike = Record<string, unknown> & { hash: Hash };

/** Fields of an Ethereum header in the order of its RLP; those of later forks are at the end. */
const FIELDS: readonly (readonly [name: string, kind: 'bytes' | 'number'])[] = [
  ['parentHash', 'bytes'],
  ['sha3Uncles', 'bytes'],
  ['miner', 'bytes'],
  ['stateRoot', 'bytes'],
  ['transactionsRoot', 'bytes'],
  ['receiptsRoot', 'bytes'],
  ['logsBloom', 'bytes'],
  ['difficulty', 'number'],
  ['number', 'number'],
  ['gasLimit', 'number'],
  ['gasUsed', 'number'],
  ['timestamp', 'number'],
  ['extraData', 'bytes'],
  ['mixHash', 'bytes'],
  ['nonce', 'bytes'],
  ['baseFeePerGas', 'number'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'number'],
  ['excessBlobGas', 'number'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
];

/** Hash that an Ethereum header with these fields has. */
export const headerHashOf = (block: HeaderLike): Hash => keccak256(headerRlp(block));

/** RLP of an Ethereum header with these fields. */
export function headerRlp(block: Record<string, unknown>): Hex {
  const items: Hex[] = [];
  for (const [name, kind] of FIELDS) {
    const value = block[name];
    if (value === undefined || value === null) break;
    items.push(kind === 'bytes' ? (value as Hex) : integer(BigInt(value as string | bigint)));
  }
  return toRlp(items);
}

function integer(value: bigint): Hex {
  return value === 0n ? '0x' : numberToHex(value, { size: Math.ceil(value.toString(16).length / 2) });
}
