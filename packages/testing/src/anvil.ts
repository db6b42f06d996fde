import { spawn } from 'node:child_process';
import { freePort, platformBinary } from '@tephra/core';
import { waitUntil } from './wait-until.ts';

/** An L1 for tests: chain 900, hard fork of the embedded L1, dev accounts of the well-known mnemonic. */
export type Anvil = AsyncDisposable & {
  rpcUrl: string;
  chainId: 900;
  /** One JSON-RPC call; throws the node's message. */
  rpc(method: string, params?: unknown[]): Promise<unknown>;
  stop(): Promise<void>;
};

/** Keys of anvil's first dev accounts. DEV ONLY. */
export const ANVIL_KEYS = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
] as const;

/**
 * Starts anvil on a free port. `mining`: "auto" mines a block per transaction, "manual" none (call `evm_mine`), a number
 * one every so many seconds. `stepsTracing`: keep what debug_traceTransaction needs for struct logs.
 */
export async function startAnvil(
  options: { mining?: 'auto' | 'manual' | number; stepsTracing?: boolean } = {},
): Promise<Anvil> {
  const port = await freePort();
  const { mining = 'auto' } = options;
  const args = ['--port', String(port), '--chain-id', '900', '--hardfork', 'osaka', '--gas-limit', '60000000'];
  args.push('--slots-in-an-epoch', '1', '--order', 'fifo', '--silent');
  if (mining === 'manual') args.push('--no-mining');
  if (typeof mining === 'number') args.push('--block-time', String(mining));
  if (options.stepsTracing) args.push('--steps-tracing');
  const child = spawn(platformBinary('@foundry-rs/anvil', import.meta.url), args, { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const rpcUrl = `http://127.0.0.1:${port}`;
  const rpc = async (method: string, params: unknown[] = []): Promise<unknown> => {
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  await waitUntil(() => rpc('eth_chainId').then(Boolean, () => false), { what: 'anvil' });
  return { rpcUrl, chainId: 900, rpc, stop, [Symbol.asyncDispose]: stop };
}
