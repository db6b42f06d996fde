/**
 * Throughput of eth_sendRawTransaction through HTTP: a node of the real parts in a process of its own, plain transfers
 * signed beforehand, a client that keeps a few connections busy. Prints one JSON line per figure.
 *
 *   node services/rollup/bench/rpc-throughput.ts [--transactions 20000] [--batch 200] [--connections 4] [--senders 50]
 *
 * With --url it drives another node in the same way, for a figure side by side on the same machine at the same time:
 *   anvil --chain-id 4242 --base-fee 0 --gas-price 0 --gas-limit 700000000 --block-time 1 --port <port>
 */
import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Hex } from '@tephra/protocol';
import secp256k1 from 'secp256k1';
import { bytesToHex, concatHex, hexToBytes, keccak256, numberToHex, serializeTransaction } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { TEST_CHAIN_ID } from '../src/producer/testing.ts';
import { RealNode } from '../src/rpc/testing/real-node.ts';

const { values } = parseArgs({
  options: {
    serve: { type: 'boolean', default: false },
    transactions: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '200' },
    connections: { type: 'string', default: '4' },
    senders: { type: 'string', default: '50' },
    url: { type: 'string' },
  },
});

const senderKey = (index: number): Hex => numberToHex(0x9000 + index, { size: 32 });

async function serve(): Promise<void> {
  const senders = Number(values.senders);
  const accounts = Array.from({ length: senders }, (_, i) => ({
    address: privateKeyToAddress(senderKey(i)),
    balance: 10n ** 21n,
  }));
  const node = await RealNode.start({ blockTimeMs: 100, genesis: { accounts, blockGasLimit: 70_000_000n } });
  process.send?.(node.url);
  process.on('message', () => {
    void node[Symbol.asyncDispose]().then(() => process.exit(0));
  });
}

/** Native signing: viem's takes longer than the node needs to execute. */
function sign(key: Uint8Array, nonce: number, to: Hex): Hex {
  const fields = {
    type: 'eip1559',
    chainId: Number(TEST_CHAIN_ID),
    nonce,
    gas: 21_000n,
    to,
    value: 1n,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
  } as const;
  const { signature, recid } = secp256k1.ecdsaSign(hexToBytes(keccak256(serializeTransaction(fields))), key);
  return serializeTransaction(fields, {
    r: bytesToHex(signature.subarray(0, 32)),
    s: bytesToHex(signature.subarray(32)),
    yParity: recid,
  });
}

function post(agent: Agent, url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    req.on('error', reject);
    req.end(body);
  });
}

function bodies(raws: Hex[], batch: number): string[] {
  const call = (raw: Hex, id: number) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] });
  if (batch === 1) return raws.map((raw, id) => JSON.stringify(call(raw, id)));
  const out: string[] = [];
  for (let i = 0; i < raws.length; i += batch) out.push(JSON.stringify(raws.slice(i, i + batch).map(call)));
  return out;
}

/** Sends all, `connections` requests at a time; returns seconds and the number of error answers. */
async function drive(
  url: string,
  requests: string[],
  connections: number,
): Promise<{ seconds: number; errors: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  let errors = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < requests.length) {
        const answer = await post(agent, url, requests[next++]!);
        errors += answer.split('"error"').length - 1;
      }
    }),
  );
  agent.destroy();
  return { seconds: (performance.now() - started) / 1_000, errors };
}

type Target = { url: string; stop: () => void };

async function startNode(): Promise<Target> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve', '--senders', values.senders]);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}`)));
  });
  const stop = () => {
    child.removeAllListeners('exit');
    child.send('stop');
  };
  return { url, stop };
}

/** Gives the senders coins on an anvil. */
async function preparePeer(url: string, senders: number): Promise<Target> {
  const calls = Array.from({ length: senders }, (_, id) => ({
    jsonrpc: '2.0',
    id,
    method: 'anvil_setBalance',
    params: [privateKeyToAddress(senderKey(id)), numberToHex(10n ** 21n)],
  }));
  const agent = new Agent();
  await post(agent, url, JSON.stringify(calls));
  agent.destroy();
  return { url, stop: () => {} };
}

async function main(): Promise<void> {
  const total = Number(values.transactions);
  const senders = Number(values.senders);
  const connections = Number(values.connections);
  const { url, stop } = values.url === undefined ? await startNode() : await preparePeer(values.url, senders);
  const keys = Array.from({ length: senders }, (_, i) => hexToBytes(senderKey(i)));
  const nonces = keys.map(() => 0);
  const to = concatHex(['0x', numberToHex(0xdead, { size: 20 })]);
  const signMany = (count: number): Hex[] =>
    Array.from({ length: count }, (_, i) => {
      const sender = i % senders;
      return sign(keys[sender]!, nonces[sender]!++, to);
    });

  for (const [name, batch, count] of [
    ['warm-up', Number(values.batch), Math.min(2_000, total)],
    ['batches', Number(values.batch), total],
    ['single calls', 1, Math.min(total, 5_000)],
  ] as const) {
    const requests = bodies(signMany(count), batch);
    const { seconds, errors } = await drive(url, requests, connections);
    const figure = { name, transactions: count, batch, connections, errors, perSecond: Math.round(count / seconds) };
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  }
  const calls = Array.from({ length: 100 }, (_, i) =>
    JSON.stringify(
      Array.from({ length: 100 }, (_, id) => ({ jsonrpc: '2.0', id: i * 100 + id, method: 'eth_blockNumber' })),
    ),
  );
  const { seconds } = await drive(url, calls, connections);
  process.stdout.write(
    `${JSON.stringify({ name: 'eth_blockNumber in batches of 100', perSecond: Math.round(10_000 / seconds) })}\n`,
  );
  stop();
}

await (values.serve ? serve() : main());
