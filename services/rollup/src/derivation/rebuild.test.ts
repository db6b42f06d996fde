import { bridgeAbi, demoNftAbi, demoNftBytecode } from '@tephra/l1';
import { contentOfFrames, encodeContent, encodeFrames, type Hex, type Pack } from '@tephra/protocol';
import { encodeDeployData, encodeFunctionData, getContractAddress, keccak256, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPack } from '../batcher/buildPack.ts';
import { postFrameData, readTip, submitPackData } from '../batcher/rollupContract.ts';
import { L1TestChain } from '../testing/l1-chain.ts';
import { contentOf } from '../transition/index.ts';
import { readFrame } from './readPack.ts';
import { rebuild } from './rebuild.ts';

let chain: L1TestChain;
/** L1 state right after the last sound pack. */
let snapshot: unknown;

async function nextPack(lastBlock: bigint, alter?: (pack: Pack, frames: Hex[]) => Hex[]): Promise<Pack> {
  const tip = await readTip(chain.sender.client, chain.rollup);
  const built = await buildPack(
    {
      index: tip.index + 1n,
      range: { firstBlock: tip.lastBlock + 1n, lastBlock },
      parentOutputRoot: tip.outputRoot,
      terminalFrom: null,
    },
    { chain: chain.chain, encode: async (blocks) => encodeContent(blocks) },
  );
  const frames = alter ? alter(built.pack, built.frames) : built.frames;
  if (frames !== built.frames) {
    built.pack.frames = frames.map((frame) => keccak256(frame));
    built.pack.contentRoot = rootOf(frames) ?? built.pack.contentRoot;
  }
  for (const frame of frames)
    await chain.sender.send({ to: chain.deployments.batchRegistry, data: postFrameData(frame) });
  await chain.sender.send({ to: chain.rollup, data: submitPackData(built.pack) });
  return built.pack;
}

/** What such frames hold, so that a claim is wrong in one way only; undefined where they are no frames. */
function rootOf(frames: Hex[]): Hex | undefined {
  try {
    return contentOfFrames(frames).contentRoot;
  } catch {
    return undefined;
  }
}

function run(folder: string) {
  return rebuild(
    { l1RpcUrl: chain.anvil.rpcUrl, rollup: chain.rollup, dataDir: chain.folder(folder) },
    { logger: chain.logger },
  );
}

beforeAll(async () => {
  chain = await L1TestChain.create();
  const nft = getContractAddress({ from: chain.user.address, nonce: 0n });
  const deploy = encodeDeployData({
    abi: demoNftAbi,
    bytecode: demoNftBytecode,
    args: ['Rock', 'ROCK', 'ipfs://rock/', zeroHash, 500n],
  });
  await chain.seal([await chain.transaction({ to: null, data: deploy, gas: 5_000_000n })]);
  await chain.seal([], { advance: true });
  // ETH arrives through the inbox.
  await chain.sender.send({
    to: chain.bridge,
    data: encodeFunctionData({ abi: bridgeAbi, functionName: 'depositEth', args: [chain.user.address] }),
    value: 5n,
  });
  await chain.seal([await chain.transaction({ value: 7n })], { advance: true });
  for (let block = 0; block < 5; block++) {
    const mints = [1, 2, 3].map(() =>
      chain.transaction({
        to: nft,
        data: encodeFunctionData({ abi: demoNftAbi, functionName: 'mintTo', args: [chain.user.address] }),
        gas: 200_000n,
      }),
    );
    await chain.seal(await Promise.all(mints));
  }
  await nextPack(3n);
  await nextPack(8n);
  snapshot = await chain.snapshotL1();
}, 120_000);

afterAll(async () => {
  await chain?.[Symbol.asyncDispose]();
});

describe('rebuild', () => {
  test('from the L1 alone ends on the same block and the same state', async () => {
    const result = await run('copy');
    const head = chain.chain.head();
    expect(result).toMatchObject({ packs: 2, blocks: 8, transactions: 17, terminal: false });
    expect(result.head).toEqual({
      number: 8n,
      hash: head.hash,
      outputRoot: chain.chain.blockByNumber(8n)?.outputRoot,
    });
    expect(result.record).toMatchObject({ createdAtBlock: chain.createdAtBlock, factory: chain.deployments.factory });
    expect(result.record.config).toEqual(chain.config);
    // Again: nothing is left to do, and the folder is accepted.
    expect(await run('copy')).toMatchObject({ blocks: 0, head: { hash: head.hash } });
  });

  test('goes on where an interrupted one stopped', async () => {
    const aborter = new AbortController();
    const first = rebuild(
      { l1RpcUrl: chain.anvil.rpcUrl, rollup: chain.rollup, dataDir: chain.folder('resumed') },
      {
        logger: chain.logger,
        signal: aborter.signal,
        onProgress: ({ block }) => {
          if (block === 3n) aborter.abort(new Error('pulled the plug'));
        },
      },
    );
    await expect(first).rejects.toThrow('pulled the plug');
    expect(await run('resumed')).toMatchObject({ blocks: 5, head: { hash: chain.chain.head().hash } });
  });

  test('refuses what is not a rollup', async () => {
    const wrong = rebuild(
      { l1RpcUrl: chain.anvil.rpcUrl, rollup: chain.user.address, dataDir: chain.folder('wrong') },
      { logger: chain.logger },
    );
    await expect(wrong).rejects.toMatchObject({ code: 'NOT_A_ROLLUP' });
  });
});

describe('a wrong pack is refused at the block where it breaks', () => {
  const cases: {
    name: string;
    alter: (pack: Pack, frames: Hex[]) => Hex[];
    error: { code: string; details: Record<string, unknown> };
  }[] = [
    {
      name: 'a frame with a flipped bit',
      alter: (_, [frame]) => [flip(frame!)],
      error: { code: 'BATCH_CORRUPT', details: { blockNumber: 9n } },
    },
    {
      name: 'a frame that is cut short',
      alter: (_, [frame]) => [frame!.slice(0, -40) as Hex],
      error: { code: 'BATCH_CORRUPT', details: { blockNumber: 9n } },
    },
    {
      name: 'a frame that is left out',
      alter: () => encodeFrames([contentAt(9n), contentAt(10n)]),
      error: { code: 'BATCH_CORRUPT', details: { blockNumber: 11n, reason: 'BATCH_INCOMPLETE' } },
    },
    {
      name: 'a transaction twice',
      alter: () => {
        const block = contentAt(10n);
        return encodeFrames([
          contentAt(9n),
          { ...block, transactions: [...block.transactions, ...block.transactions] },
          contentAt(11n),
        ]);
      },
      error: { code: 'BLOCK_INVALID', details: { blockNumber: 10n, reason: 'TRANSACTION_INVALID' } },
    },
    {
      name: 'a transaction that was left out',
      alter: () => encodeFrames([contentAt(9n), { ...contentAt(10n), transactions: [] }, contentAt(11n)]),
      error: { code: 'OUTPUT_MISMATCH', details: { blockNumber: 10n } },
    },
    {
      name: 'bytes that are no transaction',
      alter: () => encodeFrames([contentAt(9n), contentAt(10n), { ...contentAt(11n), transactions: ['0xdeadbeef'] }]),
      error: { code: 'BLOCK_INVALID', details: { blockNumber: 11n } },
    },
    {
      name: 'a timestamp before the parent’s',
      alter: () => encodeFrames([{ ...contentAt(9n), timestamp: 1n }, contentAt(10n), contentAt(11n)]),
      error: { code: 'BLOCK_INVALID', details: { blockNumber: 9n, reason: 'BLOCK_TIMESTAMP_INVALID' } },
    },
    {
      name: 'an origin that the L1 does not have',
      alter: () => encodeFrames([{ ...contentAt(9n), l1OriginNumber: 1_000_000n }, contentAt(10n), contentAt(11n)]),
      error: { code: 'ORIGIN_UNKNOWN', details: { blockNumber: 9n } },
    },
    {
      name: 'a content root that is not that of its frames',
      alter: (pack, frames) => {
        pack.contentRoot = zeroHash;
        return frames;
      },
      error: { code: 'CONTENT_MISMATCH', details: { blockNumber: 9n } },
    },
    {
      name: 'a false output root inside',
      alter: (pack, frames) => {
        pack.outputRoots[1] = zeroHash;
        return frames;
      },
      error: { code: 'OUTPUT_MISMATCH', details: { blockNumber: 10n } },
    },
  ];

  beforeAll(async () => {
    await chain.seal([await chain.transaction()], { advance: true });
    await chain.seal([await chain.transaction()]);
    await chain.seal([await chain.transaction()]);
  });

  test.each(cases)('$name', async ({ name, alter, error }) => {
    await chain.revertL1(snapshot);
    snapshot = await chain.snapshotL1();
    await nextPack(11n, alter);
    await expect(run(name)).rejects.toMatchObject(error);
  });

  function contentAt(number: bigint) {
    const block = chain.chain.blockByNumber(number)!;
    return contentOf(block.header, block.l1Origin, block.transactions);
  }
  function flip(frame: Hex): Hex {
    const at = 12;
    const digit = (Number.parseInt(frame[at]!, 16) ^ 1).toString(16);
    return `${frame.slice(0, at)}${digit}${frame.slice(at + 1)}` as Hex;
  }
});

test('a frame that the endpoint does not give is named', async () => {
  await expect(
    readFrame(chain.sender.client, chain.deployments.batchRegistry, keccak256('0x01'), 5n),
  ).rejects.toMatchObject({ code: 'FRAME_NOT_FOUND', details: { blockNumber: 5n } });
});
