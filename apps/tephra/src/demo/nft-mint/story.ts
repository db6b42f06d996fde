import { demoNftAbi, demoNftBytecode } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import {
  encodeDeployData,
  encodeFunctionData,
  erc721Abi,
  getAddress,
  getContractAddress,
  hexToBigInt,
  toEventSelector,
} from 'viem';
import type { LayerChain } from '../../bridge/layer-chain.ts';
import { CliError } from '../../cli/errors.ts';
import type { Output } from '../../cli/output.ts';
import { rpc } from '../../cli/rpc.ts';
import { Allowlist } from './allowlist.ts';
import { type Minter, makeMinter, makeMinters, signCall } from './minters.ts';
import { type DemoReceipt, sendAll } from './send-all.ts';

/** What happened on the layer, as its receipts tell it. */
export type Story = {
  collection: Address;
  baseUri: string;
  minters: Minter[];
  /** Last owner of every token on the layer, by token id. */
  owners: Map<bigint, Address>;
  transfers: number;
  mint: { promisedMs: number; sealedMs: number; gasPerMint: bigint; blocks: number };
};

const BASE_URI = 'ipfs://bafybeigdyrztepradem0otters/';
const TRANSFER = toEventSelector('Transfer(address,address,uint256)');
/** A transfer every so many minters; every third of them goes on to another account. */
const TRANSFER_EVERY = 10;

export type StoryDeps = { out: Output; signal: AbortSignal };

/** Deploys the collection and lets everybody on the allowlist mint through plain JSON-RPC; then some pass theirs on. */
export async function tellStory(
  chain: LayerChain,
  options: { seed: string; minters: number },
  deps: StoryDeps,
): Promise<Story> {
  const { out, signal } = deps;
  const minters = makeMinters(options.seed, options.minters);
  const allowlist = new Allowlist(minters.map(({ address }) => address));
  const deployer = makeMinter(options.seed, 'deployer');
  const collection = await deploy(chain, deployer, allowlist, deps);
  out.progress(`  collection ${collection} with an allowlist of ${options.minters}`);

  const gas = await mintGas(chain, collection, minters[0]!, allowlist);
  const mints = minters.map((minter) =>
    signCall(minter, {
      chainId: chain.l2ChainId,
      nonce: 0,
      to: collection,
      data: mintData(allowlist, minter.address),
      gas,
    }),
  );
  const minted = await sendAll(chain.l2RpcUrl, mints, {
    signal,
    onProgress: (sent) => out.status(`  ${sent} of ${mints.length} mints`),
  });
  const owners = new Map<bigint, Address>();
  applyTransfers(owners, collection, minted.receipts);
  if (owners.size !== minters.length) {
    throw new CliError('VERIFICATION_FAILED', `${owners.size} tokens exist after ${minters.length} mints`);
  }
  out.progress(`  ${minters.length} mints in ${(minted.sealedMs / 1_000).toFixed(2)} s`);
  const transfers = await passOn(chain, { collection, minters, owners, seed: options.seed }, deps);
  return {
    collection,
    baseUri: BASE_URI,
    minters,
    owners,
    transfers,
    mint: {
      promisedMs: minted.promisedMs,
      sealedMs: minted.sealedMs,
      gasPerMint: minted.receipts.reduce((sum, { gasUsed }) => sum + BigInt(gasUsed), 0n) / BigInt(minters.length),
      blocks: new Set(minted.receipts.map(({ blockNumber }) => blockNumber)).size,
    },
  };
}

async function deploy(chain: LayerChain, deployer: Minter, allowlist: Allowlist, deps: StoryDeps): Promise<Address> {
  const data = encodeDeployData({
    abi: demoNftAbi,
    bytecode: demoNftBytecode,
    args: ['Tephra Otters', 'OTTER', BASE_URI, allowlist.root, 500n],
  });
  const from = deployer.address;
  const gas = hexToBigInt((await rpc(chain.l2RpcUrl, 'eth_estimateGas', [{ from, data }])) as Hex);
  const call = signCall(deployer, { chainId: chain.l2ChainId, nonce: 0, to: undefined, data, gas: (gas * 6n) / 5n });
  await sendAll(chain.l2RpcUrl, [call], deps);
  return getContractAddress({ from, nonce: 0n });
}

function mintData(allowlist: Allowlist, account: Address): Hex {
  return encodeFunctionData({ abi: demoNftAbi, functionName: 'mint', args: [allowlist.proof(account)!] });
}

/** The first mint pays for a fresh counter; a third on top covers accounts with longer proofs. */
async function mintGas(chain: LayerChain, collection: Address, first: Minter, allowlist: Allowlist): Promise<bigint> {
  const request = { from: first.address, to: collection, data: mintData(allowlist, first.address) };
  const gas = hexToBigInt((await rpc(chain.l2RpcUrl, 'eth_estimateGas', [request])) as Hex);
  return (gas * 4n) / 3n;
}

type Holdings = { collection: Address; minters: Minter[]; owners: Map<bigint, Address>; seed: string };

/** Every tenth minter gives its token away: to another minter, to a fresh account, or on over two accounts. */
async function passOn(chain: LayerChain, holdings: Holdings, deps: StoryDeps): Promise<number> {
  const { collection, minters, owners, seed } = holdings;
  const tokenOf = new Map([...owners].map(([tokenId, owner]) => [owner, tokenId]));
  const first = [];
  const second = [];
  for (let i = 0; i < minters.length; i += TRANSFER_EVERY) {
    const giver = minters[i]!;
    const tokenId = tokenOf.get(giver.address)!;
    const kind = (i / TRANSFER_EVERY) % 3;
    const receiver = kind === 0 ? minters[(i + 1) % minters.length]! : makeMinter(seed, `friend ${i}`);
    first.push(transfer(chain, collection, { from: giver, nonce: 1 }, receiver.address, tokenId));
    if (kind === 2) {
      second.push(
        transfer(chain, collection, { from: receiver, nonce: 0 }, minters[(i + 2) % minters.length]!.address, tokenId),
      );
    }
  }
  for (const calls of [first, second]) {
    if (calls.length === 0) continue;
    const { receipts } = await sendAll(chain.l2RpcUrl, calls, deps);
    applyTransfers(owners, collection, receipts);
  }
  deps.out.progress(`  ${first.length + second.length} transfers`);
  return first.length + second.length;
}

function transfer(
  chain: LayerChain,
  collection: Address,
  { from, nonce }: { from: Minter; nonce: number },
  to: Address,
  tokenId: bigint,
) {
  const data = encodeFunctionData({ abi: erc721Abi, functionName: 'transferFrom', args: [from.address, to, tokenId] });
  return signCall(from, { chainId: chain.l2ChainId, nonce, to: collection, data, gas: 120_000n });
}

/** Owners by the Transfer logs, in the order of the receipts. */
export function applyTransfers(owners: Map<bigint, Address>, collection: Address, receipts: DemoReceipt[]): void {
  for (const { logs } of receipts) {
    for (const { address, topics } of logs) {
      if (topics[0] !== TRANSFER || address.toLowerCase() !== collection.toLowerCase()) continue;
      owners.set(BigInt(topics[3]!), getAddress(`0x${topics[2]!.slice(26)}`));
    }
  }
}
