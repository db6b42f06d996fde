import { type ChildProcess, spawn } from 'node:child_process';
import { freePort, platformBinary } from '@tephra/core';
import { type Abi, encodeFunctionData, type Hex, type TransactionReceipt } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createL1Client, type L1Client } from '../client.ts';

/** First two keys of anvil's public mnemonic; worthless anywhere else. */
export const TEST_KEYS = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
] as const satisfies Hex[];

/** An L1 for tests that mines each transaction at once, under the rules of the embedded one. */
export class TestAnvil {
  static readonly chainId = 900;
  readonly url: string;
  readonly client: L1Client;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
    this.client = createL1Client({ rpcUrl: url, chainId: TestAnvil.chainId, pollIntervalMs: 10 });
  }

  static async start(): Promise<TestAnvil> {
    const port = await freePort();
    const options = ['--port', `${port}`, '--chain-id', `${TestAnvil.chainId}`, '--hardfork', 'osaka', '--silent'];
    const child = spawn(platformBinary('@foundry-rs/anvil', import.meta.url), options, { stdio: 'ignore' });
    const anvil = new TestAnvil(`http://127.0.0.1:${port}`, child);
    while ((await anvil.client.getChainId().catch(() => 0)) === 0) {
      if (child.exitCode !== null) throw new Error('anvil ended');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return anvil;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Signs, sends and waits; throws with the node's words when the transaction fails. */
  async write(
    key: Hex,
    request: { address: Hex; abi: Abi; functionName: string; args?: readonly unknown[]; value?: bigint; gas?: bigint },
  ): Promise<TransactionReceipt> {
    const data = encodeFunctionData({ abi: request.abi, functionName: request.functionName, args: request.args });
    return this.send(key, { to: request.address, data, value: request.value, gas: request.gas });
  }

  async send(key: Hex, request: { to?: Hex; data: Hex; value?: bigint; gas?: bigint }): Promise<TransactionReceipt> {
    const account = privateKeyToAccount(key);
    const { to, data, value } = request;
    const gas = request.gas ?? (await this.client.estimateGas({ account: account.address, to, data, value }));
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId: TestAnvil.chainId,
      nonce: await this.client.getTransactionCount({ address: account.address }),
      to,
      data,
      value,
      gas,
      maxFeePerGas: 10_000_000_000n,
      maxPriorityFeePerGas: 1_000_000_000n,
    });
    const hash = await this.client.sendRawTransaction({ serializedTransaction: raw });
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`transaction ${hash} reverted`);
    return receipt;
  }

  /** Lets L1 time pass, with one block at its end. */
  async pass(seconds: number): Promise<void> {
    await this.rpc('evm_increaseTime', [seconds]);
    await this.rpc('evm_mine', []);
  }

  async rpc(method: string, params: unknown[]): Promise<unknown> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }
}
