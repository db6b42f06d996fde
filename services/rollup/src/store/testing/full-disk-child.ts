/** A node under load, for fullDisk.test.ts: says on stdout what became of each transaction. Argument: folder. */
import { writeSync } from 'node:fs';
import { isTephraError } from '@tephra/core';
import { openTestChain, ScriptedL1, signTransfer, TEST_USERS } from '../../producer/testing.ts';

const node = await openTestChain(process.argv[2]!, { l1: new ScriptedL1(2), blockTimeMs: 20 });
const say = (...words: (string | number | bigint)[]): void => void writeSync(1, `${words.join(' ')}\n`);
node.events.on('sealed', ({ header }) => say('sealed', header.number));
await node.producer.start();
let stopping = false;
process.once('SIGTERM', async () => {
  stopping = true;
  await node.producer.stop();
  await node.close();
  process.exit(0);
});
let recipient = 0x1000_0000;
/** Makes the database grow with every block. */
const data = `0x${'00'.repeat(1_000)}` as const;
for (let nonce = 0; !stopping; ) {
  try {
    const to = `0x${(recipient++).toString(16).padStart(40, '0')}` as const;
    await node.producer.submit(await signTransfer(TEST_USERS[0]!, { nonce, to, data, gas: 100_000n }));
    say('executed', nonce++);
  } catch (error) {
    if (stopping) break;
    if (!isTephraError(error, 'DISK_FULL')) throw error;
    say('full', nonce);
    await new Promise((resolve) => setTimeout(resolve, 20));
    // What was refused after it was executed may count all the same.
    nonce = Number(await node.producer.pendingNonce(TEST_USERS[0]!.address));
  }
}
