export type { G1Point, G2Point } from '@tephra/protocol';
export { type BatchItem, type Bls, loadBls, PreparedKey, type PubkeyRegistrationParams } from './bls/bls.ts';
export { operatorId } from './bls/operatorId.ts';
export { BlsSecretKey, secretKeyBytes } from './bls/secretKey.ts';
export { CryptoError, type CryptoErrorCode } from './errors.ts';
export {
  formatG1,
  type OperatorBlsKeystore,
  parseG1,
  readBlsKeystore,
  writeBlsKeystore,
  writeEip2335BlsKeystore,
} from './keystore/bls.ts';
export { type EcdsaKeystore, readEcdsaKeystore, writeEcdsaKeystore } from './keystore/ecdsa.ts';
export type { ScryptCost } from './keystore/web3.ts';
export type { BlsSigner } from './signer/blsSigner.ts';
export { LocalBlsSigner } from './signer/localBlsSigner.ts';
export { RemoteBlsSigner, type RemoteBlsSignerOptions } from './signer/remoteBlsSigner.ts';
