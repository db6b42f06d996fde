import { type ReadyLine, startUp, type Up } from './up.ts';

export type Layer = { id: string; rpc: string; rpcWs: string; chainId: number };

/** `up --ephemeral` in a process of its own, driven as a user would: by its JSON line and the HTTP API. */
export class E2ePlatform implements AsyncDisposable {
  readonly #up: Up;

  private constructor(up: Up) {
    this.#up = up;
  }

  /** `args`: further flags of `up`. */
  static async start(args: string[] = []): Promise<E2ePlatform> {
    return new E2ePlatform(await startUp(['--ephemeral', ...args]));
  }

  get ready(): ReadyLine {
    return this.#up.ready;
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
    await this.#up.end();
  }
}
