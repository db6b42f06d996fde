import type { EVM } from '@ethereumjs/evm';
import { Address as EvmAddress } from '@ethereumjs/util';
import { type Address, BEACON_ROOTS, type Hash, HISTORY_STORAGE } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { BlockContext } from '../engine.ts';
import type { evmBlock } from './executeMessage.ts';
import type { JournaledState } from './journaledState.ts';

const CALLER = `0x${'f'.repeat(39)}e` as const;

/**
 * EIP-4788: the beacon roots contract, where the chain has one, records parentBeaconBlockRoot; EIP-2935: the history contract
 * the parent's hash. Free, and no transactions.
 */
export async function runSystemCalls(
  evm: EVM,
  state: JournaledState,
  context: BlockContext,
  block: ReturnType<typeof evmBlock>,
): Promise<void> {
  await call(evm, state, block, BEACON_ROOTS.address, context.parentBeaconBlockRoot);
  if (evm.common.isActivatedEIP(2935) && context.parentHash !== undefined) {
    await call(evm, state, block, HISTORY_STORAGE.address, context.parentHash);
  }
}

async function call(
  evm: EVM,
  state: JournaledState,
  block: ReturnType<typeof evmBlock>,
  to: Address,
  word: Hash,
): Promise<void> {
  if (state.codeOf(to.slice(2).toLowerCase()).length === 0) return;
  await evm.runCall({
    block,
    caller: new EvmAddress(hexToBytes(CALLER)),
    to: new EvmAddress(hexToBytes(to)),
    gasLimit: 30_000_000n,
    gasPrice: 0n,
    data: hexToBytes(word),
    skipNonceIncrement: true,
  });
  // Touching the caller must not bring it to life.
  await evm.journal.cleanup();
}
