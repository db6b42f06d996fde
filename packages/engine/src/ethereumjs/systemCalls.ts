import type { EVM } from '@ethereumjs/evm';
import { Address as EvmAddress } from '@ethereumjs/util';
import { BEACON_ROOTS } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { BlockContext } from '../engine.ts';
import type { evmBlock } from './executeMessage.ts';
import type { JournaledState } from './journaledState.ts';

const BEACON_ROOTS_KEY = BEACON_ROOTS.address.slice(2).toLowerCase();
const CALLER = `0x${'f'.repeat(39)}e` as const;

/** EIP-4788: the beacon roots contract, where the chain has one, records parentBeaconBlockRoot. Free, and no transaction. */
export async function runBeaconRootCall(
  evm: EVM,
  state: JournaledState,
  context: BlockContext,
  block: ReturnType<typeof evmBlock>,
): Promise<void> {
  if (state.codeOf(BEACON_ROOTS_KEY).length === 0) return;
  await evm.runCall({
    block,
    caller: new EvmAddress(hexToBytes(CALLER)),
    to: new EvmAddress(hexToBytes(BEACON_ROOTS.address)),
    gasLimit: 30_000_000n,
    gasPrice: 0n,
    data: hexToBytes(context.parentBeaconBlockRoot),
    skipNonceIncrement: true,
  });
  // Touching the caller must not bring it to life.
  await evm.journal.cleanup();
}
