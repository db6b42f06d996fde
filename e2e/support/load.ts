import type { Hex } from 'viem';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { rpc } from './up.ts';

/**
 * Accounts that send transfers to each other as fast as they are acknowledged, on a gasless layer. It remembers every
 * acknowledged hash and every sealed block that it was shown; both are promises that no crash may break.
 */
export class Load {
  readonly acknowledged: Hex[] = [];
  readonly blocks = new Map<Hex, Hex>();
  readonly #chainId: number;
  readonly #accounts: PrivateKeyAccount[];
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: { chainId: number; senders: number }) {
    this.#chainId = options.chainId;
    this.#accounts = Array.from({ length: options.senders }, () => privateKeyToAccount(generatePrivateKey()));
  }

  /** Sends until {@link stop}; failures of the connection end a sender quietly. */
  start(url: string): void {
    this.#stopped = false;
    const senders = this.#accounts.map((account) => this.#send(url, account).catch(() => undefined));
    this.#running = Promise.all([...senders, this.#watch(url).catch(() => undefined)]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** What is not as it was promised: hashes without a receipt, and blocks with another hash. */
  async broken(url: string): Promise<{ lost: Hex[]; replaced: Hex[] }> {
    const lost: Hex[] = [];
    for (const hash of this.acknowledged) {
      const receipt = await rpc<{ blockNumber: Hex } | null>(url, 'eth_getTransactionReceipt', [hash]);
      if (receipt === null) lost.push(hash);
    }
    const replaced: Hex[] = [];
    for (const [number, hash] of this.blocks) {
      const block = await rpc<{ hash: Hex } | null>(url, 'eth_getBlockByNumber', [number, false]);
      if (block?.hash !== hash) replaced.push(number);
    }
    return { lost, replaced };
  }

  async #send(url: string, account: PrivateKeyAccount): Promise<void> {
    // After a crash some may have been executed whose acknowledgement was lost, so the chain is asked.
    let nonce = Number(await rpc<Hex>(url, 'eth_getTransactionCount', [account.address, 'pending']));
    while (!this.#stopped) {
      const raw = await account.signTransaction({
        type: 'eip1559',
        chainId: this.#chainId,
        nonce: nonce++,
        to: this.#accounts[nonce % this.#accounts.length]!.address,
        gas: 21_000n,
        maxFeePerGas: 0n,
        maxPriorityFeePerGas: 0n,
      });
      this.acknowledged.push(await rpc<Hex>(url, 'eth_sendRawTransaction', [raw]));
    }
  }

  async #watch(url: string): Promise<void> {
    while (!this.#stopped) {
      const { number, hash } = await rpc<{ number: Hex; hash: Hex }>(url, 'eth_getBlockByNumber', ['latest', false]);
      this.blocks.set(number, hash);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
