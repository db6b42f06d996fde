/** How long a long chain takes to come back after SIGKILL. See bench/registry.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tempDir } from '@tephra/testing';
import { openTestChain, ScriptedL1, signTransfer, TEST_USERS } from '../../services/rollup/src/producer/testing.ts';
import { endWith } from '../support/end-with.ts';
import { report } from '../support/figure.ts';

const { values } = parseArgs({
  options: {
    blocks: { type: 'string', default: '100000' },
    restarts: { type: 'string', default: '3' },
    /** Set in the child: the chain's folder. */
    chain: { type: 'string' },
    /** Set in the child that makes the blocks. */
    build: { type: 'boolean', default: false },
  },
});

type Message = { ready: number } | { head: number };

/** Runs the chain; tells its height when it can take transactions, and then every second. */
async function runChain(dir: string): Promise<void> {
  const node = await openTestChain(dir, { l1: new ScriptedL1(2), blockTimeMs: 1 });
  const [alice, bob] = [TEST_USERS[0]!, TEST_USERS[1]!];
  await node.producer.start();
  process.send?.({ ready: Number(node.chain.head().number) } satisfies Message);
  setInterval(() => process.send?.({ head: Number(node.chain.head().number) } satisfies Message), 200);
  if (!values.build) return;
  let nonce = 0;
  node.events.on('sealed', (block) => {
    if (block.header.number % 10n !== 0n) return;
    const to = `0x${createHash('sha256').update(String(nonce)).digest('hex').slice(0, 40)}` as const;
    void signTransfer(alice, { nonce: nonce++, to: nonce % 2 === 0 ? to : bob.address, value: 1n }).then((raw) =>
      node.producer.submit(raw),
    );
  });
}

/** A child that runs the chain, once it takes transactions. */
async function startChild(
  dir: string,
  ...flags: string[]
): Promise<{ child: ChildProcess; height: number; ms: number }> {
  const began = performance.now();
  const child = endWith(fork(fileURLToPath(import.meta.url), ['--chain', dir, ...flags]));
  const height = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: Message) => {
      if ('ready' in message) resolve(message.ready);
    });
    child.once('exit', (code) => reject(new Error(`the chain ended with ${code}`)));
  });
  return { child, height, ms: performance.now() - began };
}

async function kill(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function main(): Promise<void> {
  await using dir = await tempDir('tephra-bench-');
  const blocks = Number(values.blocks);
  const { child: builder, ms: emptyMs } = await startChild(dir.path, '--build');
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    builder.once('exit', (code) => reject(new Error(`the chain ended with ${code} while it was built`)));
    let shown = 0;
    builder.on('message', (message: Message) => {
      if (!('head' in message)) return;
      if (message.head - shown >= 10_000) {
        shown = message.head;
        console.log(`${shown} blocks`);
      }
      if (message.head >= blocks) resolve();
    });
  });
  report('blocks sealed while building it', blocks / ((performance.now() - began) / 1_000), 'blocks/s');
  await kill(builder);
  report('start of an empty chain', emptyMs, 'ms');
  for (let index = 0; index < Number(values.restarts); index++) {
    const { child, height, ms } = await startChild(dir.path);
    if (height < blocks) throw new Error(`only ${height} of ${blocks} blocks came back`);
    report(`restart with ${blocks.toLocaleString('en-US')} blocks`, ms, 'ms');
    await kill(child);
  }
}

await (values.chain === undefined ? main() : runChain(values.chain));
