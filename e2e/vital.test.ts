/** VITAL on a running platform: operators verify a layer's blocks and packs, and what happens when too few of them do. */
import { createApiClient } from '@tephra/api';
import { createL1Client, rollupAbi } from '@tephra/l1';
import { type Address, parseVitalTaskId } from '@tephra/protocol';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { type Hex, parseEther, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, startUp, type Up } from './support/up.ts';

let dir: TempDir;
let up: Up;
let api: ReturnType<typeof createApiClient>;
let node: string;
let chainId: number;
let rollup: Address;
let id: number;

type Finality = { tier: number; evidence: ({ kind: string } & Record<string, unknown>)[] };
type Status = { attestation: Address; newest: Hex; certified: Hex; proposal: Hex | null };

beforeAll(async () => {
  dir = await tempDir();
  up = await startUp(['--data-dir', dir.path, '--operators', '--echo-interval', '60']);
  api = createApiClient({ baseUrl: up.ready.url, token: up.ready.token });
}, 60_000);
afterAll(async () => {
  await up?.end();
  await dir?.remove();
});

async function call<T>(method: string, ...params: unknown[]): Promise<T> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(node, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error) throw new Error(answer.error.message);
  return answer.result;
}

const status = () => call<Status>('tephra_getVerification');
const certified = async () => Number((await status()).certified);
const send = async () => {
  const account = privateKeyToAccount(up.ready.accounts[1]!.privateKey);
  const nonce = Number(await call<Hex>('eth_getTransactionCount', account.address, 'pending'));
  const fields = { chainId, nonce, gas: 21_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 0n };
  const to: Address = `0x${'ab'.repeat(20)}`;
  return call<Hex>('eth_sendRawTransaction', await account.signTransaction({ ...fields, to, value: parseEther('1') }));
};
const finality = async (hash: Hex, tier: number) =>
  waitUntil(
    async () => {
      const found = await call<Finality | null>('tephra_getFinality', hash);
      return found !== null && found.tier >= tier && found;
    },
    { what: `tier ${tier}`, timeoutMs: 150_000, intervalMs: 100 },
  );

describe('a layer that operators verify', () => {
  test('is launched as such where operators run, and its blocks get tier 2 by certificate, before any pack', async () => {
    const [account] = up.ready.accounts.slice(1);
    const { flashlayer } = await api.createFlashlayer({
      body: {
        freeTrial: true,
        flashlayer: {
          name: 'checked',
          settings: {
            verification: 'vital',
            gasless: true,
            blockTime: 0.5,
            genesisAccounts: [{ account: account!.address, balance: `${10n ** 21n}` }],
          },
        },
      },
    } as never);
    id = Number(flashlayer.id);
    const layer = await waitUntil(
      async () => {
        const found = await api.getFlashlayer({ params: { id } });
        return found.flashlayer.status === 'STATUS_ACTIVE' && found;
      },
      { what: 'the layer', timeoutMs: 90_000, intervalMs: 200 },
    );
    node = layer.flashlayer.resources.rpc;
    chainId = Number(layer.flashlayer.resources.chainId);
    rollup = layer.contracts!.rollup as Address;
    const sent = await send();
    const { evidence } = await finality(sent, 2);
    const certificate = evidence.find(({ kind }) => kind === 'vital-certificate')!;
    expect(certificate.attestation).toBe((await status()).attestation);
    expect(Math.min(...(certificate.signedPercentages as number[]))).toBeGreaterThanOrEqual(67);

    // The task can be looked up where it was made, and all four affirm it in the end.
    const taskId = String(certificate.taskId);
    expect(parseVitalTaskId(taskId)).toMatchObject({ kind: 'block', rollup: rollup.toLowerCase() });
    await waitUntil(
      async () => {
        const { signers } = await api.getAvsTask({ params: { avs: 'vital', taskId } });
        return signers.length === 4 && signers.every(({ verdict }) => verdict === 'signed');
      },
      { what: 'the affirmation of all operators', intervalMs: 200 },
    );
  }, 240_000);

  test('has packs on the L1 that carry the certificate, and no bond of its proposer', async () => {
    const sent = await send();
    const { evidence } = await finality(sent, 3);
    const { packIndex } = evidence.find(({ kind }) => kind === 'l1-inclusion') as { packIndex?: Hex };
    const client = createL1Client({ rpcUrl: up.ready.l1Url, chainId: up.ready.l1ChainId });
    const contract = { address: rollup, abi: rollupAbi } as const;
    const record = await client.readContract({
      ...contract,
      functionName: 'packRecord',
      args: [BigInt(packIndex!)],
    });
    expect(BigInt(record.signatoryRecordHash)).not.toBe(0n);
    const proposer = await client.readContract({ ...contract, functionName: 'proposer' });
    expect(record.proposer).not.toBe(proposer);
  }, 240_000);

  test('can be verified by anybody with one command', async () => {
    const answer = await runCli(['verify', '--rollup', 'checked', '--block', '3', '--json', '--data-dir', dir.path]);
    expect(answer.code, answer.stderr).toBe(0);
    const verdict = JSON.parse(answer.stdout) as { block: string; outputRoot: Hex };
    const output = await call<{ outputRoot: Hex }>('tephra_getOutput', '0x3');
    expect(verdict).toMatchObject({ layer: 'checked', outputRoot: output.outputRoot });
    const future = await runCli(['verify', '--rollup', 'checked', '--block', '999999', '--data-dir', dir.path]);
    expect(future.code).toBe(4);
  }, 60_000);

  test('loses nothing when too few operators sign: blocks are certified later', async () => {
    for (const name of ['operator-3', 'operator-4']) await api.stopOperatorHost({ params: { name } });
    const stopped = await certified();
    const head = Number(await call<Hex>('eth_blockNumber'));
    const sent = await send();
    await waitUntil(async () => Number(await call<Hex>('eth_blockNumber')) > head + 14, {
      what: 'two more proofs',
      timeoutMs: 30_000,
    });
    // Those under way when the two went may still have been certified.
    expect(await certified()).toBeLessThan(head + 12);
    expect(stopped).toBeGreaterThan(0);
    for (const name of ['operator-3', 'operator-4']) await api.startOperatorHost({ params: { name } });
    await finality(sent, 2);
    expect(await certified()).toBeGreaterThan(head);
  }, 120_000);

  test('refuses certificates that the L1 does not confirm', async () => {
    await expect(call('tephra_addCertificate', '0x12', '0x34')).rejects.toThrow(/no certificate of a block/);
    expect(toHex(await certified())).not.toBe('0x0');
  });
});
