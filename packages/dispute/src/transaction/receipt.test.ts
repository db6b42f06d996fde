import { bytesToHex, encodeReceipt, encodeRlp, keccak256, logsBloom } from '@tephra/engine';
import { PREDEPLOYS } from '@tephra/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { leafPath } from '../block/indexTrie.ts';
import { addressBytes, hashWords, readWord, wordBytes } from '../commit/hash.ts';
import { withWords, wordAt, wordTreeOf } from '../commit/wordTree.ts';
import { refBytes } from '../machine/bytes.ts';
import { type Log, PURPOSES, TxContext, UNPAID } from '../machine/context.ts';
import type { Progress } from '../machine/progress.ts';
import { type Receipt, refWords, type State } from '../machine/state.ts';
import { Random } from '../osptest/random.ts';
import { StepVerifier } from '../verifier/index.ts';
import { checkedStep, type OpenBlock, type Opened, openBlock } from './testing/openBlock.ts';

let verifier: StepVerifier;
beforeAll(async () => {
  verifier = await StepVerifier.create();
});

const random = new Random(3);
const anyBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));
const anyWord = (): bigint => readWord(anyBytes(32));

function logOf(topics: number, length: number): Log {
  const offset = random.below(70);
  const data = { tree: wordTreeOf(anyBytes(offset + length)), offset, length };
  const none = { tree: undefined, offset: 0, length: 0 };
  return {
    address: anyWord() >> 96n,
    topics: Array.from({ length: topics }, anyWord),
    data: length === 0 ? none : data,
  };
}

/** A transaction that wrote these logs. */
function receiptOf(opened: Opened, logs: Log[], type: number, succeeded: boolean): Receipt {
  const { state } = opened;
  const tx = new TxContext({
    sender: 1n,
    to: 2n,
    value: 0n,
    data: new Uint8Array(0),
    gasLimit: 0n,
    ...UNPAID,
    purpose: type === 0x7e ? PURPOSES.protocol : PURPOSES.user,
    type,
    progress: state.progress,
  });
  const digests = logs.map((log) => {
    const digest = readWord(hashWords(log.address, log.topics.length, ...log.topics, ...refWords(log.data)));
    tx.logs.set(digest, log);
    return digest;
  });
  return {
    kind: 'receipt',
    tx,
    block: state.block,
    b: state.b,
    succeeded,
    gasUsed: 54_321n,
    logs: { count: logs.length, tree: withWords(undefined, 0, digests) },
  };
}

type Case = { logs: Log[]; type?: number; succeeded?: boolean; block?: OpenBlock };

/** Makes a receipt, which must be the engine's. @returns the steps that it took, their greatest gas, and what the block has then */
async function make({ logs, type = 2, succeeded = true, block = {} }: Case) {
  const content = Array.from({ length: 3 }, () => Uint8Array.of(1));
  const opened = openBlock({ content, count: 1, cumulativeGas: 100_000n, ...block });
  const before = opened.state.progress.fields;
  let state: State = receiptOf(opened, logs, type, succeeded);
  let steps = 0;
  let most = 0n;
  for (; state.kind === 'receipt'; steps++) {
    const { after, gas } = await checkedStep(verifier, state, opened);
    if (gas > most) most = gas;
    state = after;
  }
  if (state.kind !== 'between') throw new Error(state.kind);
  const { fields }: Progress = state.progress;
  const written = logs.map(({ address, topics, data }) => ({
    address: bytesToHex(addressBytes(address)),
    topics: topics.map((topic) => bytesToHex(wordBytes(topic))),
    data: bytesToHex(refBytes(data)),
  }));
  const bloom = logsBloom(written);
  const cumulativeGasUsed = before.cumulativeGas + 54_321n;
  const status = succeeded ? 'success' : 'reverted';
  const receipt = encodeReceipt({ type, status, cumulativeGasUsed, logs: written });
  const node = encodeRlp([leafPath(before.count, before.facts.fields.total), receipt]);
  expect(wordAt(fields.receiptLeaves, before.count)).toBe(readWord(keccak256(node)));
  expect(bytesToHex(fields.bloom)).toBe(bloom);
  expect(fields).toMatchObject({ count: before.count + 1, cumulativeGas: cumulativeGasUsed });
  // One to see that it is long, one for each 64 logs, one for each 1,088 bytes, the last of them perhaps without any.
  const inParts = 2 + Math.ceil(logs.length / 64) + Math.floor(node.length / 1_088);
  return { steps, most, fields, inParts };
}

describe('a receipt', () => {
  it('of a transfer or a call of a token takes one step, and little', async () => {
    const transfer = await make({ logs: [] });
    expect(transfer).toMatchObject({ steps: 1 });
    expect(transfer.most).toBeLessThan(150_000n);
    const token = await make({ logs: [logOf(3, 32)] });
    expect(token).toMatchObject({ steps: 1 });
    expect(token.most).toBeLessThan(250_000n);
    expect(await make({ logs: [logOf(3, 32)], type: 0 })).toMatchObject({ steps: 1 });
    expect(await make({ logs: [], succeeded: false })).toMatchObject({ steps: 1 });
  });

  it('has logs of every form', { timeout: 60_000 }, async () => {
    const lengths = [0, 1, 2, 31, 32, 33, 54, 55, 56, 57, 135, 136, 137, 255, 256, 257, 1_000];
    for (const length of lengths) {
      await make({ logs: [logOf(random.below(5), length), logOf(0, 0), logOf(4, lengths[random.below(17)]!)] });
    }
    // A byte that is its own encoding, and one that is not.
    for (const byte of [0x00, 0x7f, 0x80]) {
      const log = { ...logOf(1, 1), data: { tree: wordTreeOf(Uint8Array.of(byte)), offset: 0, length: 1 } };
      expect(await make({ logs: [log] })).toMatchObject({ steps: 1 });
      // And where it is measured and hashed in parts.
      expect((await make({ logs: [log, logOf(0, 17_000), log] })).steps).toBeGreaterThan(4);
    }
  });

  it('of many logs, or long ones, is made in parts', { timeout: 60_000 }, async () => {
    const whole = await make({ logs: Array.from({ length: 48 }, () => logOf(4, 341)) });
    expect(whole).toMatchObject({ steps: 1 });
    const others = [
      Array.from({ length: 49 }, () => logOf(0, 0)),
      Array.from({ length: 65 }, () => logOf(0, 0)),
      Array.from({ length: 300 }, () => logOf(random.below(5), random.below(90))),
      [logOf(2, 16_385)],
      [logOf(0, 70_000), logOf(4, 1), logOf(1, 9_000)],
    ];
    for (const logs of others) {
      const { steps, inParts, most } = await make({ logs });
      expect(steps).toBe(inParts);
      expect(most).toBeLessThan(5_000_000n);
    }
    expect(whole.most).toBeLessThan(5_000_000n);
  });

  it('may end where a part does', { timeout: 60_000 }, async () => {
    for (let length = 16 * 1_088 - 290; length > 16 * 1_088 - 320; length--) {
      const { steps, inParts } = await make({ logs: [logOf(0, length)] });
      expect(steps).toBe(inParts);
    }
  });
});

describe('the mode of a chain', () => {
  const slot = (mode: bigint): `0x${string}` => `0x${(mode << 192n).toString(16).padStart(64, '0')}`;
  const chainState = (mode: bigint) => ({
    address: PREDEPLOYS.chainState,
    balance: 0n,
    nonce: 1n,
    storage: { [`0x${'00'.repeat(32)}`]: slot(mode) } as const,
  });

  it('is read again behind what the protocol does, after it was brought', async () => {
    const block = { accounts: [chainState(1n)] };
    expect(await make({ logs: [], type: 0x7e, block })).toMatchObject({ steps: 3, fields: { mode: 1 } });
    expect(await make({ logs: [logOf(0, 20_000)], type: 0x7e, block })).toMatchObject({ fields: { mode: 1 } });
    // Not behind a user's, and not behind a message that others follow.
    expect(await make({ logs: [], block })).toMatchObject({ steps: 1, fields: { mode: 0 } });
    const messages = [
      { kind: 'close', data: '0x' },
      { kind: 'close', data: '0x' },
    ] as const;
    const advancing = { ...block, messages: [...messages] };
    expect(await make({ logs: [], type: 0x7e, block: advancing })).toMatchObject({ steps: 1, fields: { mode: 0 } });
    const last = { ...advancing, count: 2 };
    expect(await make({ logs: [], type: 0x7e, block: last })).toMatchObject({ steps: 3, fields: { mode: 1 } });
    expect(await make({ logs: [], type: 2, block: last })).toMatchObject({ steps: 3, fields: { mode: 1 } });
  });

  it('of a state without ChainState is none', async () => {
    expect(await make({ logs: [], type: 0x7e })).toMatchObject({ steps: 3, fields: { mode: 0 } });
  });
});
