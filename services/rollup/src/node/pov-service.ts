import path from 'node:path';
import type { L1Client } from '@tephra/l1';
import type { Address, ChainRules } from '@tephra/protocol';
import type { L1Watcher } from '../bridge-watch/l1-watcher.ts';
import { readInbox } from '../bridge-watch/readInbox.ts';
import { PovService } from '../pov/index.ts';
import type { OpenedChain } from '../producer/index.ts';

/** Proofs of a running node's blocks: inbox messages that its watcher has let go are read from the L1 again. */
export function createPovService(
  options: { dataDir: string; rules: ChainRules; inbox: Address },
  deps: { opened: OpenedChain; watcher: L1Watcher; client: L1Client },
): PovService {
  const { opened, watcher, client } = deps;
  return new PovService(
    { chainId: opened.chain.chainId, rules: options.rules, storePath: path.join(options.dataDir, 'chain') },
    {
      store: opened.store,
      messages: async (position, above, origin) => {
        try {
          return watcher.messages(position, origin);
        } catch {
          const messages = await readInbox(client, options.inbox, above + 1n, origin);
          return messages.filter(({ index }) => index >= position);
        }
      },
    },
  );
}
