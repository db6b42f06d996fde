export { PovError, type PovErrorCode, type PovErrorDetails } from './errors.ts';
export type { PovFailure } from './failure.ts';
export type { RecoverKey } from './precompiles.ts';
export type { ValidatedBlock } from './readResult.ts';
export {
  type PreimageReader,
  recordPov,
  type ValidateDeps,
  type ValidatedPov,
  type ValidateOptions,
  validatePov,
} from './validatePov.ts';
