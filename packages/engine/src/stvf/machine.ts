import { type Compress, compressWith } from './blake2f.ts';
import { PovError, type PovErrorCode, type PovErrorDetails } from './errors.ts';
import { BLOCK_REASONS, POV_FAILURES, TRANSACTION_REASONS } from './failure.ts';
import { type RecoverKey, runPrecompile } from './precompiles.ts';
import { instantiatePov, type PovExports } from './program.ts';
import { readHash, readResult, readRules } from './readResult.ts';
import type { PreimageReader, ValidatedPov } from './validatePov.ts';

/** Bounds and helpers of one validation. */
export type Session = {
  maxMemory: number;
  maxGas: bigint;
  timeoutMs: number;
  /** By the clock `now`. */
  deadline: number;
  now: () => number;
  recover: RecoverKey;
  /** Where nodes come from while a proof is made. */
  preimage: PreimageReader | undefined;
};

class Stopped extends Error {}

/** An instance of the program with its host calls; checks one proof at a time. */
export class PovMachine {
  readonly #program: PovExports;
  readonly #compress: Compress;
  #session: Session | undefined;
  #output: Uint8Array = new Uint8Array(0);
  #found: Uint8Array = this.#output;
  /** False after the program broke off: it is in no known state. */
  isIntact = true;

  constructor(module: WebAssembly.Module) {
    this.#program = instantiatePov(module, {
      precompile: (id, input, length, gas) => {
        const { recover } = this.#inTime();
        const result = runPrecompile(id, this.#bytes(input, length), gas, { recover, compress: this.#compress });
        if (result === undefined) return -1n;
        this.#output = result.output;
        return result.gas;
      },
      precompileSize: () => this.#output.length,
      readPrecompile: (out) => this.#write(out, this.#output),
      recover: (hash, parity, signature, out) => {
        const { recover } = this.#inTime();
        const key = recover(this.#bytes(hash, 32), parity, this.#bytes(signature, 64));
        if (key !== null) this.#write(out, key);
        return Number(key !== null);
      },
      preimageSize: (hash) => {
        const known = this.#session?.preimage?.(this.#bytes(hash, 32));
        this.#found = known ?? this.#found;
        return known?.length ?? -1;
      },
      readPreimage: (out) => this.#write(out, this.#found),
    });
    this.#compress = compressWith(this.#program);
  }

  /** Bytes of memory that the instance has taken. */
  get memorySize(): number {
    return this.#program.memory.buffer.byteLength;
  }

  /** @throws PovError */
  run(proof: Uint8Array, session: Session): ValidatedPov {
    const program = this.#program;
    const { maxMemory, maxGas, timeoutMs, preimage } = session;
    this.#session = session;
    this.isIntact = false;
    try {
      const at = program.receive(proof.length, randomSeed(), BigInt(maxMemory));
      this.#write(at, proof);
      const status = program.validate(at, proof.length, maxGas, Number(preimage !== undefined));
      this.isIntact = true;
      if (status !== 0) throw this.#refusal(status);
      const { buffer } = program.memory;
      return {
        rules: readRules(buffer, program.claimedRules()),
        parent: readResult(buffer, program.validatedBlock(0)),
        blocks: Array.from({ length: program.validatedCount() }, (_, i) =>
          readResult(buffer, program.validatedBlock(i + 1)),
        ),
      };
    } catch (error) {
      if (error instanceof PovError) throw error;
      if (error instanceof Stopped) throw new PovError('TIMEOUT', `The proof takes longer than ${timeoutMs} ms`);
      if (program.isOutOfMemory() !== 0) {
        throw new PovError('OUT_OF_MEMORY', `The proof takes more memory than ${maxMemory} bytes`);
      }
      throw new PovError('PROGRAM_FAULT', 'The validating program broke off', { cause: error });
    } finally {
      this.#session = undefined;
    }
  }

  #inTime(): Session {
    const session = this.#session;
    if (session === undefined || session.now() > session.deadline) throw new Stopped();
    return session;
  }

  #refusal(status: number): PovError {
    const program = this.#program;
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

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#program.memory.buffer, at, length).slice();
  }

  #write(at: number, data: Uint8Array): void {
    new Uint8Array(this.#program.memory.buffer).set(data, at);
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
