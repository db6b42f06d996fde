import { blockMachine, contentInput, type State, step } from '@tephra/dispute';
import { bytesToHex, hexToBytes } from '@tephra/engine';
import {
  contentOfFrames,
  encodeContent,
  encodeSystemTransaction,
  type Hex,
  PREDEPLOYS,
  sourceHash,
} from '@tephra/protocol';
import type { PrivateKeyAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { ProvenLine, word } from '../pov/testing.ts';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { contentOf } from '../transition/index.ts';
import { blockInputOf } from './testing/blockInput.ts';
import { type Below, belowFrom } from './testing/machineRun.ts';

const FEES = { gasless: false, minBaseFee: 1n, dataFeePerByte: 3n } as const;
const TO: Hex = `0x${'99'.repeat(20)}`;

/** What the machine says of the line's newest block, or of one in its place with these transactions. */
function verdict(line: ProvenLine, transactions?: Hex[]): string {
  const number = line.count;
  const input = blockInputOf(line, number);
  const block = line.blocks(number, number)[0]!;
  const content = contentOf(block.header, block.l1Origin, block.transactions);
  const { frames } = encodeContent([{ ...content, transactions: transactions ?? content.transactions }]);
  const machine = blockMachine({ ...input, content: contentInput(contentOfFrames(frames), 0) });
  let state: State = machine.initial;
  while (state.kind !== 'done' && state.kind !== 'invalid') state = step(state, machine.env);
  return state.kind === 'done' ? bytesToHex(state.outputRoot) : 'invalid';
}

/** Some bits or bytes are others. */
function mutated(raw: Hex, below: Below): Hex {
  const bytes = [...hexToBytes(raw)];
  const at = below(below(2) === 0 ? Math.min(20, bytes.length) : bytes.length);
  const kind = below(4);
  if (kind < 2) bytes[at]! ^= 1 << below(8);
  else if (kind === 2) bytes.splice(at, 1);
  else bytes.splice(at, 0, below(256));
  return bytesToHex(Uint8Array.from(bytes));
}

/** One of each kind, which costs nothing: whoever a mutant seems to be from may send it. */
async function free(): Promise<Hex[]> {
  const user = TEST_USERS[5] as PrivateKeyAccount;
  const base = { chainId: Number(TEST_CHAIN_ID), nonce: 0, gas: 300_000n, to: TO } as const;
  const fees = { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n } as const;
  const accessList = [{ address: TO, storageKeys: [word(1n), word(2n)] }];
  const authorizationList = [await user.signAuthorization({ address: TO, chainId: base.chainId, nonce: 1 })];
  return Promise.all([
    user.signTransaction({ ...base, type: 'legacy', gasPrice: 0n, data: '0x00ff' }),
    user.signTransaction({ ...base, type: 'eip2930', gasPrice: 0n, accessList }),
    user.signTransaction({ ...base, type: 'eip1559', ...fees, accessList }),
    user.signTransaction({ ...base, type: 'eip7702', ...fees, authorizationList }),
    user.signTransaction({ ...base, type: 'eip1559', ...fees, to: null, data: '0x600160015500' }),
  ]);
}

describe('a block with a transaction of any form', () => {
  it('is valid for the machine where it is for the node', { timeout: 120_000 }, async () => {
    const below = belowFrom(5);
    const line = await ProvenLine.withContracts({ gasless: true, minBaseFee: 0n, dataFeePerByte: 0n });
    const raws = await free();
    let valid = 0;
    let invalid = 0;
    for (let round = 0; round < 8; round++) {
      for (const raw of raws) {
        const mutant = mutated(raw, below);
        // The line leaves out what it finds invalid, or what can't even be decoded.
        const { block } = await line.block([mutant]).catch(() => line.block([]));
        const isIn = block.transactions.some((transaction) => transaction.raw === mutant);
        if (isIn) valid++;
        else invalid++;
        expect(verdict(line, isIn ? undefined : [mutant]), mutant).toBe(isIn ? block.outputRoot : 'invalid');
      }
    }
    expect(invalid).toBeGreaterThan(10);
    expect(valid).toBeGreaterThan(10);
  });

  it('may be so short that its leaf lies within a branch', async () => {
    const line = await ProvenLine.withContracts({ gasless: true, minBaseFee: 0n, dataFeePerByte: 0n });
    // A creation of nothing: r = s = 1 is a signature too.
    const short = (nonce: string, parity: bigint): Hex =>
      `0xcd${nonce}8082cf0880808082${(2n * TEST_CHAIN_ID + 35n + parity).toString(16)}0101`;
    await line.block([short('80', 0n)]);
    expect(line.line.head.block.transactions).toHaveLength(1);
    expect(verdict(line)).toBe(line.line.head.block.outputRoot);
    const raws = await free();
    await line.block([raws[0]!, short('80', 1n)]);
    expect(line.line.head.block.transactions).toHaveLength(2);
    expect(verdict(line)).toBe(line.line.head.block.outputRoot);
  });
});

describe('a settlement', () => {
  const settlement = (gasLimit: bigint, data: Hex = '0x'): Hex =>
    encodeSystemTransaction({
      sourceHash: sourceHash(TEST_CHAIN_ID, 'settlement', gasLimit),
      from: PREDEPLOYS.system,
      to: PREDEPLOYS.settler,
      value: 0n,
      gasLimit,
      data,
    });

  it('whose gas is too low to begin is in its block, and does nothing', async () => {
    const line = await ProvenLine.withContracts(FEES);
    line.l1.deliver({ kind: 'close', data: '0x' });
    await line.block([]);
    expect(verdict(line)).toBe(line.line.head.block.outputRoot);
    const { block } = await line.block([settlement(20_999n), settlement(100_000n, '0x12345678')]);
    expect(block.receipts.map(({ gasUsed }) => gasUsed)[0]).toBe(20_999n);
    expect(block.transactions.length).toBe(2);
    expect(verdict(line)).toBe(block.outputRoot);
    expect(verdict(line, [await line.sign({ to: TO }, 8)])).toBe('invalid');
  });
});
