import { PovError, type PovErrorDetails, type ValidatedPov, validatePov } from '@tephra/engine/stvf';
import programUrl from '@tephra/engine/stvf.wasm?url';
import { type Hash, keccak256 } from 'viem';

/** What the worker says of a proof. */
export type Verdict = { program: Hash; milliseconds: number } & (
  | { holds: true; validated: ValidatedPov }
  | { holds: false; code: string; message: string; hint: string; details: PovErrorDetails | null }
);

async function verify(proof: Uint8Array): Promise<Verdict> {
  const answer = await fetch(programUrl);
  if (!answer.ok) throw new Error(`The program could not be loaded: ${answer.status}`);
  const code = new Uint8Array(await answer.arrayBuffer());
  const program = keccak256(code);
  const module = await WebAssembly.compile(code);
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  try {
    const validated = validatePov(proof, {}, { module });
    return { program, milliseconds: elapsed(), holds: true, validated };
  } catch (error) {
    if (!(error instanceof PovError)) throw error;
    const { message, hint, details } = error;
    return { program, milliseconds: elapsed(), holds: false, code: error.code, message, hint, details };
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Uint8Array>) => {
  verify(data).then(
    (verdict) => self.postMessage({ verdict }),
    (error: unknown) => self.postMessage({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
