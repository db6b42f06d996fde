export { deriveGenesis, type Genesis } from './block/genesis.ts';
export { blockSize, type HeaderFields, headerFromRlp, headerHash, headerToRlp } from './block/header.ts';
export { encodeReceipt } from './block/receipt.ts';
export { bloomMayContain, EMPTY_BLOOM, logsBloom, orBlooms } from './bloom.ts';
export { bigIntToBytes, bytesToBigInt, bytesToHex, hexToBytes } from './bytes.ts';
export { createEngine, type NodeEngine } from './createEngine.ts';
export { keccak256 } from './crypto/keccak.ts';
export { recoverAddress } from './crypto/recover.ts';
export { SenderRecovery } from './crypto/senderRecovery.ts';
export * from './engine.ts';
export { EngineError, type EngineErrorCode, InvalidTransactionError } from './errors.ts';
export { EthereumjsEngine } from './ethereumjs/engine.ts';
export { OPCODES } from './opcodes.ts';
export { decodeRlp, EncodedRlp, encodeRlp, RlpError, type RlpItem } from './rlp.ts';
export * from './simulation.ts';
export { codeKey } from './state/committedState.ts';
export { rootReference, type StateReference, stateReferences, type TrieKind } from './state/references.ts';
export { stvfHash } from './stvf/stvfHash.ts';
export * from './tracing.ts';
export { type Authorization, authorityOf, authorizationDigest } from './transaction/authorization.ts';
export {
  type AccessList,
  type DecodedTransaction,
  type DecodeOptions,
  decodeTransaction,
  decodeUnrecovered,
  type UnrecoveredTransaction,
} from './transaction/decode.ts';
export { delegateOf, senderOf } from './transaction/delegation.ts';
export { floorGas, intrinsicGas, MAX_INIT_CODE_SIZE } from './transaction/intrinsicGas.ts';
export { type TransactionTerms, validateGas, validateTransaction } from './transaction/validate.ts';
export { orderedRoot } from './trie/orderedRoot.ts';
export { EMPTY_ROOT, MissingNodeError, Trie } from './trie/trie.ts';
export { WasmEngine } from './wasm/engine.ts';
export { createPrecompiles, type Precompiles } from './wasm/precompiles.ts';
export { nodeValidateDeps } from './wasm/validateDeps.ts';
