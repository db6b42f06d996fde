import { hexToBytes, keccak256 } from '@tephra/engine';
import { encodeSystemTransaction, MAX_TRANSACTION_BYTES, PREDEPLOYS, sourceHash } from '@tephra/protocol';
import { type Hex, pad, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { beforeAll, describe, expect, it } from 'vitest';
import { PHASES } from '../machine/progress.ts';
import type { Start, State } from '../machine/state.ts';
import { Random } from '../osptest/random.ts';
import { StepVerifier } from '../verifier/index.ts';
import { CHAIN_ID, checkedStep, checkedUntil, type OpenBlock, openBlock } from './testing/openBlock.ts';

const user = privateKeyToAccount(keccakKey(1));
const other = privateKeyToAccount(keccakKey(2));
const TO: Hex = `0x${'99'.repeat(20)}`;
const SKIP = '0x3ffaffab';

function keccakKey(seed: number): Hex {
  return pad(toHex(seed + 0xabc0), { size: 32 });
}

const chainId = Number(CHAIN_ID);
const FEES = { maxFeePerGas: 5_000n, maxPriorityFeePerGas: 7n } as const;
const accessList = [
  { address: TO, storageKeys: [pad('0x01'), pad('0x00')] },
  { address: user.address, storageKeys: [] },
  { address: TO, storageKeys: [pad('0x02')] },
];

/** One of each kind, all of them valid in a block of Prague. */
async function kinds(): Promise<Record<string, Hex>> {
  const base = { chainId, nonce: 0, gas: 200_000n, to: TO, value: 1n } as const;
  const authorizationList = await Promise.all(
    [0, 5].map((nonce) => other.signAuthorization({ address: TO, chainId, nonce })),
  );
  const longer = `0x${'00ff'.repeat(700)}` as const;
  return {
    legacy: await user.signTransaction({ ...base, type: 'legacy', gasPrice: 5_000n, data: '0x1234' }),
    create: await user.signTransaction({ ...base, to: null, type: 'legacy', gasPrice: 5_000n, data: longer }),
    'type 1': await user.signTransaction({ ...base, type: 'eip2930', gasPrice: 5_000n, accessList }),
    'type 2': await user.signTransaction({ ...base, ...FEES, type: 'eip1559', data: longer, accessList }),
    'type 4': await user.signTransaction({ ...base, ...FEES, type: 'eip7702', authorizationList }),
    transfer: await user.signTransaction({ ...base, ...FEES, type: 'eip1559', gas: 21_000n }),
  };
}

const settlement = (gasLimit = 300_000n, from: Hex = PREDEPLOYS.system, to: Hex = PREDEPLOYS.settler): Hex =>
  encodeSystemTransaction({
    sourceHash: sourceHash(CHAIN_ID, 'settlement', 1n),
    from,
    to,
    value: 0n,
    gasLimit,
    data: '0x1234567800',
  });

const accounts = [{ address: user.address, balance: 10n ** 18n, nonce: 0n }];

let verifier: StepVerifier;
let raws: Record<string, Hex>;
beforeAll(async () => {
  verifier = await StepVerifier.create();
  raws = await kinds();
});

const isChecked = (state: State): boolean => state.kind !== 'start' || state.phase !== 'check';

/** Reads and checks what is next. @returns 'invalid', or the transaction that begins */
async function verdict(block: OpenBlock): Promise<'invalid' | Start> {
  const after = await checkedUntil(verifier, openBlock({ accounts, ...block }), isChecked);
  return after.kind === 'start' ? after : 'invalid';
}

/** Reads a transaction that was forced in. @returns why it is skipped; null where it is not */
async function skipped(data: Hex, block: OpenBlock = {}): Promise<number | null> {
  const messages = [
    { kind: 'close', data: '0x' },
    { kind: 'forcedTransaction', data },
  ] as const;
  const start = await verdict({ messages: [...messages], count: 2, firstMessage: 2, ...block });
  if (start === 'invalid') throw new Error('what is forced in can make no block invalid');
  const { data: call, type } = start.tx.fields;
  if (type !== 0x7e) return null;
  expect([...call.subarray(0, 4)]).toEqual([...hexToBytes(SKIP)]);
  expect([...call.subarray(36, 68)]).toEqual([...keccak256(hexToBytes(data))]);
  return call.at(-1)!;
}

describe('a transaction of the content', () => {
  it.each(['legacy', 'create', 'type 1', 'type 2', 'type 4', 'transfer'])('is read: %s', async (name) => {
    const raw = hexToBytes(raws[name]!);
    const start = await verdict({ content: [raw] });
    if (start === 'invalid') throw new Error('it is valid');
    expect(start.tx.fields.sender).toBe(BigInt(user.address));
    expect(start.tx.fields.dataFee).toBe(3n * BigInt(raw.length));
    expect(start.tx.fields.gasPrice).toBe(
      name === 'legacy' || name === 'create' || name === 'type 1' ? 5_000n : 1_007n,
    );
  });

  it('may lie in many pieces, and anywhere in its block', async () => {
    const raw = hexToBytes(raws['type 2']!);
    const content = Array.from({ length: 200 }, (_, i) => (i === 150 ? raw : Uint8Array.of(i)));
    const pieces = content.map(({ length }, i) => (i === 150 ? [100, 1, length - 101] : [length]));
    const start = await verdict({ content, pieces, count: 150 });
    expect(start).not.toBe('invalid');
  });

  it.each<[string, (raws: Record<string, Hex>) => OpenBlock & { raw: Hex }]>([
    ['nothing', () => ({ raw: '0x' })],
    ['a type that is none', (all) => ({ raw: `0x03${all['type 2']!.slice(4)}` })],
    ['type 4 before Prague', (all) => ({ raw: all['type 4']!, fork: 'cancun' })],
    ['more bytes than a transaction may have', () => ({ raw: `0x02${'00'.repeat(MAX_TRANSACTION_BYTES)}` })],
    ['more gas than the block has left', (all) => ({ raw: all.legacy!, cumulativeGas: 29_800_001n })],
    ['a block that used more than its limit', (all) => ({ raw: all.legacy!, cumulativeGas: 40_000_000n })],
    ['a chain that closes', (all) => ({ raw: all.legacy!, mode: 1 })],
    ['a chain that has closed', (all) => ({ raw: all.legacy!, parentMode: 1 })],
    ['a sender without means', (all) => ({ raw: all.legacy!, accounts: [] })],
    ['a nonce that was used', (all) => ({ raw: all.legacy!, accounts: [{ ...accounts[0]!, nonce: 1n }] })],
    ['a sender with code', (all) => ({ raw: all.legacy!, accounts: [{ ...accounts[0]!, code: '0x00' }] })],
    ['a settlement while the chain is open', () => ({ raw: settlement() })],
    ['a settlement in the block that closes', () => ({ raw: settlement(), parentMode: 0, mode: 1 })],
    ['a settlement behind the last one', () => ({ raw: settlement(), parentMode: 1, mode: 2 })],
    ['a settlement from somebody', () => ({ raw: settlement(1n, TO), parentMode: 1 })],
    ['a settlement of something else', () => ({ raw: settlement(1n, PREDEPLOYS.system, TO), parentMode: 1 })],
    ['a settlement above the limit', () => ({ raw: settlement(30_000_001n), parentMode: 1 })],
  ])('makes its block invalid: %s', async (_, make) => {
    const { raw, ...block } = make(raws);
    expect(await verdict({ content: [hexToBytes(raw)], ...block })).toBe('invalid');
  });

  it('of an account that stands for another is one of a user, from Prague on', async () => {
    const delegated = [{ ...accounts[0]!, code: `0xef0100${'99'.repeat(20)}` as const }];
    const content = [hexToBytes(raws.legacy!)];
    expect(await verdict({ content, accounts: delegated })).not.toBe('invalid');
    expect(await verdict({ content, accounts: delegated, fork: 'cancun' })).toBe('invalid');
  });

  it('costs nothing where nobody pays', async () => {
    const raw = await user.signTransaction({ chainId, nonce: 0, gas: 21_000n, to: TO, type: 'legacy', gasPrice: 0n });
    const start = await verdict({ content: [hexToBytes(raw)], gasless: true, accounts: [] });
    expect(start).not.toBe('invalid');
  });

  it('of the protocol settles alone with all gas of a block, and ends where its gas is too low to begin', async () => {
    const block = { content: [hexToBytes(settlement(30_000_000n))], parentMode: 1, cumulativeGas: 300_000n };
    expect(await verdict(block)).toMatchObject({ phase: 'sender' });
    expect(await verdict({ ...block, content: [Uint8Array.of(1), ...block.content], count: 1 })).toBe('invalid');
    const low = openBlock({ content: [hexToBytes(settlement(20_999n))], parentMode: 1 });
    const end = await checkedUntil(verifier, low, ({ kind }) => kind === 'end');
    expect(end).toMatchObject({ succeeded: false, gasUsed: 20_999n });
  });
});

describe('a transaction that was forced in', () => {
  it('is executed beyond what the block has left, or skipped for a reason', async () => {
    const full = { cumulativeGas: 30_000_000n };
    expect(await skipped(raws['type 2']!, full)).toBeNull();
    expect(await skipped('0x')).toBe(1);
    expect(await skipped(`${raws.legacy!}00`)).toBe(1);
    const elsewhere = { chainId: 1, nonce: 0, gas: 21_000n, to: TO, ...FEES } as const;
    const wrongChain = await user.signTransaction({ ...elsewhere, type: 'eip1559' });
    expect(await skipped(wrongChain)).toBe(2);
    // What is malformed behind the number of the chain comes first: here the value has a leading zero.
    expect(await skipped('0x02cc01808080808082000080c0808080')).toBe(1);
    expect(await skipped(settlement())).toBe(3);
    expect(await skipped('0x7e')).toBe(3);
    expect(await skipped('0x05c0')).toBe(3);
    expect(await skipped(raws['type 4']!, { fork: 'cancun' })).toBe(3);
    const gas = (limit: bigint) =>
      user.signTransaction({ chainId, nonce: 0, gas: limit, to: TO, ...FEES, type: 'eip1559' });
    expect(await skipped(await gas(2_000_001n))).toBe(4);
    expect(await skipped(await gas(2_000_000n))).toBeNull();
    expect(await skipped(await gas(20_999n))).toBe(10);
    const withNonce = (nonce: bigint) => ({ accounts: [{ ...accounts[0]!, nonce }] });
    expect(await skipped(raws.legacy!, withNonce(1n))).toBe(5);
    expect(await skipped(await user.signTransaction({ ...elsewhere, chainId, nonce: 3, type: 'eip1559' }))).toBe(6);
    expect(await skipped(raws.legacy!, { accounts: [] })).toBe(7);
    const price = (maxFeePerGas: bigint, maxPriorityFeePerGas = 0n) =>
      user.signTransaction({ ...elsewhere, chainId, maxFeePerGas, maxPriorityFeePerGas, type: 'eip1559' });
    expect(await skipped(await price(999n))).toBe(8);
    expect(await skipped(await price(1_000n))).toBeNull();
    // More than all numbers: 2^256 - 1 for each unit of gas.
    expect(await skipped(await price((1n << 256n) - 1n))).toBe(7);
    expect(await skipped(raws.legacy!, { accounts: [{ ...accounts[0]!, code: '0x6000' }] })).toBe(9);
    const initCode = (size: number) =>
      user.signTransaction({
        ...elsewhere,
        chainId,
        to: null,
        gas: 2_000_000n,
        data: `0x${'00'.repeat(size)}`,
        type: 'eip1559',
      });
    expect(await skipped(await initCode(49_153))).toBe(10);
    expect(await skipped(await initCode(4_000))).toBeNull();
  });
});

describe('a transaction of another chain', () => {
  /** A list with this content, of less than 64 KiB. */
  const list = (content: Uint8Array): Uint8Array => {
    const { length } = content;
    const head = length < 56 ? [0xc0 + length] : length < 256 ? [0xf8, length] : [0xf9, length >> 8, length & 255];
    return Uint8Array.from([...head, ...content]);
  };
  /** One of type 2 whose list of accesses is this. */
  const elsewhere = (accesses: Uint8Array): Hex => {
    const fields = Uint8Array.from([1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, ...accesses, 0x80, 0x80, 0x80]);
    return `0x02${Buffer.from(list(fields)).toString('hex')}`;
  };

  it('is one where all of it is canonical, as deep as lists may be', async () => {
    const nested = (depth: number): Uint8Array => {
      let inner: Uint8Array = Uint8Array.of(0x80);
      for (let i = 0; i < depth; i++) inner = list(inner);
      return inner;
    };
    const reasons = [];
    for (const depth of [1, 2, 62, 63, 64, 65, 66]) reasons.push(await skipped(elsewhere(nested(depth))));
    expect(reasons).toEqual([2, 2, 2, 2, 1, 1, 1]);
    expect(await skipped(elsewhere(list(Uint8Array.of(0x81, 0x7f))))).toBe(1);
    expect(await skipped(elsewhere(list(Uint8Array.of(0xc1))))).toBe(1);
  });

  it('is told within a move, however many items it has', async () => {
    const data = elsewhere(list(new Uint8Array(16_300).fill(1)));
    const opened = openBlock({ messages: [{ kind: 'forcedTransaction', data }], count: 1 });
    const { gas } = await checkedStep(verifier, opened.state, opened);
    expect(gas).toBeLessThan(12_000_000n);
  });
});

it('may be shorter than a hash, wherever it comes from', async () => {
  // A creation of nothing, signed with r = s = 1.
  const short = `0xcd808082cf0880808082${(2n * CHAIN_ID + 35n).toString(16)}0101` as const;
  const raw = hexToBytes(short);
  const start = await verdict({ content: [raw], gasless: true, accounts: [] });
  if (start === 'invalid') throw new Error('it is valid');
  expect(await verdict({ content: [Uint8Array.of(1), raw], count: 1, gasless: true, accounts: [] })).not.toBe(
    'invalid',
  );
  expect(await skipped(short, { gasless: true, accounts: [] })).toBeNull();
  // Its leaf makes way for that of the record.
  const address = pad(toHex(start.tx.fields.sender), { size: 20 });
  const used = [{ address, balance: 0n, nonce: 1n }];
  expect(await skipped(short, { gasless: true, accounts: used })).toBe(5);
});

describe('what follows from the L1', () => {
  const words = (...values: bigint[]): Hex => `0x${values.map((v) => pad(toHex(v)).slice(2)).join('')}`;
  const text = (value: string): bigint[] => [
    BigInt(value.length),
    BigInt(toHex(value)) << BigInt(8 * (32 - value.length)),
  ];

  it('is one transaction for the origin and one for each message', async () => {
    const messages: NonNullable<OpenBlock['messages']> = [
      { kind: 'depositEth', data: words(BigInt(TO), 5n) },
      {
        kind: 'depositErc20',
        data: words(1n, 2n, 3n, 192n, 256n, 18n, ...text('Name'), ...text('SYM')),
      },
      {
        kind: 'depositErc721',
        data: words(1n, 2n, 3n, 192n, 256n, 320n, ...text('Name'), ...text('SYM'), ...text('uri')),
      },
      { kind: 'depositErc1155', data: words(1n, 2n, 3n, 4n, 160n, ...text('uri')) },
      {
        kind: 'registerToken',
        data: words(1n, 2n, 256n, 320n, 0n, 6n, 7n, 8n, ...text('Name'), ...text('SYM')),
      },
      { kind: 'forcedTransaction', data: raws.transfer! },
      { kind: 'close', data: '0x' },
    ];
    const gas: bigint[] = [];
    for (let count = 0; count <= messages.length; count++) {
      const start = await verdict({ messages, count, firstMessage: 3 });
      if (start === 'invalid') throw new Error('nothing can be wrong with it');
      gas.push(start.tx.fields.gasLimit);
    }
    expect(gas).toEqual([200_000n, 1_000_000n, 1_000_000n, 1_500_000n, 1_500_000n, 1_000_000n, 21_000n, 200_000n]);
  });
});

describe('calls of the forks', () => {
  const contract = { address: '0x000f3df6d732807ef1319fb7b8bb8522d0beac02', balance: 0n, code: '0x00' } as const;

  it('are none where there is no contract', async () => {
    for (const fork of ['cancun', 'prague'] as const) {
      const opened = openBlock({ fork, phase: PHASES.beaconRoot });
      const after = await checkedUntil(verifier, opened, ({ kind }) => kind === 'between');
      const phase = fork === 'prague' ? PHASES.blockHash : PHASES.transactions;
      expect(after.kind === 'between' && after.progress.fields.phase).toBe(phase);
    }
    const opened = openBlock({ phase: PHASES.blockHash });
    const after = await checkedUntil(verifier, opened, ({ kind }) => kind === 'between');
    expect(after.kind === 'between' && after.progress.fields.phase).toBe(PHASES.transactions);
  });

  it('run where there is one, and count for nobody', async () => {
    const opened = openBlock({ phase: PHASES.beaconRoot, accounts: [{ ...contract }] });
    const after = await checkedUntil(verifier, opened, ({ kind }) => kind === 'between');
    if (after.kind !== 'between') throw new Error('unreachable');
    expect(after.progress.fields).toMatchObject({ phase: PHASES.blockHash, count: 0, cumulativeGas: 0n });
  });
});

describe('bytes of any form', () => {
  it('are read alike by machine and contracts', { timeout: 120_000 }, async () => {
    const random = new Random(7);
    const verdicts = new Map<string, number>();
    const count = (name: string) => verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
    for (const raw of [...Object.values(raws), settlement()]) {
      for (let i = 0; i < 24; i++) {
        const mutant = mutated(hexToBytes(raw), random);
        const hex: Hex = `0x${Buffer.from(mutant).toString('hex')}`;
        const reason = await skipped(hex);
        count(reason === null ? 'executed' : `skipped ${reason}`);
        const parentMode = raw.startsWith('0x7e') ? 1 : 0;
        const start = await verdict({ content: [mutant], parentMode });
        count(start === 'invalid' ? 'invalid' : 'valid');
      }
    }
    for (const name of ['skipped 1', 'skipped 2', 'skipped 3', 'skipped 7', 'invalid']) {
      expect(verdicts.get(name), name).toBeGreaterThan(0);
    }
  });
});

/** A few bits or bytes of it are others, more, or fewer. */
function mutated(raw: Uint8Array, random: Random): Uint8Array {
  const bytes = [...raw];
  for (let changes = 1 + random.below(2); changes > 0; changes--) {
    // The heads are where most can go wrong.
    const at = random.below(random.below(2) === 0 ? Math.min(24, bytes.length) : bytes.length);
    const kind = random.below(4);
    if (kind < 2) bytes[at]! ^= 1 << random.below(8);
    else if (kind === 2) bytes.splice(at, 1);
    else bytes.splice(at, 0, random.below(256));
  }
  return Uint8Array.from(bytes);
}

describe('a step of reading', () => {
  it('of the largest transactions fits into a move', { timeout: 60_000 }, async () => {
    const size = MAX_TRANSACTION_BYTES - 200;
    const base = { chainId, nonce: 0, gas: 30_000_000n, to: TO, ...FEES } as const;
    const data = await user.signTransaction({ ...base, data: `0x${'11'.repeat(size)}`, type: 'eip1559' });
    const keys = Array.from({ length: Math.floor(size / 33) }, (_, i) => pad(toHex(i)));
    const oneList = [{ address: TO, storageKeys: keys }];
    const oneEntry = await user.signTransaction({ ...base, accessList: oneList, type: 'eip1559' });
    const entries = Array.from({ length: Math.floor(size / 23) }, () => ({ address: TO, storageKeys: [] }));
    const manyEntries = await user.signTransaction({ ...base, accessList: entries, type: 'eip1559' });
    const authorization = await other.signAuthorization({ address: TO, chainId, nonce: 0 });
    const authorizationList = Array.from({ length: Math.floor(size / 97) }, () => authorization);
    const manySigned = await user.signTransaction({ ...base, authorizationList, type: 'eip7702' });
    // As many as all gas of a transaction pays for, as short as they can be.
    const shortest = { address: TO, chainId: 0, nonce: 0, r: toHex(1n), s: toHex(1n), yParity: 0 } as const;
    const mostSigned = await user.signTransaction({
      ...base,
      gas: 1n << 25n,
      authorizationList: Array.from({ length: 1_340 }, () => shortest),
      type: 'eip7702',
    });
    for (const raw of [data, oneEntry, manyEntries, manySigned, mostSigned]) {
      expect(raw.length / 2 - 1).toBeLessThanOrEqual(MAX_TRANSACTION_BYTES);
      const opened = openBlock({ content: [hexToBytes(raw)], accounts, gasLimit: 1n << 26n });
      const { after, gas } = await checkedStep(verifier, opened.state, opened);
      expect(after.kind).toBe('start');
      // A move may take 12 million, the way to its leaf included (PROTOCOL.md).
      expect(gas).toBeLessThan(8_000_000n);
    }
  });
});
