/**
 * The commands of docs/guides, run as they stand there. Blocks marked `sh` are one shell session in order; those marked
 * `sh background` are started beside it. Only ports and folders are replaced, so that guides and platforms don't meet.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '@tephra/core';
import { tempDir, waitUntil } from '@tephra/testing';
import { describe, expect, test } from 'vitest';
import type { ReadyLine } from './support/up.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GUIDES = path.join(ROOT, 'docs/guides');
/** Guides whose platform needs operators; they share one, because four processes take a while to come up. */
const OPERATOR_GUIDES = 'operate.md, delegate.md';

type Block = { background: boolean; script: string };

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```sh( background)?\n([\s\S]*?)^```$/gm)].map(([, background, script]) => ({
    background: background !== undefined,
    script: script ?? '',
  }));
}

/** What must be seen in the output of each guide's session. */
const EXPECTED: Record<string, RegExp[]> = {
  'a-hostile-sequencer.md': [
    /quarrel is active after/,
    /^25\.0+$/m,
    /Outcome\s+executed, success/,
    /^Executed\s+\d+ blocks/m,
  ],
  'run-a-mint-event.md': [
    /mint is active after/,
    /collection 0x[0-9a-fA-F]{40} of 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266/,
    // The layer's word before the end, and the L1's after it.
    /^0x70997970C51812dc3A010C7d01b50e0d17dc79C8$[\s\S]*^"Pebbles"$\s*^0x70997970C51812dc3A010C7d01b50e0d17dc79C8$/m,
    /mint is active after[\s\S]*mint is active after/,
  ],
  'delegate.md': [
    /^dstETH at 0x[0-9a-fA-F]{40}$/m,
    /Deposited\s+3 ETH/,
    /Deposited\s+50 dstETH/,
    /^too early, as it says$/m,
  ],
  'operate.md': [
    /^operator-4\s+running/m,
    /Key Type: ECDSA[\s\S]*Key Type: BLS/,
    /✅ Operator is registered successfully to EigenLayer/,
    /✅ Operator has joined echo/,
    /^0x[0-9a-fA-F]{40} signs$/m,
    /"node_name":"operator"[\s\S]*^200$[\s\S]*^eigen_registered_stakes/m,
  ],
  'bring-your-own-l1.md': [/own is active after/, /own is settled after/, /^came back: 2 ETH$/m],
};

/** One platform each. */
const SESSIONS = [
  ...Object.keys(EXPECTED).filter((name) => !OPERATOR_GUIDES.split(', ').includes(name)),
  OPERATOR_GUIDES,
];

test('every guide is run', async () => {
  const guides = (await readdir(GUIDES)).filter((name) => name.endsWith('.md'));
  expect(guides.sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe.concurrent('the guide', () => {
  test.each(SESSIONS)('%s', { timeout: 300_000 }, async (names) => {
    await using session = await Session.create({ operators: names === OPERATOR_GUIDES });
    for (const name of names.split(', ')) {
      const blocks = blocksOf(await readFile(path.join(GUIDES, name), 'utf8'));
      expect(blocks.length).toBeGreaterThan(3);
      for (const { script } of blocks.filter(({ background }) => background)) await session.start(script);
      const { code, output } = await session.run(blocks.filter(({ background }) => !background));
      expect(code, output).toBe(0);
      for (const pattern of EXPECTED[name] ?? []) expect(output).toMatch(pattern);
    }
  });
});

/** A folder that looks like a checkout, with ports of its own. */
class Session implements AsyncDisposable {
  readonly #dir: Awaited<ReturnType<typeof tempDir>>;
  readonly #children: ChildProcess[] = [];
  readonly #started = new Set<string>();
  readonly #ownL1 = freePort();
  readonly #nodeApi = freePort();
  readonly #metrics = freePort();
  readonly #operators: boolean;
  #ready: ReadyLine | undefined;

  private constructor(dir: Awaited<ReturnType<typeof tempDir>>, operators: boolean) {
    this.#dir = dir;
    this.#operators = operators;
  }

  static async create({ operators }: { operators: boolean }): Promise<Session> {
    const dir = await tempDir();
    for (const name of ['node_modules', 'contracts']) await symlink(path.join(ROOT, name), path.join(dir.path, name));
    // The launcher's work, installing and building, is done already.
    const launcher = path.join(dir.path, 'tephra');
    const main = path.join(ROOT, 'apps/tephra/src/main.ts');
    await writeFile(launcher, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    await chmod(launcher, 0o755);
    return new Session(dir, operators);
  }

  /** Starts a block that does not end, unless it runs already, and waits until others can use it. */
  async start(block: string): Promise<void> {
    if (this.#started.has(block)) return;
    this.#started.add(block);
    const up = block.includes('./tephra up');
    const flags = '--json --port 0 --l1-port 0 --data-dir ./data';
    // A later flag wins over an earlier one.
    const script = up ? `${block.trimEnd()} ${flags}` : block;
    const child = this.#spawn(await this.#adapt(script));
    this.#children.push(child);
    const errors: string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${block}\nended: ${errors.join('').slice(-2_000)}`);
    });
    ended.catch(() => undefined);
    if (up) {
      const line = once(createInterface({ input: child.stdout! }), 'line');
      this.#ready = JSON.parse(String((await Promise.race([line, ended]))[0])) as ReadyLine;
    } else {
      child.stdout?.resume();
      const port = await this.#ownL1;
      const answers = waitUntil(() => fetch(`http://localhost:${port}`).then(Boolean, () => false), { what: block });
      await Promise.race([answers, ended]);
    }
  }

  async run(blocks: Block[]): Promise<{ code: number | null; output: string }> {
    const script = await this.#adapt(blocks.map((block) => block.script).join('\n'));
    const child = this.#spawn(`set -eu\n${script}`, {
      NODE_API_URL: `127.0.0.1:${await this.#nodeApi}`,
      EIGEN_METRICS_URL: `127.0.0.1:${await this.#metrics}`,
      TEPHRA_URL: this.#ready?.url ?? '',
      TEPHRA_TOKEN: this.#ready?.token ?? '',
    });
    this.#children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      // The shell's group: what it runs is not always the shell itself.
      process.kill(-child.pid!, 'SIGTERM');
      await gone;
    }
    await this.#dir.remove();
  }

  async #adapt(script: string): Promise<string> {
    let text = script.replaceAll('--port 9545', `--port ${await this.#ownL1}`);
    text = text.replaceAll('http://localhost:9545', `http://localhost:${await this.#ownL1}`);
    text = text.replaceAll('http://localhost:9091', `http://localhost:${await this.#nodeApi}`);
    text = text.replaceAll('http://localhost:9092', `http://localhost:${await this.#metrics}`);
    if (!this.#ready) return text;
    return text
      .replaceAll('http://localhost:8080', this.#ready.url)
      .replaceAll('http://localhost:8545', this.#ready.l1Url);
  }

  #spawn(script: string, env: Record<string, string> = {}): ChildProcess {
    const binaries = path.dirname(process.execPath);
    return spawn('/bin/sh', ['-c', script], {
      cwd: this.#dir.path,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: {
        ...process.env,
        PATH: `${binaries}:${process.env.PATH}`,
        HOME: this.#dir.path,
        NO_COLOR: '1',
        TEPHRA_OPERATORS: String(this.#operators),
        TEPHRA_ECHO_INTERVAL: '3',
        ...env,
      },
    });
  }
}
