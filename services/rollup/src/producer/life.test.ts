import { EthereumjsEngine } from '@tephra/engine';
import { PREDEPLOY_CODE } from '@tephra/l1';
import type { Hash, Hex } from '@tephra/protocol';
import { seededRandom, tempDir } from '@tephra/testing';
import { encodeAbiParameters } from 'viem';
import { describe, expect, it } from 'vitest';
import { contentOf, executeBlock, genesisBlock } from '../transition/index.ts';
import {
  openTestChain,
  ScriptedL1,
  signTransfer,
  TEST_CHAIN_ID,
  TEST_USERS,
  type TestChain,
  testGenesis,
} from './testing.ts';

const STEPS = 60;
const SEEDS = Array.from({ length: Number(process.env.LIFE_SEEDS ?? 3) }, (_, i) => i + 1);

/** Native coin of all accounts that the chain knows. */
async function supply(node: TestChain): Promise<bigint> {
  const header = node.chain.head();
  let sum = 0n;
  for (const address of node.chain.accounts()) {
    sum += (await node.engine.getAccount(address, { stateRoot: header.stateRoot, context: header }))?.balance ?? 0n;
  }
  return sum;
}

/** Executes every block again from its content and the L1, on an engine of its own. */
async function replay(node: TestChain, l1: ScriptedL1): Promise<void> {
  const state = new Map<string, Uint8Array>();
  const keyOf = (key: Uint8Array) => Buffer.from(key).toString('hex');
  const hashes: Uint8Array[] = [];
  const engine = new EthereumjsEngine(
    { chainId: TEST_CHAIN_ID },
    { store: { get: (key) => state.get(keyOf(key)) }, blockHash: (number) => hashes[Number(number)] },
  );
  let sealed = await genesisBlock(node.genesis, PREDEPLOY_CODE);
  for (let number = 0n; ; number++) {
    for (const [key, value] of sealed.writes) state.set(keyOf(key), value);
    hashes.push(Buffer.from(sealed.block.header.hash.slice(2), 'hex'));
    expect(sealed.block.outputRoot, `block ${number}`).toBe(node.chain.blockByNumber(number)!.outputRoot);
    const next = node.chain.blockByNumber(number + 1n);
    if (next === undefined) return;
    const { parent } = sealed;
    sealed = await executeBlock(
      { chainId: TEST_CHAIN_ID, rules: node.genesis },
      { engine },
      parent,
      contentOf(next.header, next.l1Origin, next.transactions),
      {
        origin: next.l1Origin,
        messages: l1.messages(parent.output.inboxPosition, next.l1Origin.number),
      },
    );
  }
}

describe('a chain through transactions, deposits, restarts and L1 reorganisations', () => {
  it.each(SEEDS.map((seed) => [seed, seed % 2 === 1] as const))(
    'keeps its word, its supply and its history (seed %i, gasless %s)',
    { timeout: 120_000 },
    async (seed, gasless) => {
      const random = seededRandom(seed);
      const pick = (count: number): number => Math.floor(random() * count);
      await using dir = await tempDir();
      const l1 = new ScriptedL1(3);
      const genesis = testGenesis(l1, { gasless });
      let node = await openTestChain(dir.path, { l1, genesis, blockTimeMs: 100 });
      await node.producer.start();
      const initial = await supply(node);
      const gasPrice = gasless ? 0n : 2_000_000_000n;
      const acknowledged = new Set<Hash>();

      for (let step = 0; step < STEPS; step++) {
        const what = pick(20);
        if (what === 0) {
          await node.producer.stop();
          await node.close();
          node = await openTestChain(dir.path, { l1, genesis, blockTimeMs: 100 });
          await node.producer.start();
        } else if (what === 1) {
          const back = BigInt(1 + pick(2));
          const newest = l1.origin().number;
          if (newest - back >= genesis.l1Origin.number) l1.reorganise(newest - back);
        } else if (what <= 3) {
          const to = TEST_USERS[pick(TEST_USERS.length)]!.address;
          l1.deliver({
            kind: 'depositEth',
            data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [to, 5n]),
          });
        } else if (what === 4) {
          await node.events.next('sealed');
        } else {
          const from = TEST_USERS[pick(TEST_USERS.length)]!;
          const nonce = Number(await node.producer.pendingNonce(from.address)) + (pick(6) === 0 ? 1 : 0);
          const to: Hex = `0x${(0xbeef00 + pick(40)).toString(16).padStart(40, '0')}`;
          const raw = await signTransfer(from, { nonce, to, value: BigInt(pick(1_000)), gas: 30_000n, gasPrice });
          const [result] = await Promise.allSettled([node.producer.submit(raw)]);
          if (result.status === 'fulfilled') acknowledged.add(result.value.hash);
          else expect(String(result.reason)).toMatch(/already known|underpriced|nonce too low/);
        }
      }
      // Fill the gaps so that whatever waits can run.
      for (const from of TEST_USERS) {
        const nonce = Number(await node.producer.pendingNonce(from.address));
        await node.producer.submit(await signTransfer(from, { nonce, to: from.address, gas: 30_000n, gasPrice }));
      }
      for (let i = 0; i < 3; i++) await node.events.next('sealed');
      await node.producer.stop();
      const missing = [...acknowledged].filter((hash) => node.chain.transactionByHash(hash) === undefined);
      expect(missing).toEqual([]);
      await node.close();
      node = await openTestChain(dir.path, { l1, genesis, blockTimeMs: 60_000 });
      expect(await supply(node)).toBe(initial);
      await replay(node, l1);
      await node.close();
    },
  );
});
