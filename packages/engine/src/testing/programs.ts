/** Random programs, biased to odd stack, memory, call and create patterns, for tests that compare the engines. */
import type { Address, Hash, Hex } from '@tephra/protocol';
import fc from 'fast-check';
import { bytesToHex } from '../bytes.ts';
import type { BlockContext, Engine, EngineDeps, EngineOptions, ExecutionOutcome } from '../engine.ts';
import type { DecodedTransaction } from '../transaction/decode.ts';

export const SENDER: Address = `0x${'5e'.repeat(20)}`;
const COINBASE: Address = '0x00000000000000000000000000000000007e0007';
const VAULT: Address = '0x00000000000000000000000000000000007e0006';
const ZERO: Hash = `0x${'00'.repeat(32)}`;
/** Contracts with random code that call each other. */
export const CONTRACTS: Address[] = [1, 2, 3, 4].map((i): Address => `0x${`c${i}`.repeat(20)}`);

const byte = (value: number): string => value.toString(16).padStart(2, '0');
const push = (value: bigint): string => {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return byte(0x5f + even.length / 2) + even;
};

/** Numbers that arithmetic and memory are sensitive to. */
const word = fc.oneof(
  fc.nat(40).map(BigInt),
  fc.nat(300).map((n) => BigInt(n)),
  fc.constantFrom(1n << 255n, (1n << 256n) - 1n, (1n << 255n) - 1n, 1n << 128n, (1n << 64n) - 1n, 1n << 32n),
  fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
  fc.bigInt({ min: 0n, max: (1n << 64n) + 2n }),
);
const small = fc.oneof({ weight: 20, arbitrary: fc.nat(200).map(BigInt) }, { weight: 1, arbitrary: word });
const address = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...CONTRACTS).map((a) => BigInt(a)) },
  { weight: 2, arbitrary: fc.nat(11).map(BigInt) },
  { weight: 1, arbitrary: fc.constantFrom(SENDER, COINBASE).map((a) => BigInt(a)) },
  { weight: 1, arbitrary: word },
);
const gas = fc.oneof(fc.nat(5_000).map(BigInt), fc.constant(100_000n), fc.constant((1n << 256n) - 1n));
const slot = fc.nat(3).map(BigInt);

/** An instruction with its operands pushed, the first on top. */
const operation = (opcode: number, ...operands: fc.Arbitrary<bigint>[]): fc.Arbitrary<string> =>
  fc.tuple(...operands).map((values) => values.toReversed().map(push).join('') + byte(opcode));
const oneOf = (...opcodes: number[]): fc.Arbitrary<number> => fc.constantFrom(...opcodes);
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

const piece: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 12,
    arbitrary: oneOf(...range(0x01, 0x07), 0x0b, ...range(0x10, 0x1d)).chain((op) => operation(op, word, word)),
  },
  { weight: 3, arbitrary: oneOf(0x08, 0x09).chain((op) => operation(op, word, word, word)) },
  { weight: 1, arbitrary: operation(0x0a, word, fc.oneof(fc.nat(70).map(BigInt), word)) },
  { weight: 4, arbitrary: oneOf(...range(0x01, 0x0b), ...range(0x10, 0x1d)).map(byte) },
  { weight: 3, arbitrary: oneOf(0x20, 0xa0).chain((op) => operation(op, small, small)) },
  { weight: 2, arbitrary: oneOf(0xa1, 0xa2, 0xa4).chain((op) => operation(op, small, small, word, word, word, word)) },
  { weight: 4, arbitrary: oneOf(...range(0x30, 0x34), 0x36, 0x38, 0x3a, 0x3d, ...range(0x41, 0x48), 0x4a).map(byte) },
  { weight: 3, arbitrary: oneOf(0x31, 0x3b, 0x3f).chain((op) => operation(op, address)) },
  { weight: 2, arbitrary: oneOf(0x35, 0x49, 0x40).chain((op) => operation(op, small)) },
  { weight: 3, arbitrary: oneOf(0x37, 0x39, 0x3e, 0x5e).chain((op) => operation(op, small, small, small)) },
  { weight: 1, arbitrary: operation(0x3c, address, small, small, small) },
  { weight: 4, arbitrary: operation(0x51, small) },
  { weight: 6, arbitrary: oneOf(0x52, 0x53).chain((op) => operation(op, small, word)) },
  { weight: 4, arbitrary: oneOf(0x54, 0x5c).chain((op) => operation(op, slot)) },
  { weight: 6, arbitrary: oneOf(0x55, 0x5d).chain((op) => operation(op, slot, fc.nat(2).map(BigInt))) },
  { weight: 3, arbitrary: oneOf(0x50, 0x58, 0x59, 0x5a, 0x5b, ...range(0x80, 0x9f)).map(byte) },
  { weight: 1, arbitrary: oneOf(0x56, 0x57).chain((op) => operation(op, small, fc.nat(1).map(BigInt))) },
  {
    weight: 6,
    arbitrary: oneOf(0xf1, 0xf2).chain((op) =>
      operation(op, gas, address, fc.nat(2).map(BigInt), small, small, small, small),
    ),
  },
  { weight: 6, arbitrary: oneOf(0xf4, 0xfa).chain((op) => operation(op, gas, address, small, small, small, small)) },
  { weight: 2, arbitrary: oneOf(0x00, 0xfe, 0xff, 0x0c).map(byte) },
  { weight: 2, arbitrary: oneOf(0xf3, 0xfd).chain((op) => operation(op, small, small)) },
  { weight: 1, arbitrary: operation(0xff, address) },
  { weight: 1, arbitrary: fc.nat(255).map(byte) },
);
const plain = fc.array(piece, { minLength: 1, maxLength: 25 }).map((pieces) => pieces.join(''));

/** Writes code to memory and creates a contract with it. */
const creation = fc
  .record({ code: plain, deploys: fc.boolean(), salted: fc.boolean(), value: fc.nat(1), salt: fc.nat(2) })
  .map(({ code, deploys, salted, value, salt }) => {
    // Deployed code begins with STOP, the rest is init code that is executed.
    const initCode = deploys ? `6001600c60003960016000f300${code}` : code;
    const padded = initCode.padEnd(Math.ceil(initCode.length / 64) * 64, '0');
    const words = padded.match(/.{64}/g) ?? [];
    const stores = words.map((text, i) => `7f${text}${push(BigInt(32 * i))}52`).join('');
    const size = push(BigInt(initCode.length / 2));
    return salted
      ? `${stores}${push(BigInt(salt))}${size}5f${push(BigInt(value))}f5`
      : `${stores}${size}5f${push(BigInt(value))}f0`;
  });
const program = fc
  .array(fc.oneof({ weight: 5, arbitrary: plain }, { weight: 1, arbitrary: creation }), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));

type Case = { creates: boolean; target: number; data: string; value: bigint; gasLimit: bigint };
const testCase: fc.Arbitrary<Case> = fc.record({
  creates: fc.boolean(),
  target: fc.nat(CONTRACTS.length - 1),
  data: program,
  value: fc.nat(3).map(BigInt),
  gasLimit: fc.oneof(fc.constant(1_000_000n), fc.integer({ min: 150_000, max: 400_000 }).map(BigInt)),
});

export const context: BlockContext = {
  number: 300n,
  timestamp: 1_700_000_000n,
  gasLimit: 1_000_000_000n,
  baseFeePerGas: 7n,
  coinbase: COINBASE,
  baseFeeRecipient: VAULT,
  prevRandao: `0x${'ab'.repeat(32)}`,
  parentBeaconBlockRoot: ZERO,
};

export function transactionOf(test: Case, nonce: bigint): DecodedTransaction {
  return {
    raw: new Uint8Array(),
    hash: ZERO,
    type: 2,
    sender: SENDER,
    nonce,
    to: test.creates ? null : CONTRACTS[test.target]!,
    value: test.value,
    gasLimit: test.gasLimit,
    data: Buffer.from(test.data, 'hex'),
    maxFeePerGas: 10n,
    maxPriorityFeePerGas: 2n,
    accessList: [],
    signature: null,
    sourceHash: null,
  };
}

/** An engine with the store that it writes to. */
export type ComparedEngine<E extends Engine> = { engine: E; nodes: Map<string, Uint8Array> };

export function comparedEngine<E extends Engine>(
  Implemented: new (options: EngineOptions, deps: EngineDeps) => E,
): ComparedEngine<E> {
  const nodes = new Map<string, Uint8Array>();
  const engine = new Implemented(
    { chainId: 1n },
    {
      store: { get: (key) => nodes.get(bytesToHex(key)) },
      blockHash: (number) => new Uint8Array(32).fill(Number(number % 251n)),
    },
  );
  return { engine, nodes };
}

/** Puts the contracts into an empty state. @returns its root */
export async function writeContracts({ engine, nodes }: ComparedEngine<Engine>, codes: string[]): Promise<Hash> {
  nodes.clear();
  const genesis = await engine.genesis([
    { address: SENDER, balance: 10n ** 30n },
    ...CONTRACTS.map((address, i) => ({
      address,
      balance: BigInt(i),
      nonce: 1n,
      code: `0x${codes[i]}` as Hex,
      storage: i % 2 === 0 ? { [ZERO]: `0x${'01'.padStart(64, '0')}` as Hash } : {},
    })),
  ]);
  for (const [key, value] of genesis.writes) nodes.set(bytesToHex(key), value);
  return genesis.stateRoot;
}

/** Programs share blocks, so that one meets the state that others left. */
const PROGRAMS_PER_BLOCK = 20;

export type ProgramBlock = [codes: string[], tests: Case[]];

/** Codes of the contracts, and transactions that call them or create others. */
export const programBlock = (size = PROGRAMS_PER_BLOCK): fc.Arbitrary<ProgramBlock> =>
  fc.tuple(
    fc.array(program, { minLength: CONTRACTS.length, maxLength: CONTRACTS.length }),
    fc.array(testCase, { minLength: size, maxLength: size }),
  );

/** What all transactions of a block came to, and the root after it. */
async function runBlock(
  compared: ComparedEngine<Engine>,
  [codes, tests]: ProgramBlock,
): Promise<{ outcomes: object[]; root: Hash }> {
  const { engine } = compared;
  await engine.beginBlock(await writeContracts(compared, codes), context);
  const outcomes: ExecutionOutcome[] = [];
  for (const [i, test] of tests.entries()) {
    const decoded = transactionOf(test, BigInt(i));
    outcomes.push(await engine.executeTransaction({ raw: decoded.raw, sender: SENDER, decoded }));
  }
  const { stateRoot } = await engine.seal();
  return { outcomes: outcomes.map(({ haltReason: _, ...rest }) => rest), root: stateRoot };
}

/**
 * Has two engines run random programs: status, gas, output, logs, bloom, created contracts and state root must be the same.
 * @param expectEqual throws when its arguments differ
 * @throws Error of fast-check, with seed and the smallest programs on which they differ
 */
export async function comparePrograms(
  engines: [ComparedEngine<Engine>, ComparedEngine<Engine>],
  { programs, seed }: { programs: number; seed: number },
  expectEqual: (actual: object, expected: object) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(programBlock(), async (block) => {
      expectEqual(await runBlock(engines[0], block), await runBlock(engines[1], block));
    }),
    { numRuns: programs / PROGRAMS_PER_BLOCK, seed },
  );
}
