import { type ChildProcess, spawn } from 'node:child_process';
import { freePort, platformBinary } from '@tephra/core';
import { type BlockContext, createEngine, type DecodedTransaction, hexToBytes, type NodeEngine } from '@tephra/engine';
import { type Address, type Hex, numberToHex, zeroHash } from 'viem';

/** A transaction without signature. */
export type Work = { from: Address; to: Address | null; data: Hex; value: bigint };

/** What executes. */
export interface EngineTarget {
  readonly name: 'wasm' | 'ethereumjs' | 'anvil';
  /** Gives accounts coins, in a new state; one may have code. */
  open(accounts: Address[], coded?: { address: Address; code: Hex }): Promise<void>;
  /** Executes a block, with its state root. @returns milliseconds, and where contracts were created @throws when one failed */
  execute(block: Work[]): Promise<{ ms: number; created: (Address | null)[] }>;
  /** Runs endless code until its gas is gone. @returns milliseconds */
  burn(to: Address, gas: bigint): Promise<number>;
  close(): Promise<void>;
}

const GAS_LIMIT = 10n ** 10n;
const gasOf = ({ to }: Work): bigint => (to === null ? 10_000_000n : 400_000n);
const fill = (n: number): Address => `0x${n.toString(16).padStart(40, '0')}`;

/** One of our engines, without signatures, RPC or disk. */
export class OwnTarget implements EngineTarget {
  readonly name: 'wasm' | 'ethereumjs';
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #engine: NodeEngine;
  readonly #nonces = new Map<Address, bigint>();
  #root: Hex = zeroHash;
  #number = 0n;

  constructor(name: 'wasm' | 'ethereumjs') {
    this.name = name;
    const store = { get: (key: Uint8Array) => this.#nodes.get(Buffer.from(key).toString('latin1')) };
    this.#engine = createEngine(name, { chainId: 1n }, { store, blockHash: () => undefined });
  }

  async open(accounts: Address[], coded?: { address: Address; code: Hex }): Promise<void> {
    const genesis = accounts.map((address) => ({ address, balance: 10n ** 24n }));
    this.#keep(
      await this.#engine.genesis(coded === undefined ? genesis : [...genesis, { ...coded, balance: 0n, nonce: 1n }]),
    );
  }

  async execute(block: Work[]) {
    const transactions = block.map((work) => this.#decoded(work));
    const created: (Address | null)[] = [];
    const started = performance.now();
    await this.#engine.beginBlock(this.#root, this.#context(++this.#number));
    for (const decoded of transactions) {
      const { status, haltReason, contractAddress } = await this.#engine.executeTransaction({
        raw: decoded.raw,
        sender: decoded.sender,
        decoded,
      });
      if (status !== 'success') throw new Error(`a transaction failed: ${haltReason ?? 'reverted'}`);
      created.push(contractAddress ?? null);
    }
    const sealed = await this.#engine.seal();
    const ms = performance.now() - started;
    this.#keep(sealed);
    return { ms, created };
  }

  async burn(to: Address, gas: bigint): Promise<number> {
    const request = { from: fill(1), to, data: '0x' as Hex, value: 0n, gas, gasPrice: 0n };
    const started = performance.now();
    const { haltReason } = await this.#engine.call(request, { stateRoot: this.#root, context: this.#context(1n) });
    if (haltReason !== 'out of gas') throw new Error(`ended with ${haltReason}`);
    return performance.now() - started;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  #keep({ stateRoot, writes }: { stateRoot: Hex; writes: [Uint8Array, Uint8Array][] }): void {
    for (const [key, value] of writes) this.#nodes.set(Buffer.from(key).toString('latin1'), value);
    this.#root = stateRoot;
  }

  #context(number: bigint): BlockContext {
    return {
      number,
      timestamp: 1_700_000_000n + number,
      gasLimit: GAS_LIMIT,
      baseFeePerGas: 0n,
      coinbase: fill(0xc0),
      baseFeeRecipient: fill(0xfe),
      prevRandao: zeroHash,
      parentBeaconBlockRoot: zeroHash,
    };
  }

  #decoded(work: Work): DecodedTransaction {
    const { from, to, data, value } = work;
    const nonce = this.#nonces.get(from) ?? 0n;
    this.#nonces.set(from, nonce + 1n);
    return {
      raw: new Uint8Array(),
      hash: zeroHash,
      type: 2,
      sender: from,
      nonce,
      to,
      value,
      gasLimit: gasOf(work),
      data: hexToBytes(data),
      maxFeePerGas: 0n,
      maxPriorityFeePerGas: 0n,
      accessList: [],
      signature: null,
      sourceHash: null,
    };
  }
}

/** anvil: transactions of impersonated accounts wait in its pool; only the mining of the block is timed. */
export class AnvilTarget implements EngineTarget {
  readonly name = 'anvil';
  readonly #url: string;
  readonly #child: ChildProcess;
  readonly #nonces = new Map<Address, number>();

  private constructor(url: string, child: ChildProcess) {
    this.#url = url;
    this.#child = child;
  }

  static async create(): Promise<AnvilTarget> {
    const port = await freePort();
    const child = spawn(
      platformBinary('@foundry-rs/anvil', import.meta.url),
      [
        ...['--port', String(port), '--chain-id', '1', '--silent', '--order', 'fifo', '--no-mining'],
        ...['--auto-impersonate', '--base-fee', '0', '--gas-price', '0', '--gas-limit', String(GAS_LIMIT)],
        ...['--hardfork', 'cancun'],
      ],
      { stdio: 'ignore' },
    );
    const target = new AnvilTarget(`http://127.0.0.1:${port}`, child);
    for (let tries = 0; ; tries++) {
      try {
        await target.#call('eth_chainId', []);
        return target;
      } catch (error) {
        if (tries === 200) throw error;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
  }

  async open(accounts: Address[], coded?: { address: Address; code: Hex }): Promise<void> {
    await this.#batch(accounts.map((address) => ['anvil_setBalance', [address, numberToHex(10n ** 24n)]]));
    if (coded !== undefined) await this.#call('anvil_setCode', [coded.address, coded.code]);
  }

  async execute(block: Work[]) {
    const hashes = await this.#batch<Hex>(
      block.map((work) => {
        const { from, to, data, value } = work;
        const nonce = this.#nonces.get(from) ?? 0;
        this.#nonces.set(from, nonce + 1);
        const quantities = { value, gas: gasOf(work), gasPrice: 0n, nonce };
        const fields = {
          from,
          data,
          ...Object.fromEntries(Object.entries(quantities).map(([name, number]) => [name, numberToHex(number)])),
        };
        return ['eth_sendTransaction', [to === null ? fields : { ...fields, to }]];
      }),
    );
    const started = performance.now();
    await this.#call('evm_mine', []);
    const ms = performance.now() - started;
    const receipts = await this.#batch<{ status: Hex; contractAddress: Address | null } | null>(
      hashes.map((hash) => ['eth_getTransactionReceipt', [hash]]),
    );
    const failed = receipts.filter((receipt) => receipt?.status !== '0x1').length;
    if (failed > 0) throw new Error(`${failed} of ${block.length} transactions failed on anvil`);
    return { ms, created: receipts.map((receipt) => receipt!.contractAddress) };
  }

  async burn(to: Address, gas: bigint): Promise<number> {
    const started = performance.now();
    const failure = await this.#call('eth_call', [{ to, gas: numberToHex(gas) }, 'latest']).then(
      () => 'success',
      (error: Error) => error.message,
    );
    if (!/OutOfGas|out of gas/i.test(failure)) throw new Error(`ended with ${failure}`);
    return performance.now() - started;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #call(method: string, params: unknown[]): Promise<unknown> {
    return (await this.#batch([[method, params]]))[0];
  }

  async #batch<T>(calls: [method: string, params: unknown[]][]): Promise<T[]> {
    const results: T[] = [];
    for (let first = 0; first < calls.length; first += 500) {
      const body = calls
        .slice(first, first + 500)
        .map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }));
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answers = (await response.json()) as { id: number; result: T; error?: { message: string } }[];
      for (const { result, error } of answers.toSorted((a, b) => a.id - b.id)) {
        if (error !== undefined) throw new Error(error.message);
        results.push(result);
      }
    }
    return results;
  }
}
