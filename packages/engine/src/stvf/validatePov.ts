import { PovError } from './errors.ts';
import { PovMachine, type Session } from './machine.ts';
import type { RecoverKey } from './precompiles.ts';
import type { ClaimedRules, ValidatedBlock } from './readResult.ts';
import { recoverKey } from './recover.ts';

export type ValidateOptions = {
  /** Largest proof that is looked at, bytes; default 64 MiB. */
  maxBytes?: number;
  /** Memory of the program, bytes; default 1 GiB. */
  maxMemory?: number;
  /** Gas that all transactions may take; default 2^32. */
  maxGas?: bigint;
  /** How long, ms, until no further precompiled contract or signature is begun; default 60,000. */
  timeoutMs?: number;
};

export type ValidateDeps = {
  /** `stvf.wasm`, compiled. */
  module: WebAssembly.Module;
  /** Default: {@link recoverKey}. */
  recover?: RecoverKey;
  /** Milliseconds that only grow; default `performance.now`. */
  now?: () => number;
};

/**
 * What a proof shows: that blocks follow from the parent by the rules, with their content. It says nothing of whether the
 * parent, the L1 origins and the rules are the true ones: compare `parent.outputRoot`, origins and inbox accumulators, and
 * `rules` with what the L1 says.
 */
export type ValidatedPov = { rules: ClaimedRules; parent: ValidatedBlock; blocks: ValidatedBlock[] };

/** Preimages of hashes, for a proof that is being made. */
export type PreimageReader = (hash: Uint8Array) => Uint8Array | undefined;

/**
 * Executes a proof of validity. Needs nothing but its bytes.
 * @throws PovError
 */
export const validatePov = (proof: Uint8Array, options: ValidateOptions, deps: ValidateDeps): ValidatedPov =>
  run(proof, options, deps, undefined);

/**
 * As {@link validatePov} for a proof that has no nodes yet: takes them from `preimage`, once each and in the order in which a
 * proof must have them.
 */
export const recordPov = (
  proof: Uint8Array,
  options: ValidateOptions,
  deps: ValidateDeps,
  preimage: PreimageReader,
): ValidatedPov => run(proof, options, deps, preimage);

/** Instances that ended well: making one takes longer than a small proof. */
const machines = new WeakMap<WebAssembly.Module, PovMachine>();
/** Memory can only grow: an instance that took more is not kept. */
const KEPT_MEMORY = 2 ** 27;

function run(
  proof: Uint8Array,
  options: ValidateOptions,
  deps: ValidateDeps,
  preimage: PreimageReader | undefined,
): ValidatedPov {
  const { maxBytes = 2 ** 26, maxMemory = 2 ** 30, maxGas = 2n ** 32n, timeoutMs = 60_000 } = options;
  const { module, recover = recoverKey, now = () => performance.now() } = deps;
  if (proof.length > maxBytes) {
    throw new PovError('TOO_LARGE', `The proof has ${proof.length} bytes, ${maxBytes} are allowed`);
  }
  const session: Session = { maxMemory, maxGas, timeoutMs, deadline: now() + timeoutMs, now, recover, preimage };
  const machine = machines.get(module) ?? new PovMachine(module);
  machines.delete(module);
  try {
    return machine.run(proof, session);
  } finally {
    if (machine.isIntact && machine.memorySize <= KEPT_MEMORY) machines.set(module, machine);
  }
}
