/** Latency of promises on a whole platform. See bench/registry.ts. */
import { parseArgs } from 'node:util';
import { startAnvil } from '@tephra/testing';
import type { Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { E2ePlatform } from '../../e2e/support/platform.ts';
import { quantile, report } from '../support/figure.ts';
import { RpcConnection } from '../support/rpc-connection.ts';
import { Signer } from '../support/signer.ts';

const { values } = parseArgs({ options: { transactions: { type: 'string', default: '2000' } } });
const COUNT = Number(values.transactions);
const WARM_UP = 100;

/** Milliseconds of each call, one after the other. */
async function latencies(url: string, method: string, raws: Hex[]): Promise<number[]> {
  const connection = new RpcConnection(url, 1);
  const times: number[] = [];
  for (const [index, raw] of raws.entries()) {
    const began = performance.now();
    await connection.call(method, [raw]);
    if (index >= WARM_UP) times.push(performance.now() - began);
  }
  connection.close();
  return times;
}

function reportAll(name: string, times: number[], of?: string): void {
  for (const [word, q] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const)
    report(`${name}, ${word}`, quantile(times, q), 'ms', of);
}

const to = privateKeyToAddress(generatePrivateKey());
const transfers = (signer: Signer, count: number): Hex[] =>
  Array.from({ length: count }, () => signer.sign({ to, value: 1n, gas: 21_000n }));

{
  await using platform = await E2ePlatform.start();
  const layer = await platform.launch('promise', { gasless: true, blockTime: '0.5' });
  const [account, other] = platform.ready.accounts;
  const signer = new Signer({ privateKey: account!.privateKey, chainId: layer.chainId });
  reportAll(
    'transfer to its answer',
    await latencies(layer.rpc, 'tephra_sendRawTransactionSync', transfers(signer, COUNT + WARM_UP)),
  );
  const sealed = new Signer({ privateKey: other!.privateKey, chainId: layer.chainId });
  const some = Math.max(20, Math.round(COUNT / 50));
  reportAll(
    'transfer to the receipt of its sealed block',
    await latencies(layer.rpc, 'eth_sendRawTransactionSync', transfers(sealed, some + WARM_UP)),
  );
}
{
  await using anvil = await startAnvil();
  const [account] = (await anvil.rpc('eth_accounts')) as Hex[];
  const key = generatePrivateKey();
  await anvil.rpc('anvil_setBalance', [privateKeyToAddress(key), `0x${(10n ** 24n).toString(16)}`]);
  if (account === undefined) throw new Error('anvil has no accounts');
  const signer = new Signer({ privateKey: key, chainId: anvil.chainId, maxFeePerGas: 10n ** 10n });
  reportAll(
    'transfer to its answer',
    await latencies(anvil.rpcUrl, 'eth_sendRawTransactionSync', transfers(signer, COUNT + WARM_UP)),
    'anvil',
  );
}
