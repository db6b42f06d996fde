import { Address as EvmAddress } from '@ethereumjs/util';
import type { Hex } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { GenesisAccount } from '../engine.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { EMPTY_CODE_HASH } from './committedState.ts';
import { addressKey } from './executeMessage.ts';
import type { JournaledState } from './journaledState.ts';

/** Puts the accounts into an empty state. */
export async function writeGenesis(state: JournaledState, accounts: GenesisAccount[]): Promise<void> {
  for (const account of accounts) {
    const address = new EvmAddress(hexToBytes(account.address));
    state.poke(addressKey(account.address), {
      nonce: account.nonce ?? 0n,
      balance: account.balance,
      storageRoot: EMPTY_ROOT,
      codeHash: EMPTY_CODE_HASH,
    });
    if (account.code !== undefined && account.code !== '0x') await state.putCode(address, hexToBytes(account.code));
    for (const [slot, value] of Object.entries(account.storage ?? {})) {
      await state.putStorage(address, hexToBytes(slot as Hex), hexToBytes(value));
    }
  }
  state.settle();
}
