/** Cases of what Prague adds, for vectors that both engines must give; made by bench/vectors.ts. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { Address, Hex } from '@tephra/protocol';
import type { StateTestFile } from '../statetest/stateTestCase.ts';

type Test = StateTestFile[string];
type Account = Test['pre'][Address];
type Authorization = NonNullable<Test['transaction']['authorizationList']>[number];
/** How accounts sign. */
export type Sign = (key: Hex, fields: { chainId: bigint; address: Address; nonce: bigint }) => Authorization;

export const SENDER_KEY: Hex = `0x${'45'.repeat(32)}`;
export const OWNER_KEY: Hex = `0x${'46'.repeat(32)}`;

const ZERO: Address = `0x${'00'.repeat(20)}`;
const PROGRAM: Address = `0x${'c0'.repeat(20)}`;
const CALLER: Address = `0x${'ca'.repeat(20)}`;
const POINTER: Address = `0x${'b0'.repeat(20)}`;
const LAST_NONCE = (1n << 64n) - 1n;
const COINS: Hex = '0xde0b6b3a7640000';

const push = (value: bigint | Address): string => {
  const digits = BigInt(value).toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return (0x5f + even.length / 2).toString(16).padStart(2, '0') + even;
};
const account = (fields: Partial<Account> = {}): Account => ({
  balance: '0x00',
  nonce: '0x00',
  code: '0x',
  storage: {},
  ...fields,
});
const pointerTo = (address: Address): Hex => `0xef0100${address.slice(2)}`;

/** sstore(1, caller), sstore(2, codesize), sstore(3, gas), log0 of nothing */
const COUNTING: Hex = '0x33600155386002555a60035560006000a000';

/** Calls `target` twice in one way; keeps both outcomes and the gas of all. */
function calling(op: number, target: Address): Hex {
  const value = op === 0xf1 || op === 0xf2 ? '5f' : '';
  const call = `5f5f5f5f${value}${push(target)}${push(100_000n)}${op.toString(16)}`;
  return `0x5a${call}600155${call}6002555a900360035500`;
}

/** EXTCODESIZE, EXTCODEHASH, EXTCODECOPY of `target`, and the gas that is left. */
const looking = (target: Address): Hex =>
  `0x${push(target)}3b600155${push(target)}3f60025560205f5f${push(target)}3c5f516003555a60055500`;

const field = (value: bigint): string => value.toString(16).padStart(128, '0');
const word = (value: bigint): string => value.toString(16).padStart(64, '0');
function g1(scalar: bigint): string {
  const { x, y } = bls12_381.G1.Point.BASE.multiply(scalar).toAffine();
  return field(x) + field(y);
}
function g2(scalar: bigint): string {
  const { x, y } = bls12_381.G2.Point.BASE.multiply(scalar).toAffine();
  return field(x.c0) + field(x.c1) + field(y.c0) + field(y.c1);
}

/** An input of each contract of EIP-2537, and the gas that just suffices. */
const BLS_INPUTS: [id: number, input: string, gas: bigint][] = [
  [11, g1(2n) + g1(3n), 375n],
  [12, g1(2n) + word(9n) + g1(5n) + word((1n << 256n) - 1n), 22_776n],
  [13, g2(2n) + g2(3n), 600n],
  [14, g2(2n) + word(9n) + g2(4n) + word(0n), 45_000n],
  [15, g1(6n) + g2(5n) + g1(bls12_381.fields.Fr.ORDER - 10n) + g2(3n), 102_900n],
  [16, field(7n), 5_500n],
  [17, field(7n) + field(8n), 23_800n],
];

/** Calls a contract with the calldata and `gas`; keeps outcome, size of the output and its hash. */
const relaying = (id: number, gas: bigint): Hex =>
  `0x365f5f375f5f365f${push(BigInt(id))}${push(gas)}fa6001553d6002553d5f5f3e3d5f2060035500`;

type Input = {
  to?: Hex;
  data?: Hex;
  value?: bigint;
  gas?: bigint;
  pre?: Test['pre'];
  authorizations?: Authorization[];
};

/** Name and test of each; what they come to is filled in by who runs them. */
export function pragueCases(sign: Sign, sender: Address, owner: Address): [name: string, test: Test][] {
  const authorize = (address: Address, fields: { chainId?: bigint; nonce?: bigint; key?: Hex } = {}): Authorization => {
    const { chainId = 1n, nonce = 0n, key = OWNER_KEY } = fields;
    return sign(key, { chainId, address, nonce });
  };
  const delegated = { [owner]: account({ nonce: '0x1', balance: '0x5', code: pointerTo(PROGRAM) }) };
  const pointed = { [POINTER]: account({ nonce: '0x1', code: pointerTo(PROGRAM) }) };
  const caller = (code: Hex, fields: Partial<Account> = {}) => ({ [CALLER]: account({ code, ...fields }) });
  const throughCaller = { [owner]: account({ nonce: '0x1', balance: '0x5', code: pointerTo(CALLER) }) };
  const precompiled: Address = `0x${'02'.padStart(40, '0')}`;
  const cases: Record<string, Input> = {
    'setCode: of another account': { authorizations: [authorize(PROGRAM)] },
    'setCode: of one that exists': {
      authorizations: [authorize(PROGRAM)],
      pre: { [owner]: account({ balance: '0x1' }) },
    },
    'setCode: on every chain': { authorizations: [authorize(PROGRAM, { chainId: 0n })] },
    'setCode: of another chain': { authorizations: [authorize(PROGRAM, { chainId: 2n })] },
    'setCode: of another nonce': { authorizations: [authorize(PROGRAM, { nonce: 1n })] },
    'setCode: of an account at the last nonce': {
      authorizations: [authorize(PROGRAM, { nonce: LAST_NONCE })],
      pre: { [owner]: account({ nonce: `0x${LAST_NONCE.toString(16)}` }) },
    },
    'setCode: of the sender': { to: sender, authorizations: [authorize(PROGRAM, { key: SENDER_KEY, nonce: 1n })] },
    'setCode: twice': { authorizations: [authorize(CALLER), authorize(PROGRAM, { nonce: 1n })] },
    'setCode: ended': { authorizations: [authorize(ZERO, { nonce: 1n })], pre: delegated },
    'setCode: of a contract': { authorizations: [authorize(PROGRAM)], pre: { [owner]: account({ code: '0x00' }) } },
    'setCode: with a high s': { authorizations: [{ ...authorize(PROGRAM), s: `0x${'f'.repeat(63)}0` }] },
    'setCode: with a parity of two': { authorizations: [{ ...authorize(PROGRAM), v: '0x02' }] },
    'setCode: to itself': { authorizations: [authorize(owner)] },
    'setCode: to one that stands for another': { authorizations: [authorize(POINTER)], pre: pointed },
    'setCode: to a precompiled contract': { authorizations: [authorize(precompiled)], value: 1n },
    'setCode: stays when the call reverts': {
      authorizations: [authorize(PROGRAM)],
      to: CALLER,
      pre: caller('0x5f5ffd'),
    },
    'setCode: with no authorization': { authorizations: [] },
    'setCode: to create a contract': { authorizations: [authorize(PROGRAM)], to: '0x' },
    'setCode: without the gas for it': { authorizations: [authorize(PROGRAM)], gas: 45_999n },
    'setCode: of an account that is called later': {
      authorizations: [authorize(PROGRAM)],
      to: CALLER,
      pre: caller(calling(0xf1, owner)),
    },
    'delegated: is called': { pre: delegated },
    'delegated: sends': { pre: { [sender]: account({ balance: COINS, code: pointerTo(PROGRAM) }) } },
    'delegated: is looked at': { to: CALLER, pre: { ...pointed, ...caller(looking(POINTER)) } },
    'delegated: its code looks at where it stands': {
      pre: { ...throughCaller, ...caller(`0x${push(CALLER)}31505a60015500`) },
    },
    'delegated: creates a contract': { pre: { ...throughCaller, ...caller('0x5f5f5ff000') } },
    'delegated: sends what it has': { pre: { ...throughCaller, ...caller('0x33ff') } },
    'floor: counts': { to: CALLER, data: `0x${'00'.repeat(700)}${'ff'.repeat(700)}` },
    'floor: leaves nothing of a refund': {
      to: CALLER,
      data: `0x${'ff'.repeat(600)}`,
      pre: caller('0x5f5f555f60015500', { storage: { '0x00': '0x01', '0x01': '0x01' } }),
    },
    'floor: is just paid': { to: CALLER, data: '0x00ff', gas: 21_050n },
    'floor: is not paid': { to: CALLER, data: '0x00ff', gas: 21_049n },
  };
  for (const [name, op] of Object.entries({ CALL: 0xf1, CALLCODE: 0xf2, DELEGATECALL: 0xf4, STATICCALL: 0xfa })) {
    cases[`delegated: by ${name}`] = { to: CALLER, pre: { ...pointed, ...caller(calling(op, POINTER)) } };
  }
  for (const [id, input, gas] of BLS_INPUTS) {
    const name = `precompiled 0x${id.toString(16).padStart(2, '0')}`;
    const relay = (data: Hex, given: bigint): Input => ({ to: CALLER, data, pre: caller(relaying(id, given)) });
    cases[`${name}: answers`] = relay(`0x${input}`, gas);
    cases[`${name}: with too little gas`] = relay(`0x${input}`, gas - 1n);
    cases[`${name}: with a byte too few`] = relay(`0x${input.slice(2)}`, gas);
    cases[`${name}: outside the field`] = relay(`0x01${input.slice(2)}`, gas);
  }
  cases['precompiled 0x11: is the last'] = {
    to: CALLER,
    data: `0x${field(7n) + field(8n)}`,
    pre: caller(`${relaying(17, 23_800n).slice(0, -2)}${relaying(18, 23_800n).slice(2)}` as Hex),
  };
  return Object.entries(cases).map(([name, input]) => [name, testOf(sender, { to: owner, ...input })]);
}

function testOf(
  sender: Address,
  { to, data = '0x', value = 0n, gas = 500_000n, pre = {}, authorizations }: Input & { to: Hex },
): Test {
  return {
    env: {
      currentCoinbase: `0x${'2a'.repeat(20)}`,
      currentGasLimit: '0x1c9c380',
      currentNumber: '0x1',
      currentTimestamp: '0x3e8',
      currentBaseFee: '0x7',
      currentExcessBlobGas: '0x0',
    },
    pre: {
      [sender]: account({ balance: COINS }),
      [PROGRAM]: account({ nonce: '0x1', code: COUNTING }),
      ...pre,
    },
    transaction: {
      data: [data],
      gasLimit: [`0x${gas.toString(16)}`],
      value: [`0x${value.toString(16)}`],
      nonce: '0x0',
      sender,
      to,
      maxFeePerGas: '0xa',
      maxPriorityFeePerGas: '0x1',
      accessLists: [[]],
      ...(authorizations === undefined ? {} : { authorizationList: authorizations }),
    },
    post: {},
  };
}
