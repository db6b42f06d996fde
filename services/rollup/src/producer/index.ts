export { ProducerError, type ProducerErrorCode } from './errors.ts';
export { type OpenChainDeps, type OpenChainOptions, type OpenedChain, openChain, openStore } from './openChain.ts';
export type { ProducerDeps, ProducerOptions } from './options.ts';
export { Producer } from './producer.ts';
export { loadParent } from './recover.ts';
export { ProducerSigner } from './signer.ts';
