import { recoverPublicKey } from '../crypto/recover.ts';
import type { ValidateDeps } from '../stvf/index.ts';
import { programModule } from './program.ts';

/** What validation needs, as Node has it: the program from its file, signers recovered by a native library. */
export function nodeValidateDeps(): ValidateDeps {
  return {
    module: programModule(),
    recover: (hash, parity, signature) => {
      try {
        return recoverPublicKey(hash, parity, signature);
      } catch {
        return null;
      }
    },
  };
}
