import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { demoErc20Bytecode, demoNftBytecode } from '@tephra/l1';
import {
  type Address,
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
} from 'viem';
import type { EngineTarget, Work } from './engineTargets.ts';
import { merkleProof, merkleTree } from './merkle.ts';

export const WORK_KINDS = ['plain transfers', 'ERC-20 transfers', 'ERC-721 mints', 'swaps'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** Transactions of a block. */
const PER_BLOCK = 1_000;
const AMOUNT = 10n ** 24n;

const erc20 = parseAbi([
  'constructor(string, string)',
  'function mint(address to, uint256 amount)',
  'function transfer(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
]);
const nft = parseAbi(['constructor(string, string, string, bytes32, uint96)', 'function mint(bytes32[] proof)']);
const pair = parseAbi([
  'constructor(address, address)',
  'function sync()',
  'function swap(uint256 amountIn, uint256 amountOutMin, address to)',
]);

const address = (first: number, i: number): Address => `0x${(first * 2 ** 36 + i).toString(16).padStart(40, '0')}`;

/** Creation code of SwapPair.sol. @throws Error with the compiler's output */
function swapPairBytecode(): Hex {
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string };
  const content = readFileSync(new URL('./SwapPair.sol', import.meta.url), 'utf8');
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: 'Solidity',
        sources: { 'SwapPair.sol': { content } },
        settings: {
          evmVersion: 'cancun',
          optimizer: { enabled: true, runs: 200 },
          outputSelection: { '*': { SwapPair: ['evm.bytecode.object'] } },
        },
      }),
    ),
  ) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
  };
  const error = output.errors?.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new Error(error.formattedMessage);
  return `0x${output.contracts!['SwapPair.sol']!.SwapPair!.evm.bytecode.object}`;
}

/** Has a target execute `count` transactions of a kind, each of an account of its own. @returns transactions a second */
export async function transactionsPerSecond(target: EngineTarget, kind: WorkKind, count: number): Promise<number> {
  const senders = Array.from({ length: count }, (_, i) => address(0xa, i));
  await target.open(senders);
  const make = await prepare(target, kind, senders);
  const work = senders.map((from, i): Work => ({ from, ...make(i) }));
  let ms = 0;
  for (let first = 0; first < count; first += PER_BLOCK) {
    ms += (await target.execute(work.slice(first, first + PER_BLOCK))).ms;
  }
  return count / (ms / 1_000);
}

type Made = Omit<Work, 'from'>;

/** Deploys what the transactions need. @returns what the i-th account sends */
async function prepare(target: EngineTarget, kind: WorkKind, senders: Address[]): Promise<(i: number) => Made> {
  const owner = senders[0]!;
  const deploy = async (data: Hex): Promise<Address> => {
    const { created } = await target.execute([{ from: owner, to: null, data, value: 0n }]);
    return created[0]!.toLowerCase() as Address;
  };
  const all = async (make: (sender: Address) => Work): Promise<void> => {
    for (let first = 0; first < senders.length; first += PER_BLOCK) {
      await target.execute(senders.slice(first, first + PER_BLOCK).map(make));
    }
  };
  const token = () => deploy(encodeDeployData({ abi: erc20, bytecode: demoErc20Bytecode, args: ['Token', 'TKN'] }));
  const mint = (to: Address, holder: Address): Work => {
    const data = encodeFunctionData({ abi: erc20, functionName: 'mint', args: [holder, AMOUNT] });
    return { from: owner, to, data, value: 0n };
  };
  const recipient = (i: number): Address => address(0xb, i % 5_000);

  if (kind === 'plain transfers') return (i) => ({ to: recipient(i), data: '0x', value: 1n });
  if (kind === 'ERC-20 transfers') {
    const to = await token();
    await all((sender) => mint(to, sender));
    return (i) => {
      const data = encodeFunctionData({ abi: erc20, functionName: 'transfer', args: [recipient(i), 1n] });
      return { to, data, value: 0n };
    };
  }
  if (kind === 'ERC-721 mints') {
    const tree = merkleTree(
      senders.map((sender) => keccak256(keccak256(encodeAbiParameters([{ type: 'address' }], [sender])))),
    );
    const args = ['Nft', 'NFT', 'https://example.org/', tree.at(-1)![0]!, 500n] as const;
    const to = await deploy(encodeDeployData({ abi: nft, bytecode: demoNftBytecode, args }));
    return (i) => {
      const data = encodeFunctionData({ abi: nft, functionName: 'mint', args: [merkleProof(tree, i)] });
      return { to, data, value: 0n };
    };
  }
  const [first, second] = [await token(), await token()];
  const to = await deploy(encodeDeployData({ abi: pair, bytecode: swapPairBytecode(), args: [first, second] }));
  for (const side of [first, second]) await target.execute([mint(side, to)]);
  await target.execute([{ from: owner, to, data: encodeFunctionData({ abi: pair, functionName: 'sync' }), value: 0n }]);
  await all((sender) => mint(first, sender));
  const approval = encodeFunctionData({ abi: erc20, functionName: 'approve', args: [to, AMOUNT] });
  await all((from) => ({ from, to: first, data: approval, value: 0n }));
  return (i) => {
    const data = encodeFunctionData({ abi: pair, functionName: 'swap', args: [1_000_000n, 1n, recipient(i)] });
    return { to, data, value: 0n };
  };
}
