/**
 * Prints what a transaction costs on the L1, for `./tephra bench data`.
 * Workloads: 2,000 mints by 2,000 accounts in 100 blocks, in several shapes of allowlist and fees. r and s of a signature do
 * not compress, so the target is the share saved of all other bytes. Fresh addresses and hashes do not compress either: 20 of
 * 76 bytes of `mint(address)`, about 107 of 463 of a Merkle proof within one frame.
 */
import { deflateSync } from 'node:zlib';
import {
  concatHex,
  encodeAbiParameters,
  type Hex,
  hexToBytes,
  keccak256,
  numberToHex,
  parseGwei,
  toFunctionSelector,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { type BlockContent, decodeFrames, encodeFrames } from '../src/index.ts';

const BLOCKS = 100;
const COUNT = 2_000;
/** r and s. */
const SIGNATURE_BYTES = 64;
const CONTRACT = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
const accounts = Array.from({ length: COUNT }, (_, i) => privateKeyToAccount(keccak256(numberToHex(i + 1))));

type Workload = {
  name: string;
  gas(i: number): bigint;
  fee: bigint;
  data(i: number): Hex;
  to?(i: number): Hex;
  value?(i: number): bigint;
};

const call = (signature: string, parameters: string[], values: unknown[]): Hex =>
  concatHex([
    toFunctionSelector(signature),
    encodeAbiParameters(
      parameters.map((type) => ({ type })),
      values,
    ),
  ]);
// OpenZeppelin's tree sorts the leaves by hash, so neighbours in the tree mint at unrelated times.
const leaves = accounts.map((account) => keccak256(account.address)).sort();
const positions = accounts.map((account) => leaves.indexOf(keccak256(account.address)));
const inTreeOrder = merkleProofs(leaves);
const proofs = (i: number) => inTreeOrder(positions[i]!);
const workloads: Workload[] = [
  { name: 'mint(), gasless', gas: () => 120_000n, fee: 0n, data: () => toFunctionSelector('mint()') },
  {
    name: 'mint(), gas limits as estimated',
    gas: (i) => 118_000n + BigInt((i * 7919) % 13) * 12n,
    fee: parseGwei('1.5'),
    data: () => toFunctionSelector('mint()'),
  },
  {
    name: 'mint(uint256 id)',
    gas: () => 120_000n,
    fee: 0n,
    data: (i) => call('mint(uint256)', ['uint256'], [BigInt((i * 7919) % COUNT)]),
  },
  {
    name: 'mint(address to)',
    gas: () => 120_000n,
    fee: 0n,
    data: (i) => call('mint(address)', ['address'], [accounts[i]!.address]),
  },
  {
    name: 'mint(bytes32[] proof), Merkle allowlist',
    gas: () => 150_000n,
    fee: 0n,
    data: (i) => call('mint(bytes32[])', ['bytes32[]'], [proofs(i)]),
  },
  {
    name: 'plain transfers to new accounts',
    gas: () => 21_000n,
    fee: parseGwei('1'),
    data: () => '0x',
    to: (i) => accounts[(i * 7919) % COUNT]!.address,
    value: (i) => BigInt(1 + (i % 50)) * 10n ** 16n,
  },
];

for (const workload of workloads) {
  const blocks: BlockContent[] = [];
  const raws: Uint8Array[] = [];
  for (let b = 0; b < BLOCKS; b++) {
    const transactions: Hex[] = [];
    for (let i = b * (COUNT / BLOCKS); i < (b + 1) * (COUNT / BLOCKS); i++) {
      const transaction = await accounts[i]!.signTransaction({
        type: 'eip1559',
        chainId: 777_001,
        nonce: 0,
        gas: workload.gas(i),
        maxFeePerGas: workload.fee,
        maxPriorityFeePerGas: 0n,
        to: workload.to?.(i) ?? CONTRACT,
        value: workload.value?.(i) ?? 0n,
        data: workload.data(i),
      });
      raws.push(hexToBytes(transaction));
      transactions.push(transaction);
    }
    blocks.push({
      number: BigInt(b + 1),
      timestamp: 1_800_000_000n + BigInt(b >> 1),
      l1OriginNumber: BigInt(100 + (b >> 5)),
      transactions,
    });
  }
  const started = performance.now();
  const frames = encodeFrames(blocks);
  const encoded = performance.now();
  const decoded = decodeFrames(frames);
  const finished = performance.now();
  if (JSON.stringify(decoded, bigints) !== JSON.stringify(blocks, bigints)) throw new Error('round trip failed');
  const posted = frames.reduce((sum, frame) => sum + (frame.length - 2) / 2, 0);
  const raw = raws.reduce((sum, bytes) => sum + bytes.length, 0);
  const unsigned = raw - SIGNATURE_BYTES * COUNT;
  const report = (figure: string, value: number, unit: string, of?: string): void =>
    console.log(JSON.stringify({ figure: `${workload.name}: ${figure}`, value, unit, of }));
  report('bytes a transaction', posted / COUNT, 'B');
  report('bytes a transaction', deflateSync(Buffer.concat(raws), { level: 9 }).length / COUNT, 'B', 'zlib -9');
  report('saved of what is no signature', 100 * (1 - (posted - SIGNATURE_BYTES * COUNT) / unsigned), '%');
  report('encoded in', encoded - started, 'ms');
  report('decoded in', finished - encoded, 'ms');
}

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Sorted-pair proofs as in OpenZeppelin's MerkleProof. */
function merkleProofs(leaves: Hex[]): (i: number) => Hex[] {
  const levels = [leaves];
  for (let row = leaves; row.length > 1; ) {
    const upper: Hex[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const pair = [row[i]!, row[i + 1] ?? row[i]!].sort();
      upper.push(keccak256(concatHex(pair)));
    }
    levels.push(upper);
    row = upper;
  }
  return (leaf) => levels.slice(0, -1).map((row, height) => row[(leaf >> height) ^ 1] ?? row[leaf >> height]!);
}
