export { ProducerError, type ProducerErrorCode } from './errors.ts';
export { type OpenChainDeps, type OpenChainOptions, type OpenedChain, openChain, openStore } from './openChain.ts';
export { Producer, type ProducerDeps, type ProducerOptions } from './producer.ts';
export { loadParent } from './recover.ts';
export { ProducerSigner } from './signer.ts';
