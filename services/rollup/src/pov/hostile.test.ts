import { encodeRlp, hexToBytes, keccak256 } from '@tephra/engine';
import { PovError, type ValidatedPov, type ValidateOptions, validatePov } from '@tephra/engine/stvf';
import {
  decodePov,
  encodeInboxPayload,
  encodePov,
  encodeSystemTransaction,
  type Hex,
  type Pov,
  PREDEPLOYS,
  type SystemTransaction,
} from '@tephra/protocol';
import fc from 'fast-check';
import { concatHex, fromRlp, toHex, toRlp } from 'viem';
import { beforeAll, describe, expect, it } from 'vitest';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { ProvenLine, povDeps, word } from './testing.ts';

const ADDRESS: Hex = `0x${'a1'.repeat(20)}`;
const outputs = ({ parent, blocks }: ValidatedPov) => [parent, ...blocks].map(({ outputRoot }) => outputRoot);

/** What a verifier says: the output roots, or the code of its error. Any other end of a validation is a failure. */
function verdict(bytes: Uint8Array, options: ValidateOptions = {}): string[] | string {
  try {
    return outputs(validatePov(bytes, options, povDeps));
  } catch (error) {
    if (error instanceof PovError && error.code !== 'PROGRAM_FAULT') return error.code;
    throw error;
  }
}

const wrongSettlement = (change: Partial<SystemTransaction>): Hex =>
  encodeSystemTransaction({
    sourceHash: word(1n),
    from: PREDEPLOYS.system,
    to: PREDEPLOYS.settler,
    value: 0n,
    gasLimit: 100_000n,
    data: '0x',
    ...change,
  });

describe('hostile proofs', () => {
  let small: Uint8Array;
  let large: Uint8Array;
  let honest: string[];
  let pov: Pov;

  beforeAll(async () => {
    const empty = await ProvenLine.create();
    await empty.block([]);
    small = empty.prove(1, 1).bytes;
    const rich = await ProvenLine.withContracts({ gasless: false, minBaseFee: 5n, dataFeePerByte: 3n });
    const call = (name: Parameters<ProvenLine['contract']>[0], ...words: bigint[]) => ({
      to: rich.contract(name),
      data: concatHex(words.map(word)),
      accessList: [{ address: ADDRESS, storageKeys: [word(1n)] }],
    });
    rich.l1.deliver({ kind: 'depositEth', data: encodeInboxPayload({ kind: 'depositEth', to: ADDRESS, amount: 7n }) });
    rich.l1.deliver({ kind: 'forcedTransaction', data: '0x02' });
    await rich.block([call('writer', 1n, 2n), call('writer', 2n, 2n), call('looker', 1n), call('maker', 1n)]);
    await rich.block([call('writer', 1n, 0n), { to: ADDRESS, value: 1n, type: 'legacy', gas: 21_000n }], 3n);
    await rich.block([call('caller', 1n, 5n), call('killer')]);
    const built = rich.prove(2, 4);
    large = built.bytes;
    honest = outputs(built.validated);
    pov = decodePov(large);
    expect(verdict(large)).toEqual(honest);
  });

  it('cut short anywhere are refused', () => {
    for (let length = 0; length < small.length; length++) expect(verdict(small.subarray(0, length))).toBe('MALFORMED');
    const { length } = large;
    for (let cut = 1; cut < length; cut += 97) expect(verdict(large.subarray(0, length - cut))).toBe('MALFORMED');
    expect(verdict(Buffer.concat([large, Buffer.alloc(1)]))).toBe('MALFORMED');
  });

  it('with any byte changed are refused, or show the same', () => {
    const expected = verdict(small);
    const accepted: number[] = [];
    for (let at = 0; at < small.length; at++) {
      const changed = small.slice();
      changed[at]! ^= 1 << (at % 8);
      const found = verdict(changed);
      if (typeof found === 'string') continue;
      expect(found, `byte ${at}`).toEqual(expected);
      accepted.push(at);
    }
    // Nothing in an empty block depends on the chain's id; who verifies compares it (docs/engine.md).
    expect(accepted.length).toBeLessThan(4);
    fc.assert(
      fc.property(fc.nat(large.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = large.slice();
        changed[at]! ^= flip;
        const found = verdict(changed);
        if (typeof found !== 'string') expect(found).toEqual(honest);
      }),
      { numRuns: 1_000, seed: 21 },
    );
  });

  it('with bytes put in, taken out or repeated are refused, or show the same', () => {
    fc.assert(
      fc.property(
        fc.nat(large.length - 1),
        fc.nat(80),
        fc.oneof(fc.constant(null), fc.uint8Array({ maxLength: 40 })),
        (at, size, put) => {
          const piece = put ?? large.subarray(at, at + size);
          const found = verdict(Buffer.concat([large.subarray(0, at), piece, large.subarray(at + (put ? size : 0))]));
          if (typeof found !== 'string') expect(found).toEqual(honest);
        },
      ),
      { numRuns: 500, seed: 22 },
    );
  });

  it('with other nodes than those that are needed, in their order, are refused', () => {
    const refused = (nodes: Uint8Array[]) => {
      const found = verdict(encodePov({ ...pov, nodes }));
      expect(['MISSING_NODE', 'UNUSED_NODES', 'MALFORMED_NODE']).toContain(found);
      return found;
    };
    const { nodes } = pov;
    expect(refused([])).toBe('MISSING_NODE');
    expect(refused([...nodes, nodes[0]!])).toBe('UNUSED_NODES');
    expect(refused([...nodes, new Uint8Array(0)])).toBe('UNUSED_NODES');
    expect(refused([...nodes, ...Array.from({ length: 100_000 }, () => Uint8Array.of(0x80, 1))])).toBe('UNUSED_NODES');
    for (let i = 0; i < nodes.length; i++) {
      expect(refused(nodes.toSpliced(i, 1))).toBe('MISSING_NODE');
      expect(refused(nodes.toSpliced(i, 0, nodes[i]!))).toMatch(/MISSING|UNUSED/);
      if (i > 0) expect(refused(nodes.toSpliced(i - 1, 2, nodes[i]!, nodes[i - 1]!))).toBe('MISSING_NODE');
    }
  });

  it('with other content are refused', () => {
    const [first, second, third] = pov.blocks as [Pov['blocks'][0], Pov['blocks'][0], Pov['blocks'][0]];
    const blocks = (...changed: Pov['blocks']) => verdict(encodePov({ ...pov, blocks: changed }));
    expect(blocks()).toBe('MALFORMED');
    expect(blocks(first, second)).toBe('UNUSED_NODES');
    expect(blocks(second, third)).not.toEqual(honest);
    expect(blocks(first, second, third, ...Array.from({ length: 4 }, () => third))).toBeTypeOf('string');
    expect(blocks({ ...first, timestamp: first.timestamp - 100n }, second, third)).toBe('BLOCK_INVALID');
    const later = (timestamp: bigint) => blocks(first, { ...second, timestamp }, third);
    expect(later(second.timestamp + 1n)).toMatch(/WRONG|MISSING/);
    const transactions = (changed: Hex[]) => blocks({ ...first, transactions: changed }, second, third);
    const [a, b, ...rest] = first.transactions as [Hex, Hex, ...Hex[]];
    expect(transactions([b, a, ...rest])).toBe('TRANSACTION_INVALID');
    expect(transactions([a, a, b, ...rest])).toBe('TRANSACTION_INVALID');
    expect(transactions([a, b, '0x', ...rest])).toBe('TRANSACTION_INVALID');
    expect(transactions([a, b, '0x03c0', ...rest])).toBe('TRANSACTION_INVALID');
    expect(transactions([a, b])).toMatch(/WRONG|MISSING/);
    const origin = first.origin!;
    const messages = (changed: typeof origin.messages) =>
      blocks({ ...first, origin: { ...origin, messages: changed } }, second, third);
    expect(messages([])).toMatch(/WRONG|MISSING/);
    expect(messages(origin.messages.toReversed())).toMatch(/WRONG|MISSING/);
    expect(messages([{ ...origin.messages[0]!, data: '0x00' }])).toBe('INBOX_INVALID');
    expect(messages([{ ...origin.messages[0]!, l1Block: origin.number + 1n }])).toBe('INBOX_INVALID');
    expect(messages(Array.from({ length: 65 }, () => origin.messages[1]!))).toBe('INBOX_INVALID');
    for (const claim of ['stateRoot', 'receiptsRoot', 'blockHash', 'outputRoot'] as const) {
      const forged = { ...third, claim: { ...third.claim, [claim]: word(1n) } };
      expect(blocks(first, second, forged)).toMatch(/^WRONG/);
    }
  });

  it('with a transaction that can’t be in the block are refused for the right reason', async () => {
    const proven = await ProvenLine.withContracts({ gasless: false, blockGasLimit: 2_000_000n, minBaseFee: 10n });
    await proven.block([{ to: ADDRESS, gas: 21_000n }]);
    proven.l1.deliver({ kind: 'close', data: '0x' });
    await proven.block([]);
    await proven.block([]);
    const nonce = Number(proven.blocks(1, 1)[0]!.transactions.length);
    const account = TEST_USERS[0]!;
    const fees = { maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: 1n };
    const common = {
      type: 'eip1559',
      chainId: Number(TEST_CHAIN_ID),
      nonce,
      to: ADDRESS,
      gas: 21_000n,
      ...fees,
    } as const;
    const creates = { ...common, to: undefined };
    const sign = (fields: object) => account.signTransaction({ ...common, ...fields } as typeof common);
    const reasons: [reason: string, raw: Hex, block?: number][] = [
      ['malformed', '0x'],
      ['malformed', '0x02c0'],
      ['malformed', `${await sign({})}00`],
      ['transaction type not supported', '0x03c0'],
      ['signed for another chain', await sign({ chainId: 1 })],
      ['nonce too low', await sign({ nonce: 0 })],
      ['nonce too high', await sign({ nonce: nonce + 1 })],
      ['fee cap too low', await sign({ maxFeePerGas: 9n })],
      ['insufficient funds for gas * price + value', await sign({ value: 10n ** 30n })],
      ['insufficient funds for gas * price + value', await sign({ value: (1n << 256n) - 1n })],
      ['insufficient funds for gas * price + value', await sign({ maxFeePerGas: (1n << 256n) - 1n })],
      ['gas limit reached', await sign({ gas: 2_000_001n })],
      ['intrinsic gas too low', await sign({ gas: 20_999n })],
      [
        'max initcode size exceeded',
        await account.signTransaction({ ...creates, gas: 1_900_000n, data: `0x${'00'.repeat(49_153)}` }),
      ],
      ['oversized data', await sign({ data: `0x${'00'.repeat(98_304)}` })],
      ['transaction gas limit too high', await sign({ gas: (1n << 25n) + 1n })],
      ['not a transaction of the settlement at its place', wrongSettlement({})],
      ['the chain is closed', await sign({ nonce: nonce + 1 }), 4],
      ['not a transaction of the settlement at its place', wrongSettlement({ value: 1n }), 4],
      ['not a transaction of the settlement at its place', wrongSettlement({ to: ADDRESS }), 4],
      ['not a transaction of the settlement at its place', wrongSettlement({ gasLimit: 2_000_001n }), 4],
    ];
    for (const [reason, raw, block = 2] of reasons) {
      const honestPov = decodePov(proven.prove(block, block).bytes);
      const changed = encodePov({ ...honestPov, blocks: [{ ...honestPov.blocks[0]!, transactions: [raw] }] });
      const details = { blockIndex: 0, reason };
      const check = () => validatePov(changed, {}, povDeps);
      expect(check, reason).toThrow(
        expect.objectContaining({ code: 'TRANSACTION_INVALID', details: expect.objectContaining(details) }),
      );
    }
  });

  it('that claim sizes they don’t have are refused without taking the memory', () => {
    for (const head of ['fb40000000', 'fbffffffff', 'ff4000000000000000', 'fa400000', 'bb40000000', 'f7', 'ff']) {
      expect(verdict(hexToBytes(`0x01${head}`))).toBe('MALFORMED');
      expect(verdict(Buffer.concat([hexToBytes(`0x01${head}`), small]))).toBe('MALFORMED');
    }
    expect(verdict(new Uint8Array(2 ** 26 + 1))).toBe('TOO_LARGE');
    expect(verdict(new Uint8Array(2 ** 26).fill(1))).toBe('MALFORMED');
  });

  it('with lists inside lists without end are refused', () => {
    const nested = (depth: number): Uint8Array => {
      let item: Parameters<typeof encodeRlp>[0] = [];
      for (let i = 0; i < depth; i++) item = [item];
      return encodeRlp(item);
    };
    expect(verdict(Buffer.concat([Uint8Array.of(1), nested(2_000)]))).toBe('MALFORMED');
    const deep = toHex(Buffer.concat([Uint8Array.of(2), nested(2_000)]));
    expect(verdict(encodePov({ ...pov, blocks: [{ ...pov.blocks[0]!, transactions: [deep] }] }))).toBe(
      'TRANSACTION_INVALID',
    );
  });

  /** The proof of a block on a state that the prover made up: its root is the hash of the first node. */
  const onState = (nodes: Uint8Array[], change: Partial<Pov> = {}): Uint8Array => {
    const header = fromRlp(pov.parent.header, 'bytes') as Uint8Array[];
    header[3] = keccak256(nodes[0]!);
    return encodePov({
      ...pov,
      parent: { ...pov.parent, header: toRlp(header, 'hex') },
      nodes,
      ...change,
    });
  };

  it('on made-up states come to an end', () => {
    const hash = keccak256(Uint8Array.of(1));
    const made: Uint8Array[][] = [
      [new Uint8Array(0)],
      [Uint8Array.of(0x80)],
      [Uint8Array.of(0xc0)],
      [new Uint8Array(1_000_000)],
      [encodeRlp([Uint8Array.of(0x20), new Uint8Array(0)])],
      [encodeRlp([Uint8Array.of(0x00), hash])],
      [encodeRlp([Uint8Array.of(0x11), []])],
      [encodeRlp([Uint8Array.of(0x41), hash])],
      [encodeRlp(Array.from({ length: 17 }, () => hash))],
      [encodeRlp(Array.from({ length: 16 }, () => hash))],
      [encodeRlp(Array.from({ length: 17 }, () => []))],
      [encodeRlp([...Array.from({ length: 16 }, () => new Uint8Array(0)), Uint8Array.of(1)])],
    ];
    for (const nodes of made) expect(verdict(onState(nodes))).toMatch(/MALFORMED_NODE|MISSING_NODE|WRONG|INVALID/);
    // Below each branch is the next one, whichever way a key goes, deeper than keys are long.
    let below = encodeRlp(Array.from({ length: 17 }, () => new Uint8Array(0)));
    const tower = [below];
    for (let i = 0; i < 70; i++) {
      const child = keccak256(below);
      below = encodeRlp([...Array.from({ length: 16 }, () => child), new Uint8Array(0)]);
      tower.unshift(below);
    }
    expect(verdict(onState(tower))).toBe('MALFORMED_NODE');
    // Every key is the same leaf's, which holds no account.
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1, maxLength: 4 }), (nodes) => {
        expect(verdict(onState(nodes))).toBeTypeOf('string');
      }),
      { numRuns: 200, seed: 23 },
    );
  });

  it('are given no more gas, memory and time than the verifier grants', async () => {
    expect(verdict(large, { maxGas: 100_000n })).toBe('OUT_OF_FUEL');
    expect(verdict(large, { maxBytes: 1_000 })).toBe('TOO_LARGE');
    expect(verdict(large, { maxMemory: 2 ** 20 })).toBe('OUT_OF_MEMORY');
    let clock = 0;
    const late = () => validatePov(large, { timeoutMs: 5 }, { ...povDeps, now: () => clock++ });
    expect(late).toThrow(expect.objectContaining({ code: 'TIMEOUT' }));
  });

  it('of random bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(verdict(bytes)).toBe('MALFORMED');
        expect(verdict(Buffer.concat([Uint8Array.of(1), bytes]))).toBe('MALFORMED');
      }),
      { numRuns: 200, seed: 24 },
    );
  });
});
