/**
 * Measures a node's pipeline without RPC: decode and recover, execute, journal (fdatasync), seal, store.
 * Run: node services/rollup/bench/pipeline.ts [transfers|erc20|mint] [count]
 */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { bigIntToBytes, decodeTransaction, encodeRlp, hexToBytes, keccak256 } from '@tephra/engine';
import { demoErc20Bytecode, demoNftBytecode } from '@tephra/l1';
import { tempDir } from '@tephra/testing';
import {
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  keccak256 as hashHex,
  parseAbi,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { openTestChain, ScriptedL1, TEST_CHAIN_ID, testGenesis } from '../src/producer/testing.ts';
import { merkleProof, merkleTree } from './merkle.ts';

const secp256k1 = createRequire(import.meta.url)('secp256k1/bindings');
const kind = process.argv[2] ?? 'transfers';
const count = Number(process.argv[3] ?? 20_000);
// Everybody mints once.
const SENDERS = kind === 'mint' ? count : 200;

type Sender = { key: Uint8Array; address: Hex; nonce: number };
const senders: Sender[] = Array.from({ length: SENDERS }, () => {
  const key = randomBytes(32);
  return { key, address: privateKeyToAccount(`0x${key.toString('hex')}`).address, nonce: 0 };
});

function sign(sender: Sender, to: Hex | null, gas: bigint, value: bigint, data: Hex): Uint8Array {
  const fields = [
    bigIntToBytes(TEST_CHAIN_ID),
    bigIntToBytes(BigInt(sender.nonce++)),
    bigIntToBytes(0n),
    bigIntToBytes(0n),
    bigIntToBytes(gas),
    to === null ? new Uint8Array(0) : hexToBytes(to),
    bigIntToBytes(value),
    hexToBytes(data),
    [],
  ];
  const wrap = (payload: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.of(2), payload]);
  const { signature, recid } = secp256k1.ecdsaSign(keccak256(wrap(encodeRlp(fields))), sender.key);
  const strip = (word: Uint8Array): Uint8Array => bigIntToBytes(BigInt(`0x${Buffer.from(word).toString('hex')}`));
  return wrap(
    encodeRlp([
      ...fields,
      bigIntToBytes(BigInt(recid)),
      strip(signature.subarray(0, 32)),
      strip(signature.subarray(32)),
    ]),
  );
}

const dir = await tempDir('tephra-bench-');
const l1 = new ScriptedL1(2);
const node = await openTestChain(dir.path, {
  l1,
  genesis: testGenesis(l1, {
    blockGasLimit: 1_000_000_000n,
    accounts: senders.map(({ address }) => ({ address, balance: 10n ** 20n })),
  }),
  blockTimeMs: 100,
});
await node.producer.start();

const owner = senders[0]!;
const deploy = async (bytecode: Hex): Promise<Hex> => {
  const result = await node.producer.submit(sign(owner, null, 5_000_000n, 0n, bytecode));
  if (result.kind !== 'executed' || result.receipt.contractAddress === null) throw new Error('deployment failed');
  return result.receipt.contractAddress;
};
const recipient = (i: number): Hex => `0x${(0xabc0000000 + i).toString(16).padStart(40, '0')}`;

let make: (i: number) => Uint8Array;
if (kind === 'transfers') {
  make = (i) => sign(senders[i % SENDERS]!, recipient(i % 5_000), 21_000n, 1n, '0x');
} else if (kind === 'erc20') {
  const token = await deploy(
    encodeDeployData({
      abi: parseAbi(['constructor(string, string)']),
      bytecode: demoErc20Bytecode,
      args: ['Token', 'TKN'],
    }),
  );
  const abi = parseAbi(['function transfer(address to, uint256 amount)', 'function mint(address to, uint256 amount)']);
  for (const sender of senders) {
    const data = encodeFunctionData({ abi, functionName: 'mint', args: [sender.address, 10n ** 20n] });
    await node.producer.submit(sign(owner, token, 200_000n, 0n, data));
  }
  make = (i) => {
    const data = encodeFunctionData({ abi, functionName: 'transfer', args: [recipient(i % 5_000), 1n] });
    return sign(senders[i % SENDERS]!, token, 100_000n, 0n, data);
  };
} else {
  const tree = merkleTree(
    senders.map(({ address }) => hashHex(hashHex(encodeAbiParameters([{ type: 'address' }], [address])))),
  );
  const nft = await deploy(
    encodeDeployData({
      abi: parseAbi(['constructor(string, string, string, bytes32, uint96)']),
      bytecode: demoNftBytecode,
      args: ['Nft', 'NFT', 'https://example.org/', tree.at(-1)![0]!, 500n],
    }),
  );
  const abi = parseAbi(['function mint(bytes32[] proof)']);
  make = (i) => {
    const data = encodeFunctionData({ abi, functionName: 'mint', args: [merkleProof(tree, i)] });
    return sign(senders[i]!, nft, 200_000n, 0n, data);
  };
}

const raws = Array.from({ length: count }, (_, i) => make(i));
let started = performance.now();
for (const raw of raws.slice(0, 2_000)) decodeTransaction(raw, { chainId: TEST_CHAIN_ID });
const decodePerSecond = 2_000 / ((performance.now() - started) / 1_000);

const latencies: number[] = [];
let failed = 0;
let next = 0;
started = performance.now();
const cpuBefore = process.cpuUsage();
const worker = async (): Promise<void> => {
  while (next < raws.length) {
    const raw = raws[next++]!;
    const at = performance.now();
    const result = await node.producer.submit(raw);
    if (result.kind !== 'executed' || result.receipt.status !== 'success') failed++;
    latencies.push(performance.now() - at);
  }
};
await Promise.all(Array.from({ length: 200 }, worker));
const seconds = (performance.now() - started) / 1_000;
const cpu = process.cpuUsage(cpuBefore);
latencies.sort((a, b) => a - b);
const at = (q: number): string => latencies[Math.floor(latencies.length * q)]!.toFixed(1);
console.log(
  `${kind}: ${count} in ${seconds.toFixed(2)} s = ${Math.round(count / seconds)} per s; failed ${failed}; ` +
    `${Math.round((cpu.user + cpu.system) / count)} us of processor each; ` +
    `acknowledged after p50 ${at(0.5)} ms, p99 ${at(0.99)} ms with 200 in flight; decode alone ${Math.round(decodePerSecond)} per s; ` +
    `head ${node.chain.head().number}`,
);
await node.producer.stop();
await node.close();
await dir.remove();
