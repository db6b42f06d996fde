import { createLogger, systemClock } from '@tephra/core';
import { LocalBlsSigner, loadBls } from '@tephra/crypto';
import { keccak256, toHex } from 'viem';
import { SigningJournal } from '../journal/signing-journal.ts';
import { SigningDesk } from '../signing-desk.ts';

/**
 * Signs random answers to tasks 1, 2, 3, ... in the folder that it is given, and prints each as `<task> <digest>` when the
 * signature is made: what a parent has read was out in the world when it kills this process.
 */
const [directory = ''] = process.argv.slice(2);
const journal = await SigningJournal.open({ directory, maxLogBytes: 2_000 });
const signer = await LocalBlsSigner.create((await loadBls()).secretKey(7n));
const desk = new SigningDesk(
  { avs: 'echo' },
  { journal, signer, clock: systemClock, logger: createLogger({ name: 'child', level: 'silent' }) },
);
desk.begin(0n);
await desk.trust(0);
for (let task = 1; ; task++) {
  if (journal.find('echo', String(task)) !== undefined) continue;
  const digest = keccak256(toHex(`${Math.random()}`));
  await desk.sign(String(task), digest, { response: '0x', createdAtBlock: 1n, expiresAt: Date.now() + 60_000 });
  process.stdout.write(`${task} ${digest}\n`);
  if (task % 3 === 0) await journal.done('echo', String(task));
}
