import type { ExecResult } from '@ethereumjs/evm';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { sha256 } from '../crypto/sha256.ts';
import { capPrecompiles } from '../ethereumjs/capPrecompiles.ts';
import { createEvm, mclBls } from '../ethereumjs/evm.ts';
import { JournaledState } from '../ethereumjs/journaledState.ts';
import { PRECOMPILE_CAPS } from '../precompiles/caps.ts';
import { pointEvaluation } from '../precompiles/kzg.ts';
import { CommittedState } from '../state/committedState.ts';
import { TwoGenerationCache } from '../state/twoGenerationCache.ts';
import { blake2f, type Compress, createCompress } from '../stvf/blake2f.ts';
import { bls12381 } from '../stvf/bls12381.ts';
import { programModule } from './program.ts';

/** Output and gas of a precompiled contract; undefined where the call fails and takes all its gas. */
export type PrecompileResult = { output: Uint8Array; gas: bigint } | undefined;
/** @param id low byte of the address, 1 to 17 */
export type Precompiles = (id: number, input: Uint8Array, gas: bigint) => PrecompileResult;

/** An instance for it alone, made when it is first needed: in JavaScript a block full of rounds would take ten seconds. */
let compress: Compress | undefined;

const BLAKE2F = 9;
const POINT_EVALUATION = 10;
const FIRST_OF_BLS = 11;
const POINT_EVALUATION_GAS = 50_000n;
/** FIELD_ELEMENTS_PER_BLOB and BLS_MODULUS, what a proof that holds returns (EIP-4844). */
const POINT_EVALUATION_OUTPUT = hexToBytes(
  '0x000000000000000000000000000000000000000000000000000000000000100073eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001',
);

/**
 * The precompiled contracts of all forks, called synchronously: as ethereumjs has them, but for those that are faster or
 * need not be waited for here. @param capped see precompiles/caps.ts
 */
export function createPrecompiles(chainId: bigint, capped: boolean): Precompiles {
  const store = { get: () => undefined };
  const evm = createEvm(
    chainId,
    new JournaledState(new CommittedState(store, new TwoGenerationCache(1), 1)),
    store.get,
  );
  if (capped) capPrecompiles(evm);
  const isCapped = (id: number, data: Uint8Array) => capped && PRECOMPILE_CAPS[id]?.(data) === false;
  return (id, data, gasLimit) => {
    if (id >= FIRST_OF_BLS) return isCapped(id, data) ? undefined : bls12381(id, data, gasLimit, mclBls);
    if (id === POINT_EVALUATION) return evaluatePoint(data, gasLimit);
    if (id === BLAKE2F) {
      compress ??= createCompress(programModule());
      return isCapped(id, data) ? undefined : blake2f(data, gasLimit, compress);
    }
    const run = evm.precompiles.get(id.toString(16).padStart(40, '0'));
    if (run === undefined) throw new Error(`no precompiled contract ${id}`);
    const result = run({ data, gasLimit, common: evm.common, _EVM: evm }) as ExecResult;
    if (result.exceptionError !== undefined) return undefined;
    return { output: result.returnValue, gas: result.executionGasUsed };
  };
}

/** EIP-4844; ethereumjs' own is asynchronous. */
function evaluatePoint(data: Uint8Array, gasLimit: bigint): PrecompileResult {
  if (gasLimit < POINT_EVALUATION_GAS || data.length !== 192) return undefined;
  const field = (start: number, end: number) => bytesToHex(data.subarray(start, end));
  const versioned = sha256(data.subarray(96, 144));
  versioned[0] = 1;
  if (field(0, 32) !== bytesToHex(versioned)) return undefined;
  try {
    if (!pointEvaluation.verifyProof(field(96, 144), field(32, 64), field(64, 96), field(144, 192))) return undefined;
  } catch (error) {
    if (error instanceof Error && error.message === 'C_KZG_BADARGS') return undefined;
    throw error;
  }
  return { output: POINT_EVALUATION_OUTPUT, gas: POINT_EVALUATION_GAS };
}
