import { PovError, type PovErrorCode, type PovErrorDetails } from './errors.ts';
import { BLOCK_REASONS, POV_FAILURES, TRANSACTION_REASONS } from './failure.ts';
import { type PrecompileResult, type RecoverKey, runPrecompile } from './precompiles.ts';
import { instantiatePov } from './program.ts';
import { readHash, readResult, type ValidatedBlock } from './readResult.ts';
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
 * What a proof shows: that blocks follow from the parent by the rules of the chain, with this content. It says nothing of
 * whether the parent, the L1 origins and the rules are the true ones: compare `parent.outputRoot`, the origins' hashes and
 * inbox accumulators, and the rules in the proof with what the L1 says.
 */
export type ValidatedPov = { parent: ValidatedBlock; blocks: ValidatedBlock[] };

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

class Stopped extends Error {}

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
  const deadline = now() + timeoutMs;
  const inTime = (): void => {
    if (now() > deadline) throw new Stopped();
  };
  let output: Uint8Array = new Uint8Array(0);
  let found: Uint8Array = output;
  const bytes = (at: number, length: number) => new Uint8Array(program.memory.buffer, at, length).slice();
  const write = (at: number, data: Uint8Array) => new Uint8Array(program.memory.buffer).set(data, at);
  const program = instantiatePov(module, {
    precompile: (id, input, length, gas) => {
      inTime();
      const result: PrecompileResult = runPrecompile(id, bytes(input, length), gas, recover);
      if (result === undefined) return -1n;
      output = result.output;
      return result.gas;
    },
    precompileSize: () => output.length,
    readPrecompile: (out) => write(out, output),
    recover: (hash, parity, signature, out) => {
      inTime();
      const key = recover(bytes(hash, 32), parity, bytes(signature, 64));
      if (key !== null) write(out, key);
      return Number(key !== null);
    },
    preimageSize: (hash) => {
      const known = preimage?.(bytes(hash, 32));
      found = known ?? found;
      return known?.length ?? -1;
    },
    readPreimage: (out) => write(out, found),
  });
  try {
    const at = program.receive(proof.length, randomSeed(), BigInt(maxMemory));
    write(at, proof);
    const status = program.validate(at, proof.length, maxGas, Number(preimage !== undefined));
    if (status !== 0) throw refusal(program, status);
    return {
      parent: readResult(program.memory.buffer, program.validatedBlock(0)),
      blocks: Array.from({ length: program.validatedCount() }, (_, i) =>
        readResult(program.memory.buffer, program.validatedBlock(i + 1)),
      ),
    };
  } catch (error) {
    if (error instanceof PovError) throw error;
    if (error instanceof Stopped) throw new PovError('TIMEOUT', `The proof takes longer than ${timeoutMs} ms`);
    if (program.isOutOfMemory() !== 0) {
      throw new PovError('OUT_OF_MEMORY', `The proof takes more memory than ${maxMemory} bytes`);
    }
    throw new PovError('PROGRAM_FAULT', 'The validating program broke off', { cause: error });
  }
}

/** Not secret: it only makes it hard to choose keys that collide in the program's tables. */
const randomSeed = (): bigint => BigInt(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER));

const MESSAGES: Partial<Record<PovErrorCode, (details: PovErrorDetails) => string>> = {
  MALFORMED: () => 'The proof is not well-formed',
  MISSING_NODE: ({ subject }) => `The proof lacks ${subject}, which is needed next`,
  MALFORMED_NODE: ({ subject }) => `What has the hash ${subject} is no node of a state`,
  UNUSED_NODES: () => 'The proof has nodes that nothing needs',
  BLOCK_INVALID: ({ reason }) => `The block breaks a rule: ${reason}`,
  INBOX_INVALID: () => 'The inbox messages are not those that follow',
  TRANSACTION_INVALID: ({ transactionIndex, reason }) => `Transaction ${transactionIndex} is invalid: ${reason}`,
  WRONG_STATE_ROOT: ({ subject }) => `The claimed state root is wrong: execution gives ${subject}`,
  WRONG_RECEIPTS_ROOT: ({ subject }) => `The claimed receipts root is wrong: execution gives ${subject}`,
  WRONG_BLOCK_HASH: ({ subject }) => `The claimed block hash is wrong: execution gives ${subject}`,
  WRONG_OUTPUT_ROOT: ({ subject }) => `The claimed output root is wrong: execution gives ${subject}`,
  OUT_OF_FUEL: () => 'The transactions may take more gas than is granted',
};

function refusal(program: ReturnType<typeof instantiatePov>, status: number): PovError {
  const code = POV_FAILURES[status];
  if (code === undefined || code === 'NONE') return new PovError('PROGRAM_FAULT', `The program answered ${status}`);
  const [block, transaction] = [program.failureBlock(), program.failureTransaction()];
  const subject = readHash(program.memory.buffer, program.failureSubject());
  const reasons =
    code === 'BLOCK_INVALID' ? BLOCK_REASONS : code === 'TRANSACTION_INVALID' ? TRANSACTION_REASONS : undefined;
  const details: PovErrorDetails = {
    blockIndex: block < 0 ? null : block,
    transactionIndex: transaction < 0 ? null : transaction,
    reason: reasons?.[program.failureDetail()] ?? null,
    subject: /^0x0*$/.test(subject) ? null : subject,
  };
  const place = details.blockIndex === null ? '' : ` (block ${details.blockIndex} of the proof)`;
  return new PovError(code, `${MESSAGES[code]?.(details) ?? code}${place}`, { details });
}
