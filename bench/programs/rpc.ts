/** Transactions per second through JSON-RPC, beside anvil under the same generator. See bench/registry.ts. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort, platformBinary } from '@tephra/core';
import { demoNftAbi, demoNftBytecode } from '@tephra/l1';
import { waitUntil } from '@tephra/testing';
import { encodeAbiParameters, encodeDeployData, encodeFunctionData, type Hex, keccak256, numberToHex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { merkleProof, merkleTree } from '../../services/rollup/bench/merkle.ts';
import { TEST_CHAIN_ID } from '../../services/rollup/src/producer/testing.ts';
import { RealNode } from '../../services/rollup/src/rpc/testing/real-node.ts';
import { endWith } from '../support/end-with.ts';
import { report } from '../support/figure.ts';
import { RpcConnection } from '../support/rpc-connection.ts';
import { Signer } from '../support/signer.ts';

const { values } = parseArgs({
  options: {
    transactions: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    /** Set in the child that is the node. */
    serve: { type: 'boolean', default: false },
  },
});
const COUNT = Number(values.transactions);
const CONNECTIONS = 4;
const BATCH = 200;
/** Senders of transfers; each has many nonces. */
const SENDERS = 100;
const CHAIN_ID = Number(TEST_CHAIN_ID);

const keyOf = (index: number): Hex => numberToHex(0x9_0000 + index, { size: 32 });

async function serve(): Promise<void> {
  const accounts = Array.from({ length: SENDERS }, (_, index) => ({
    address: privateKeyToAddress(keyOf(index)),
    balance: 10n ** 21n,
  }));
  const node = await RealNode.start({ blockTimeMs: 100, genesis: { accounts, blockGasLimit: 70_000_000n } });
  process.send?.(node.url);
}

type Target = { of: string | undefined; url: string; child: ChildProcess };

async function startTephra(): Promise<Target> {
  const child = endWith(fork(fileURLToPath(import.meta.url), ['--serve']));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}`)));
  });
  return { of: undefined, url, child };
}

async function startAnvil(): Promise<Target> {
  const port = await freePort();
  const child = endWith(
    spawn(
      platformBinary('@foundry-rs/anvil', import.meta.url),
      [
        ...['--port', String(port), '--chain-id', String(CHAIN_ID), '--silent', '--order', 'fifo'],
        ...['--base-fee', '0', '--gas-price', '0', '--gas-limit', '700000000', '--block-time', '1'],
      ],
      { stdio: 'ignore' },
    ),
  );
  const url = `http://127.0.0.1:${port}`;
  const connection = new RpcConnection(url, 1);
  await waitUntil(() => connection.call('eth_chainId', []).then(Boolean, () => false), { what: 'anvil' });
  for (let index = 0; index < SENDERS; index++) {
    await connection.call('anvil_setBalance', [privateKeyToAddress(keyOf(index)), numberToHex(10n ** 21n)]);
  }
  connection.close();
  return { of: 'anvil', url, child };
}

async function stop({ child }: Target): Promise<void> {
  child.removeAllListeners('exit');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Sends all and waits for a receipt of the last of each sender; gives transactions per second. */
async function drive(url: string, raws: Hex[], batch: number): Promise<number> {
  const connection = new RpcConnection(url, CONNECTIONS);
  const call = (raw: Hex, id: number) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] });
  const bodies: string[] = [];
  for (let index = 0; index < raws.length; index += batch) {
    const calls = raws.slice(index, index + batch).map(call);
    bodies.push(JSON.stringify(batch === 1 ? calls[0] : calls));
  }
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < bodies.length) {
        const answer = await connection.post(bodies[next++]!);
        if (answer.includes('"error"')) throw new Error(`${url} refused: ${answer.slice(0, 300)}`);
      }
    }),
  );
  for (const raw of raws.slice(-SENDERS)) {
    await waitUntil(() => connection.call('eth_getTransactionReceipt', [keccak256(raw)]), {
      what: 'the last receipts',
      timeoutMs: 60_000,
      intervalMs: 20,
    });
  }
  const perSecond = raws.length / ((performance.now() - began) / 1_000);
  connection.close();
  return perSecond;
}

/** Number of transactions in sealed blocks must grow by what was sent: receipts of a sample could hide losses. */
async function minted(url: string, collection: Hex): Promise<number> {
  const connection = new RpcConnection(url, 1);
  const data = encodeFunctionData({ abi: demoNftAbi, functionName: 'totalMinted' });
  const result = await connection.call<Hex>('eth_call', [{ to: collection, data }, 'latest']);
  connection.close();
  return Number(result);
}

async function measure(target: Target): Promise<void> {
  const { url, of } = target;
  const signers = Array.from({ length: SENDERS }, (_, i) => new Signer({ privateKey: keyOf(i), chainId: CHAIN_ID }));
  const transfers = (count: number): Hex[] =>
    Array.from({ length: count }, (_, i) =>
      signers[i % SENDERS]!.sign({ to: numberToHex(0xdead_0000 + (i % 5_000), { size: 20 }), value: 1n, gas: 21_000n }),
    );
  // Compiles what is hot, and makes the collection that the mints go to.
  await drive(url, transfers(2_000), BATCH);

  const minters = Array.from({ length: COUNT }, (_, index) => keyOf(10_000 + index));
  const tree = merkleTree(
    minters.map((key) => keccak256(keccak256(encodeAbiParameters([{ type: 'address' }], [privateKeyToAddress(key)])))),
  );
  const args = ['Ash', 'ASH', 'ipfs://ash/', tree.at(-1)![0]!, 250n] as const;
  const deploy = signers[0]!.sign({
    data: encodeDeployData({ abi: demoNftAbi, bytecode: demoNftBytecode, args }),
    gas: 5_000_000n,
  });
  const connection = new RpcConnection(url, 1);
  await connection.call('eth_sendRawTransaction', [deploy]);
  const { contractAddress } = await waitUntil(
    () => connection.call<{ contractAddress: Hex } | null>('eth_getTransactionReceipt', [keccak256(deploy)]),
    { what: 'the collection' },
  );
  connection.close();
  const mints = minters.map((privateKey, index) => {
    const data = encodeFunctionData({ abi: demoNftAbi, functionName: 'mint', args: [merkleProof(tree, index)] });
    return new Signer({ privateKey, chainId: CHAIN_ID }).sign({ to: contractAddress, data, gas: 250_000n });
  });

  report(`plain transfers, batches of ${BATCH}`, await drive(url, transfers(COUNT), BATCH), 'tx/s', of);
  report('plain transfers, single calls', await drive(url, transfers(Math.ceil(COUNT / 2)), 1), 'tx/s', of);
  report(`ERC-721 mints, batches of ${BATCH}`, await drive(url, mints, BATCH), 'tx/s', of);
  const total = await minted(url, contractAddress);
  if (total !== COUNT) throw new Error(`${of ?? 'tephra'} minted ${total} of ${COUNT}`);
}

if (values.serve) await serve();
else {
  // Side by side means one after the other, round by round: together they would take each other's processor.
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const start of [startTephra, startAnvil]) {
      const target = await start();
      try {
        await measure(target);
      } finally {
        await stop(target);
      }
    }
  }
}
