import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { curves, type Groth16Artefact, groth16, powersOfTau, zKey } from 'snarkjs';
import type { Groth16KeyJson, Groth16ProofJson } from '../groth16.ts';

const require = createRequire(import.meta.url);
const SOURCE = fileURLToPath(new URL('./pronic.circom', import.meta.url));
const CIRCOM = require.resolve('circom2/cli.js');

/** The circuit of pronic.circom, compiled and set up with randomness that nobody keeps: for tests. */
export class PronicCircuit {
  readonly key: Groth16KeyJson;
  readonly #witnessProgram: string;
  readonly #provingKey: Groth16Artefact;

  private constructor(key: Groth16KeyJson, witnessProgram: string, provingKey: Groth16Artefact) {
    this.key = key;
    this.#witnessProgram = witnessProgram;
    this.#provingKey = provingKey;
  }

  /** @param folder for what the compiler writes */
  static async create(folder: string): Promise<PronicCircuit> {
    await promisify(execFile)(process.execPath, [CIRCOM, SOURCE, '--r1cs', '--wasm', '-o', folder]);
    const curve = await curves.getCurveFromName('bn128');
    const memory = (): Groth16Artefact => ({ type: 'mem' });
    const [first, tau, prepared, blank, provingKey] = [memory(), memory(), memory(), memory(), memory()];
    await powersOfTau.newAccumulator(curve, 4, first);
    await powersOfTau.contribute(first, tau, 'tau', randomBytes(32).toString('hex'));
    await powersOfTau.preparePhase2(tau, prepared);
    await zKey.newZKey(join(folder, 'pronic.r1cs'), prepared, blank);
    await zKey.contribute(blank, provingKey, 'key', randomBytes(32).toString('hex'));
    const key = (await zKey.exportVerificationKey(provingKey)) as Groth16KeyJson;
    return new PronicCircuit(key, join(folder, 'pronic_js', 'pronic.wasm'), provingKey);
  }

  /** @throws when the statement is false */
  async prove(statement: readonly [bigint, bigint], root: bigint): Promise<Groth16ProofJson> {
    const { proof } = await groth16.fullProve({ statement, root }, this.#witnessProgram, this.#provingKey);
    return proof as Groth16ProofJson;
  }

  /** Ends the worker threads of the proof system. */
  static async stop(): Promise<void> {
    await (await curves.getCurveFromName('bn128')).terminate();
  }
}
