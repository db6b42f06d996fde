import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Hex } from 'viem';

const MAIN = fileURLToPath(new URL('../../apps/tephra/src/main.ts', import.meta.url));

type Ready = {
  url: string;
  l1Url: string;
  l1ChainId: number;
  token: string;
  accounts: { address: Hex; privateKey: Hex }[];
};

export type Layer = { id: string; rpc: string; rpcWs: string; chainId: number };

/** `up --ephemeral` in a process of its own, driven as a user would: by its JSON line and the HTTP API. */
export class E2ePlatform implements AsyncDisposable {
  readonly ready: Ready;
  readonly #stop: () => Promise<void>;

  private constructor(ready: Ready, stop: () => Promise<void>) {
    this.ready = ready;
    this.#stop = stop;
  }

  static async start(): Promise<E2ePlatform> {
    const child = spawn(process.execPath, [MAIN, 'up', '--ephemeral', '--json', '--port', '0', '--l1-port', '0'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    const exited = once(child, 'exit');
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, 'line'), exited.then(() => null)]);
    if (first === null) throw new Error(`up ended before it was ready:\n${errors.join('').slice(-4_000)}`);
    return new E2ePlatform(JSON.parse(String(first[0])), async () => {
      child.kill('SIGTERM');
      await exited;
    });
  }

  /** An authenticated call of the HTTP API; throws on an error status. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.ready.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.ready.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Creates a layer whose genesis accounts are the development accounts; resolves when it is active. */
  async launch(name: string, settings: { gasless: boolean; blockTime?: string }): Promise<Layer> {
    type Answer = {
      flashlayer: { id: string; status: string; resources?: { rpc: string; rpcWs: string; chainId: string | number } };
    };
    const { flashlayer } = await this.api<Answer>('POST', '/v1/flashlayer/create', {
      freeTrial: true,
      flashlayer: {
        name,
        settings: {
          fcfs: true,
          gasless: settings.gasless,
          blockTime: settings.blockTime ?? '0.5',
          tokenSymbol: 'TST',
          tokenDecimals: '18',
          blockGasLimit: '70000000',
          genesisAccounts: this.ready.accounts.map(({ address }) => ({ account: address, balance: `${10n ** 21n}` })),
        },
      },
    });
    for (;;) {
      const { flashlayer: now } = await this.api<Answer>('GET', `/v1/flashlayer/info/${flashlayer.id}`);
      if (now.status === 'STATUS_FAILED') throw new Error(`layer ${name} failed to launch`);
      if (now.status === 'STATUS_ACTIVE' && now.resources) {
        const { rpc, rpcWs, chainId } = now.resources;
        return { id: flashlayer.id, rpc, rpcWs, chainId: Number(chainId) };
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}
