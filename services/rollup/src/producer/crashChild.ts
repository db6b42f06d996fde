/** A node under load, for crash.test.ts: says on stdout what it acknowledged, until it is killed. Arguments: folder, round,
 * ordering. */
import { writeSync } from 'node:fs';
import { isTephraError } from '@tephra/core';
import { openTestChain, scriptedDeposits, signTransfer, TEST_USERS, testGenesis } from './testing.ts';

const [dataDir, round, ordering] = process.argv.slice(2) as [string, string, 'fcfs' | 'pga'];
const l1 = scriptedDeposits(Number(round));
const node = await openTestChain(dataDir, {
  l1,
  genesis: testGenesis(scriptedDeposits(0)),
  mempool: { ordering },
});
const say = (...words: (string | number | bigint)[]): void => void writeSync(1, `${words.join(' ')}\n`);

node.events.on('sealed', ({ header }) => say('sealed', header.number, header.hash));
node.events.on('executed', ({ hash, transaction }) =>
  say('executed', hash, transaction.blockNumber, transaction.index),
);
await node.producer.start();
say('ready');
await Promise.all(
  TEST_USERS.map(async (user, i) => {
    for (let nonce = Number(await node.producer.pendingNonce(user.address)); ; nonce++) {
      const fields = { to: `0x${(0xaa00 + i).toString(16).padStart(40, '0')}` as const, value: 1n };
      if (nonce % 5 === 0) {
        // Every fifth pair comes in the wrong order.
        const later = await signTransfer(user, { ...fields, nonce: nonce + 1 });
        try {
          const { kind, hash } = await node.producer.submit(later);
          if (kind === 'queued') say('queued', hash, Buffer.from(later).toString('hex'));
        } catch (error) {
          // Taken in before the last kill.
          if (!isTephraError(error, 'ALREADY_KNOWN')) throw error;
        }
        await node.producer.submit(await signTransfer(user, { ...fields, nonce }));
        nonce++;
      } else {
        const raw = await signTransfer(user, { ...fields, nonce });
        const { kind, hash } = await node.producer.submit(raw);
        if (kind === 'queued') {
          say('queued', hash, Buffer.from(raw).toString('hex'));
          // Bids are taken faster than they are executed.
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
      }
    }
  }),
);
