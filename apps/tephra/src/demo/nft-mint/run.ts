import type { ApiClient, LayerDetail, PlatformInfo } from '@tephra/api';
import type { Logger } from '@tephra/core';
import { TransactionSender } from '@tephra/l1';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { bytesToHex, parseEther } from 'viem';
import { awaitDeposit, startDeposit } from '../../bridge/deposit.ts';
import { type LayerChain, layerChain, senderOn } from '../../bridge/layer-chain.ts';
import { finaliseWithdrawal, startWithdrawal } from '../../bridge/withdraw.ts';
import { CliError } from '../../cli/errors.ts';
import { duration } from '../../cli/format.ts';
import type { Output } from '../../cli/output.ts';
import { followSettlement } from '../../commands/destroy.ts';
import { followLaunch } from '../../commands/launch.ts';
import { type Minter, makeMinter, signCall } from './minters.ts';
import { sendAll } from './send-all.ts';
import { type Story, tellStory } from './story.ts';
import { type Check, verifyOnL1 } from './verify.ts';

export type NftMintOptions = {
  minters: number;
  /** Accounts follow from it; the same seed gives the same minters. */
  seed: string;
  /** Name of the layer. */
  name: string;
};

export type NftMintDeps = {
  api: ApiClient;
  info: PlatformInfo;
  /** Funded L1 key: deposits for a minter and executes its early withdrawal. */
  l1Key: Hex;
  out: Output;
  logger: Logger;
  signal: AbortSignal;
};

export type NftMintReport = {
  passed: boolean;
  l1RpcUrl: string;
  l1ChainId: number;
  layer: { id: string; name: string; chainId: string };
  rollup: Address;
  bridge: Address;
  /** Collection on the layer, its twin and that of the native coin on the L1. */
  collection: Address;
  twin: Address;
  nativeTwin: Address;
  /** tokenURI of every token is this and its id. */
  baseUri: string;
  expectedOwners: Record<string, Address>;
  expectedNativeBalances: Record<Address, string>;
  earlyWithdrawal: { tokenId: string; owner: Address; l2TransactionHash: Hash; l1TransactionHash: Hash | null };
  checks: Check[];
  figures: {
    minters: number;
    transfers: number;
    launchToFirstBlockMs: number;
    launchToActiveMs: number;
    mintsPerSecond: number;
    mintsPerSecondPromised: number;
    mintBlocks: number;
    l2GasPerMint: string;
    settlementMs: number;
    settlementL1Gas: string;
    settlementL1GasPerToken: string;
    settledItems: number;
  };
};

const TREASURY = parseEther('1000000');
const GIFT = parseEther('12.5');
const DEPOSIT = parseEther('0.25');

/** The main job from launch to the check on the L1. @throws CliError, ApiError when it cannot be carried out */
export async function runNftMint(options: NftMintOptions, deps: NftMintDeps): Promise<NftMintReport> {
  const { api, info, out, signal } = deps;
  const treasury = makeMinter(options.seed, 'treasury');
  out.progress(`Launching ${options.name}, gasless, 0.5 s blocks`);
  const { detail, firstBlockMs, activeMs } = await launch(options, treasury, deps);
  const chain = layerChain(detail, info);

  out.progress(`Minting on chain ${chain.l2ChainId}`);
  const story = await tellStory(chain, options, deps);
  const gifts = await giveCoins(chain, story, treasury, signal);
  const saver = makeMinter(options.seed, 'saver');
  out.progress('One token leaves early; 0.25 ETH comes in');
  // One sender for both: two of the same key would compete for nonces.
  const payer = await senderOn('l1', chain, deps.l1Key, deps);
  const [early] = await Promise.all([
    leaveEarly(chain, story, payer, deps),
    depositFor(chain, saver.address, payer, deps),
  ]);
  const nativeBalances = await readBalances(chain, [treasury.address, ...gifts]);
  const ethBefore = await chain.l1.getBalance({ address: saver.address });

  out.progress(`Destroying ${options.name}`);
  const settling = performance.now();
  await api.destroyFlashlayer({ body: { id: detail.flashlayer.id } });
  const ledger = await followSettlement(api, detail.flashlayer, out, signal);
  const settlementMs = performance.now() - settling;

  out.progress('Reading the L1');
  const { twin, nativeTwin, checks } = await verifyOnL1(chain, {
    collection: story.collection,
    baseUri: story.baseUri,
    owners: story.owners,
    nativeBalances,
    ethPayouts: new Map([[saver.address, { amount: DEPOSIT, before: ethBefore }]]),
  });
  const tokens = BigInt(story.owners.size - 1);
  return {
    passed: checks.every((check) => check.passed),
    l1RpcUrl: chain.l1RpcUrl,
    l1ChainId: chain.l1ChainId,
    layer: { id: detail.flashlayer.id, name: options.name, chainId: detail.flashlayer.resources.chainId },
    rollup: chain.rollup,
    bridge: chain.bridge,
    collection: story.collection,
    twin,
    nativeTwin,
    baseUri: story.baseUri,
    expectedOwners: Object.fromEntries([...story.owners].map(([tokenId, owner]) => [tokenId.toString(), owner])),
    expectedNativeBalances: Object.fromEntries([...nativeBalances].map(([account, wei]) => [account, wei.toString()])),
    earlyWithdrawal: early,
    checks,
    figures: {
      minters: options.minters,
      transfers: story.transfers,
      launchToFirstBlockMs: Math.round(firstBlockMs),
      launchToActiveMs: Math.round(activeMs),
      mintsPerSecond: perSecond(options.minters, story.mint.sealedMs),
      mintsPerSecondPromised: perSecond(options.minters, story.mint.promisedMs),
      mintBlocks: story.mint.blocks,
      l2GasPerMint: story.mint.gasPerMint.toString(),
      settlementMs: Math.round(settlementMs),
      settlementL1Gas: ledger.l1GasUsed,
      settlementL1GasPerToken: (BigInt(ledger.l1GasUsed) / (tokens > 0n ? tokens : 1n)).toString(),
      settledItems: ledger.counts.total,
    },
  };
}

async function launch(
  options: NftMintOptions,
  treasury: Minter,
  deps: NftMintDeps,
): Promise<{ detail: LayerDetail; firstBlockMs: number; activeMs: number }> {
  const started = Date.now();
  const { flashlayer } = await deps.api.createFlashlayer({
    body: {
      flashlayer: {
        name: options.name,
        settings: {
          gasless: true,
          blockTime: 0.5,
          tokenSymbol: 'ASH',
          genesisAccounts: [{ account: treasury.address, balance: TREASURY.toString() }],
        },
      },
      freeTrial: true,
    },
  });
  const detail = await followLaunch(deps.api, flashlayer, deps.out, deps.signal);
  const activeMs = Date.now() - started;
  const firstBlock = detail.steps.find((step) => step.name === 'first-block')?.finishedAt;
  const firstBlockMs = firstBlock ? Date.parse(firstBlock) - started : activeMs;
  deps.out.progress(`  first block after ${duration(firstBlockMs)}`);
  return { detail, firstBlockMs, activeMs };
}

/** Some minters get native coin, so that there are balances to pay. */
async function giveCoins(chain: LayerChain, story: Story, treasury: Minter, signal: AbortSignal): Promise<Address[]> {
  const receivers = story.minters.filter((_, index) => index % 20 === 3).map(({ address }) => address);
  const calls = receivers.map((to, index) =>
    signCall(treasury, {
      chainId: chain.l2ChainId,
      nonce: index,
      to,
      data: '0x',
      gas: 21_000n,
      value: GIFT + BigInt(index),
    }),
  );
  if (calls.length > 0) await sendAll(chain.l2RpcUrl, calls, { signal });
  return receivers;
}

/** The last minter that still holds a token takes it to the L1 while the layer lives. */
async function leaveEarly(
  chain: LayerChain,
  story: Story,
  payer: TransactionSender,
  deps: NftMintDeps,
): Promise<NftMintReport['earlyWithdrawal']> {
  const byAddress = new Map(story.minters.map((minter) => [minter.address.toLowerCase(), minter]));
  const held = [...story.owners].findLast(([, owner]) => byAddress.has(owner.toLowerCase()));
  if (!held) throw new CliError('VERIFICATION_FAILED', 'no minter holds a token');
  const [tokenId, owner] = held;
  const minter = byAddress.get(owner.toLowerCase())!;
  const own = await TransactionSender.create(
    {
      rpcUrl: chain.l2RpcUrl,
      chainId: chain.l2ChainId,
      privateKey: bytesToHex(minter.privateKey),
      pollIntervalMs: 100,
    },
    { logger: deps.logger },
  );
  const asset = { kind: 'erc721', token: story.collection, tokenId } as const;
  const started = await startWithdrawal(chain, asset, minter.address, own);
  const finalised = await finaliseWithdrawal(chain, started, payer, { signal: deps.signal });
  if (!finalised.paid)
    throw new CliError('VERIFICATION_FAILED', `the early withdrawal of token ${tokenId} was not paid`);
  deps.out.progress(`  token ${tokenId} is on the L1: ${finalised.l1TransactionHash}`);
  return {
    tokenId: tokenId.toString(),
    owner: minter.address,
    l2TransactionHash: started.l2TransactionHash,
    l1TransactionHash: finalised.l1TransactionHash,
  };
}

async function depositFor(chain: LayerChain, to: Address, sender: TransactionSender, deps: NftMintDeps): Promise<void> {
  const asset = { kind: 'eth', amount: DEPOSIT } as const;
  const started = await startDeposit(chain, asset, to, sender);
  const arrived = await awaitDeposit(chain, asset, to, started, deps.signal);
  deps.out.progress(`  0.25 ETH arrived in L2 block ${arrived.l2BlockNumber}`);
}

async function readBalances(chain: LayerChain, accounts: Address[]): Promise<Map<Address, bigint>> {
  const balances = await Promise.all(accounts.map((address) => chain.l2.getBalance({ address })));
  return new Map(accounts.map((account, index) => [account, balances[index]!]));
}

function perSecond(count: number, ms: number): number {
  return Math.round((count / ms) * 10_000) / 10;
}
