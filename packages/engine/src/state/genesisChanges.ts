import { bytesToHex, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import type { GenesisAccount } from '../engine.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { EMPTY_CODE_HASH, type StateChanges } from './committedState.ts';

/** The accounts as changes of an empty state. */
export function genesisChanges(accounts: GenesisAccount[]): StateChanges {
  const changes: StateChanges = { accounts: new Map(), storage: new Map(), codes: new Map() };
  for (const { address, balance, nonce = 0n, code = '0x', storage = {} } of accounts) {
    const key = address.slice(2).toLowerCase();
    let codeHash = EMPTY_CODE_HASH;
    if (code !== '0x') {
      const bytes = hexToBytes(code);
      codeHash = keccak256(bytes);
      changes.codes.set(bytesToHex(codeHash).slice(2), bytes);
    }
    changes.accounts.set(key, { nonce, balance, storageRoot: EMPTY_ROOT, codeHash });
    const slots = new Map<string, Uint8Array>();
    for (const [slot, value] of Object.entries(storage)) {
      const digits = value.slice(2).replace(/^(00)+/, '');
      slots.set(slot.slice(2).toLowerCase(), hexToBytes(`0x${digits}`));
    }
    if (slots.size > 0) changes.storage.set(key, { cleared: false, slots });
  }
  return changes;
}
