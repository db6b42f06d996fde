/** Random programs, biased to odd stack, memory, call and create patterns, for tests that compare the engines. */
import type { Address, Hash, Hex } from '@tephra/protocol';
import fc from 'fast-check';
import { bytesToHex } from '../bytes.ts';
import type { BlockContext, Engine, EngineDeps, EngineOptions } from '../engine.ts';
import { InvalidTransactionError } from '../errors.ts';
import type { Authorization } from '../transaction/authorization.ts';
import type { DecodedTransaction } from '../transaction/decode.ts';
import { blsPart } from './blsParts.ts';

export const SENDER: Address = `0x${'5e'.repeat(20)}`;
const COINBASE: Address = '0x00000000000000000000000000000000007e0007';
const VAULT: Address = '0x00000000000000000000000000000000007e0006';
const ZERO: Hash = `0x${'00'.repeat(32)}`;
/** Accounts without code of their own that transactions make stand for others. */
const ACCOUNTS: Address[] = [1, 2].map((i): Address => `0x${`e${i}`.repeat(20)}`);
/** Contracts with random code that call each other. */
export const CONTRACTS: Address[] = [1, 2, 3, 4].map((i): Address => `0x${`c${i}`.repeat(20)}`);

/** Whom transactions call. */
const TARGETS: Address[] = [...CONTRACTS, ...CONTRACTS, ...ACCOUNTS, SENDER];

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
  { weight: 2, arbitrary: fc.nat(18).map(BigInt) },
  { weight: 3, arbitrary: fc.constantFrom(...ACCOUNTS, SENDER).map((a) => BigInt(a)) },
  { weight: 1, arbitrary: fc.constantFrom(COINBASE).map((a) => BigInt(a)) },
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
/** Writes points of BLS12-381, good and bad, to memory and calls a contract of EIP-2537 with them. */
const blsCall = fc
  .record({
    id: fc.integer({ min: 11, max: 17 }),
    parts: fc.array(blsPart, { minLength: 1, maxLength: 4 }),
    cut: fc.nat(9),
  })
  .map(({ id, parts, cut }) => {
    const input = parts
      .map((part) => part(id))
      .join('')
      .slice(0, cut === 0 ? 100 : undefined);
    const words = input.padEnd(Math.ceil(input.length / 64) * 64, '0').match(/.{64}/g) ?? [];
    const stores = words.map((text, i) => `7f${text}${push(BigInt(32 * i))}52`).join('');
    // Output goes to memory, what it came to into a slot.
    return `${stores}610100${push(0x400n)}${push(BigInt(input.length / 2))}5f${push(BigInt(id))}5afa${push(1n)}55`;
  });
const program = fc
  .array(
    fc.oneof({ weight: 20, arbitrary: plain }, { weight: 4, arbitrary: creation }, { weight: 1, arbitrary: blsCall }),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));

/** Who signed is a draw as well: recovery has its own tests. */
const authorization: fc.Arbitrary<Authorization> = fc.record({
  chainId: fc.constantFrom(0n, 0n, 1n, 1n, 2n),
  address: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...CONTRACTS) },
    { weight: 2, arbitrary: fc.constantFrom(...ACCOUNTS, SENDER) },
    { weight: 2, arbitrary: fc.nat(18).map((id): Address => `0x${id.toString(16).padStart(40, '0')}`) },
  ),
  nonce: fc.oneof(fc.constantFrom(0n, 1n, 2n, (1n << 64n) - 1n), fc.nat(25).map(BigInt)),
  yParity: fc.constant(0),
  r: fc.constant(1n),
  s: fc.constant(1n),
  authority: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<Address | null>(...ACCOUNTS, SENDER) },
    { weight: 2, arbitrary: fc.constantFrom<Address | null>(null, CONTRACTS[0]!, COINBASE) },
  ),
});

type Case = {
  creates: boolean;
  target: number;
  data: string;
  value: bigint;
  gasLimit: bigint;
  authorizations: Authorization[];
};
const testCase: fc.Arbitrary<Case> = fc.record({
  creates: fc.boolean(),
  target: fc.nat(TARGETS.length - 1),
  // Sometimes so much that the floor of EIP-7623 counts.
  data: fc.oneof(
    { weight: 6, arbitrary: program },
    { weight: 1, arbitrary: program.map((code) => code + 'ff00'.repeat(1_200)) },
  ),
  value: fc.nat(3).map(BigInt),
  authorizations: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Authorization[]>([]) },
    { weight: 2, arbitrary: fc.array(authorization, { minLength: 1, maxLength: 3 }) },
  ),
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
  const sets = !test.creates && test.authorizations.length > 0;
  return {
    raw: new Uint8Array(),
    hash: ZERO,
    type: sets ? 4 : 2,
    sender: SENDER,
    nonce,
    to: test.creates ? null : TARGETS[test.target]!,
    value: test.value,
    gasLimit: test.gasLimit,
    data: Buffer.from(test.data, 'hex'),
    maxFeePerGas: 10n,
    maxPriorityFeePerGas: 2n,
    accessList: [],
    ...(sets ? { authorizationList: test.authorizations } : {}),
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
    { address: ACCOUNTS[0]!, balance: 5n },
    { address: ACCOUNTS[1]!, balance: 0n, nonce: 1n, code: `0xef0100${CONTRACTS[1]!.slice(2)}` },
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
  const outcomes: object[] = [];
  for (const test of tests) {
    // Its own authorizations and the code it stands for count it up, too.
    const nonce = (await engine.getAccount(SENDER, 'open'))?.nonce ?? 0n;
    const decoded = transactionOf(test, nonce);
    try {
      const run = await engine.executeTransaction({ raw: decoded.raw, sender: SENDER, decoded });
      const { haltReason: _, ...outcome } = run;
      outcomes.push(outcome);
    } catch (error) {
      // Such as a gas limit below the floor.
      if (!(error instanceof InvalidTransactionError)) throw error;
      outcomes.push({ invalid: error.code });
    }
  }
  const { stateRoot } = await engine.seal();
  return { outcomes, root: stateRoot };
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
