import { bytesToHex, createPrecompiles, keccak256 } from '@tephra/engine';
import type { Env } from '../machine/env.ts';
import type { State } from '../machine/state.ts';
import { prepareCase } from '../osptest/prepareCase.ts';
import { chainMachine } from '../tree/chainMachine.ts';
import { STUTTER, type StateMachine } from '../tree/stateMachine.ts';

const SENDER = `0x${'5e'.repeat(20)}` as const;
const CONTRACT = `0x${'c0'.repeat(20)}` as const;
const ZERO_HASH = `0x${'00'.repeat(32)}` as const;
// PUSH1 1 PUSH0 SSTORE PUSH0; JUMPDEST PUSH1 1 ADD DUP1 PUSH0 MSTORE PUSH1 5 JUMP: until the gas is spent.
const CODE = '0x60015f555f5b600101805f52600556';

/** A transaction that counts in a loop until its gas is spent, as a claim of its own; 25 gas for every 8 steps. */
export function loopMachine(gasLimit: bigint): { machine: StateMachine<State>; env: Env } {
  const data = new Uint8Array(0);
  const { start, env } = prepareCase(
    {
      name: 'loop',
      pre: [
        { address: SENDER, balance: 10n ** 24n, nonce: 0n },
        { address: CONTRACT, balance: 0n, nonce: 1n, code: CODE },
      ],
      context: {
        number: 1n,
        timestamp: 1_000n,
        gasLimit: 1n << 30n,
        baseFeePerGas: 7n,
        coinbase: `0x${'cb'.repeat(20)}`,
        baseFeeRecipient: `0x${'cb'.repeat(20)}`,
        prevRandao: ZERO_HASH,
        parentBeaconBlockRoot: ZERO_HASH,
      },
      transaction: {
        hash: bytesToHex(keccak256(data)),
        raw: data,
        type: 2,
        sender: SENDER,
        nonce: 0n,
        to: CONTRACT,
        value: 0n,
        data,
        gasLimit,
        maxFeePerGas: 7n,
        maxPriorityFeePerGas: 0n,
        accessList: [],
      } as never,
      expected: { stateRoot: ZERO_HASH, logsHash: ZERO_HASH },
    },
    'cancun',
    createPrecompiles(1n, true),
  );
  const machine = chainMachine({ initial: start, env });
  const isOver = ({ kind }: State) => kind === 'receipt';
  const prove: typeof machine.prove = (state, isFirst) =>
    isOver(state) ? { family: STUTTER, witness: new Uint8Array(0), codes: [] } : machine.prove(state, isFirst);
  return { machine: { ...machine, isBoundary: isOver, isFinal: isOver, prove }, env };
}
