import { createHash } from 'node:crypto';
import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { EVM, RustBN254 } from '@ethereumjs/evm';
import { type Hardfork as ChainFork, NEWEST_HARDFORK } from '@tephra/protocol';
import { initRustBN } from 'rustbn-wasm';
import { keccak256 } from '../crypto/keccak.ts';
import { recoverPublicKey } from '../crypto/recover.ts';
import type { BlockHashReader } from '../engine.ts';
import { pointEvaluation } from '../precompiles/kzg.ts';
import { installInterpreterLoop } from './interpreterLoop.ts';
import type { JournaledState } from './journaledState.ts';
import { createMclBls } from './mclBls.ts';
import { mendReverts } from './mendReverts.ts';

// WebAssembly: multiplication is eight times faster than the pure JavaScript one, which a block full of it would stall.
const bn254 = new RustBN254(await initRustBN());
export const mclBls = await createMclBls();

function ecrecover(hash: Uint8Array, v: bigint, r: Uint8Array, s: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  return recoverPublicKey(hash, Number(v - 27n), signature);
}

const HARDFORK: Record<ChainFork, Hardfork> = { cancun: Hardfork.Cancun, prague: Hardfork.Prague };

export function createCommon(chainId: bigint, hardfork: ChainFork = NEWEST_HARDFORK): Common {
  return createCustomCommon({ chainId: Number(chainId) }, Mainnet, {
    hardfork: HARDFORK[hardfork],
    customCrypto: {
      keccak256,
      ecrecover,
      sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
      kzg: pointEvaluation,
    },
  });
}

/** An EVM over `state`, with fast cryptography. */
export function createEvm(
  chainId: bigint,
  state: JournaledState,
  blockHash: BlockHashReader,
  hardfork: ChainFork = NEWEST_HARDFORK,
): EVM {
  const missing = new Uint8Array(32);
  const evm = new EVM({
    common: createCommon(chainId, hardfork),
    stateManager: state,
    bn254,
    bls: mclBls,
    blockchain: {
      getBlock: async (number: number) => ({ hash: () => blockHash(BigInt(number)) ?? missing }),
      putBlock: async () => {},
      shallowCopy() {
        return this;
      },
    },
  });
  mendReverts(evm);
  return evm;
}

await installInterpreterLoop({ common: createCommon(1n), bn254 });
