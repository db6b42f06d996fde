/**
 * Measures the engines alone, without signatures, RPC and journal: gas per second of small programs, and transactions
 * per second with a state root every 1,000 of them. Run: node services/rollup/bench/engine.ts [count]
 */
import {
  type BlockContext,
  bytesToHex,
  type DecodedTransaction,
  type Engine,
  EthereumjsEngine,
  hexToBytes,
  type SealedState,
  WasmEngine,
} from '@tephra/engine';
import { demoErc20Bytecode, demoNftBytecode } from '@tephra/l1';
import {
  type Address,
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  zeroHash,
} from 'viem';
import { merkleProof, merkleTree } from './merkle.ts';

const COUNT = Number(process.argv[2] ?? 10_000);
const PER_BLOCK = 1_000;
const ROUNDS = 3;
const CODE_AT: Address = `0x${'cc'.repeat(20)}`;

const address = (first: number, i: number): Address => `0x${(first * 2 ** 36 + i).toString(16).padStart(40, '0')}`;
const senders = Array.from({ length: COUNT }, (_, i) => address(0xa, i));
const context: BlockContext = {
  number: 1n,
  timestamp: 1_700_000_000n,
  gasLimit: 10n ** 12n,
  baseFeePerGas: 0n,
  coinbase: address(0xc, 1),
  baseFeeRecipient: address(0xc, 2),
  prevRandao: zeroHash,
  parentBeaconBlockRoot: zeroHash,
};

/** Endless loops; `5b` begins one, `56` ends it. */
const PROGRAMS: [name: string, code: Hex][] = [
  ['add', `0x5b${'6001600201506001600201506001600201506001600201'}50600056`],
  ['mul', `0x7f${'ff'.repeat(32)}7f${'fe'.repeat(32)}5b${'81810250'.repeat(5)}604256`],
  ['div', `0x7f${'ff'.repeat(32)}7f${'00'.repeat(16)}${'fe'.repeat(16)}5b${'80820450'.repeat(5)}604256`],
  ['memory', `0x5b${'60016000526000515060026020526020515060036040526040515060'}0056`],
  ['keccak', `0x5b${'60406000205060406000205060406000205060406000205060'}0056`],
];

type Run = { engine: Engine; keep: (sealed: SealedState) => Hex };

function create(Implemented: typeof EthereumjsEngine | typeof WasmEngine): Run {
  const nodes = new Map<string, Uint8Array>();
  const engine = new Implemented(
    { chainId: 1n },
    { store: { get: (key) => nodes.get(bytesToHex(key)) }, blockHash: () => undefined },
  );
  const keep = (sealed: SealedState): Hex => {
    for (const [key, value] of sealed.writes) nodes.set(bytesToHex(key), value);
    return sealed.stateRoot;
  };
  return { engine, keep };
}

async function gasPerSecond({ engine, keep }: Run, code: Hex, gas: bigint): Promise<number> {
  const stateRoot = keep(await engine.genesis([{ address: CODE_AT, balance: 0n, code }]));
  const request = { from: senders[0]!, to: CODE_AT, data: '0x' as Hex, value: 0n, gas, gasPrice: 0n };
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const { haltReason } = await engine.call(request, { stateRoot, context });
    if (haltReason !== 'out of gas') throw new Error(`ended with ${haltReason}`);
    best = Math.min(best, performance.now() - started);
  }
  return Number(gas) / best / 1_000;
}

type Kind = 'transfer' | 'ERC-20 transfer' | 'ERC-721 mint';

async function transactionsPerSecond({ engine, keep }: Run, kind: Kind): Promise<number> {
  const nonces = new Map<Address, bigint>();
  const execute = (sender: Address, to: Address | null, data: Hex, value: bigint) => {
    const nonce = nonces.get(sender) ?? 0n;
    nonces.set(sender, nonce + 1n);
    const decoded: DecodedTransaction = {
      raw: new Uint8Array(),
      hash: zeroHash,
      type: 2,
      sender,
      nonce,
      to,
      value,
      gasLimit: to === null ? 10_000_000n : 300_000n,
      data: hexToBytes(data),
      maxFeePerGas: 0n,
      maxPriorityFeePerGas: 0n,
      accessList: [],
      signature: null,
      sourceHash: null,
    };
    return engine.executeTransaction({ raw: decoded.raw, sender, decoded });
  };
  const balance = 10n ** 20n;
  let root = keep(await engine.genesis(senders.map((sender) => ({ address: sender, balance }))));
  await engine.beginBlock(root, context);
  const tree = merkleTree(
    senders.map((sender) => keccak256(keccak256(encodeAbiParameters([{ type: 'address' }], [sender])))),
  );
  const deploy = async (data: Hex): Promise<Address> =>
    (await execute(senders[0]!, null, data, 0n)).contractAddress as Address;
  const erc20 = parseAbi([
    'constructor(string, string)',
    'function mint(address to, uint256 amount)',
    'function transfer(address to, uint256 amount)',
  ]);
  const nft = parseAbi(['constructor(string, string, string, bytes32, uint96)', 'function mint(bytes32[] proof)']);
  let make: (i: number) => [to: Address, data: Hex, value: bigint];
  if (kind === 'transfer') {
    make = (i) => [address(0xb, i % 5_000), '0x', 1n];
  } else if (kind === 'ERC-20 transfer') {
    const token = await deploy(encodeDeployData({ abi: erc20, bytecode: demoErc20Bytecode, args: ['Token', 'TKN'] }));
    for (const sender of senders) {
      const args = [sender, balance] as const;
      await execute(senders[0]!, token, encodeFunctionData({ abi: erc20, functionName: 'mint', args }), 0n);
    }
    make = (i) => {
      const args = [address(0xb, i % 5_000), 1n] as const;
      return [token, encodeFunctionData({ abi: erc20, functionName: 'transfer', args }), 0n];
    };
  } else {
    const args = ['Nft', 'NFT', 'https://example.org/', tree.at(-1)![0]!, 500n] as const;
    const token = await deploy(encodeDeployData({ abi: nft, bytecode: demoNftBytecode, args }));
    make = (i) => [token, encodeFunctionData({ abi: nft, functionName: 'mint', args: [merkleProof(tree, i)] }), 0n];
  }
  root = keep(await engine.seal());
  const prepared = senders.map((_, i) => make(i));
  const started = performance.now();
  for (let first = 0; first < COUNT; first += PER_BLOCK) {
    await engine.beginBlock(root, context);
    for (const [i, [to, data, value]] of prepared.slice(first, first + PER_BLOCK).entries()) {
      const { status, haltReason } = await execute(senders[first + i]!, to, data, value);
      if (status !== 'success') throw new Error(`${kind} failed: ${haltReason}`);
    }
    root = keep(await engine.seal());
  }
  return COUNT / ((performance.now() - started) / 1_000);
}

for (const Implemented of [WasmEngine, EthereumjsEngine]) {
  const gas = Implemented === WasmEngine ? 300_000_000n : 10_000_000n;
  for (const [name, code] of PROGRAMS) {
    const run = create(Implemented);
    console.log(`${run.engine.name} ${name}: ${(await gasPerSecond(run, code, gas)).toFixed(1)} Mgas/s`);
  }
  for (const kind of ['transfer', 'ERC-20 transfer', 'ERC-721 mint'] as const) {
    const run = create(Implemented);
    console.log(`${run.engine.name} ${kind}: ${Math.round(await transactionsPerSecond(run, kind))} per s`);
  }
}
