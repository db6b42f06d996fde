import type { GenesisAccount } from '@tephra/engine';
import { STATE_TEST_VAULT, type StateTestCase } from '@tephra/engine/statetest';
import type { Address, Hash, Hex } from '@tephra/protocol';

const SENDER: Address = `0x${'a1'.repeat(20)}`;
/** The account whose code runs. */
export const PROGRAM: Address = `0x${'c0de'.repeat(10)}`;
const ZERO_HASH: Hash = `0x${'00'.repeat(32)}`;

export type ProgramOptions = { data?: Uint8Array; gasLimit?: bigint; nonce?: bigint; others?: GenesisAccount[] };

/** A transaction that runs some code, as a state test; what it should come to is not known. */
export function programCase(code: Hex, options: ProgramOptions = {}): StateTestCase {
  const { data = new Uint8Array(0), gasLimit = 30_000_000n, nonce = 1n, others = [] } = options;
  return {
    name: 'program',
    pre: [
      { address: SENDER, balance: 10n ** 20n, nonce: 1n },
      { address: PROGRAM, balance: 5n, nonce, code },
      ...others,
    ],
    context: {
      number: 5n,
      timestamp: 1_000n,
      gasLimit,
      baseFeePerGas: 7n,
      coinbase: `0x${'cb'.repeat(20)}`,
      baseFeeRecipient: STATE_TEST_VAULT,
      prevRandao: ZERO_HASH,
      parentBeaconBlockRoot: ZERO_HASH,
    },
    transaction: {
      raw: new Uint8Array(0),
      hash: ZERO_HASH,
      type: 2,
      sender: SENDER,
      nonce: 1n,
      to: PROGRAM,
      value: 0n,
      gasLimit,
      data,
      maxFeePerGas: 10n,
      maxPriorityFeePerGas: 1n,
      accessList: [],
      signature: null,
      sourceHash: null,
    },
    expected: { stateRoot: ZERO_HASH, logsHash: ZERO_HASH },
  };
}

const word = (value: bigint | number): string => `7f${BigInt(value).toString(16).padStart(64, '0')}`;

/** Assembles words to be pushed, bigint or number, and opcodes as hex without 0x. */
export const program = (...parts: (bigint | number | string)[]): Hex =>
  `0x${parts.map((part) => (typeof part === 'string' ? part : word(part))).join('')}`;
