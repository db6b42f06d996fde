import { readFileSync } from 'node:fs';
import { demoErc20Abi, demoErc20Bytecode } from '@tephra/l1';
import type { Hex } from '@tephra/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createWalletClient, defineChain, encodeFunctionData, http, publicActions } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { RealNode } from './testing/real-node.ts';

/** What the node answers, held against the schemas of the execution-apis specification. */
type Schemas = { methods: Record<string, object>; components: { schemas: Record<string, object> } };
const schemas = JSON.parse(
  readFileSync(new URL('testing/execution-apis.json', import.meta.url), 'utf8').replaceAll(
    '"#/components/',
    '"apis#/components/',
  ),
) as Schemas;
const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ $id: 'apis', components: schemas.components });

const [, , account] = TEST_USERS as [unknown, unknown, (typeof TEST_USERS)[0]];
const from = account.address;
const list = [{ address: from, storageKeys: [] }];

let node: RealNode;
let token: Hex;
let number: Hex;
let hash: Hex;
const transactions: Record<string, Hex> = {};

beforeAll(async () => {
  node = await RealNode.start({ blockTimeMs: 100, genesis: { gasless: false, minBaseFee: 1n } });
  const chain = defineChain({
    id: Number(TEST_CHAIN_ID),
    name: 'conformance',
    nativeCurrency: { name: 'Test', symbol: 'TST', decimals: 18 },
    rpcUrls: { default: { http: [node.url] } },
  });
  const client = createWalletClient({ chain, account, transport: http(), pollingInterval: 20 }).extend(publicActions);
  const done = async (sent: Hex) => client.waitForTransactionReceipt({ hash: sent });
  const deployed = await done(
    await client.deployContract({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Ember', 'EMB'] }),
  );
  token = deployed.contractAddress!;
  const mint = { address: token, abi: demoErc20Abi, functionName: 'mint', args: [from, 9n] } as const;
  const minted = await done(await client.writeContract(mint));
  number = `0x${minted.blockNumber.toString(16)}`;
  hash = minted.blockHash;
  transactions.creation = deployed.transactionHash;
  transactions['dynamic fee'] = minted.transactionHash;
  const legacy = await client.sendTransaction({ to: from, type: 'legacy' });
  const listed = await client.sendTransaction({ to: from, type: 'eip2930', accessList: list });
  const authorization = await TEST_USERS[3]!.signAuthorization({ chainId: chain.id, nonce: 0, address: token });
  const setCode = await client.sendTransaction({ to: from, authorizationList: [authorization] });
  for (const sent of [legacy, listed, setCode]) await done(sent);
  transactions['set code'] = setCode;
  transactions.legacy = legacy;
  transactions['access list'] = listed;
});
afterAll(() => node[Symbol.asyncDispose]());

function conforms(method: string, result: unknown): void {
  const schema = schemas.methods[method];
  expect(schema, method).toBeDefined();
  const validate = ajv.compile(schema!);
  const valid = validate(result);
  expect(valid ? [] : validate.errors, method).toEqual([]);
}

const transfer = () =>
  ({
    from,
    to: token,
    data: encodeFunctionData({ abi: demoErc20Abi, functionName: 'transfer', args: [from, 1n] }),
  }) as const;

const cases: [method: string, params: () => unknown[]][] = [
  ...[
    'debug_getBadBlocks',
    'eth_accounts',
    'eth_baseFee',
    'eth_blobBaseFee',
    'eth_blockNumber',
    'eth_capabilities',
    'eth_chainId',
    'eth_coinbase',
    'eth_config',
    'eth_gasPrice',
    'eth_maxPriorityFeePerGas',
    'eth_newBlockFilter',
    'eth_newPendingTransactionFilter',
    'eth_syncing',
    'net_version',
    'txpool_content',
    'txpool_status',
  ].map((method): [string, () => unknown[]] => [method, () => []]),
  ['debug_getRawBlock', () => [number]],
  ['debug_getRawHeader', () => [number]],
  ['debug_getRawReceipts', () => [number]],
  ['debug_getRawTransaction', () => [transactions.legacy]],
  ['debug_traceBlockByHash', () => [hash]],
  ['debug_traceBlockByNumber', () => [number]],
  ['debug_traceTransaction', () => [transactions['dynamic fee']]],
  ['eth_call', () => [transfer(), 'latest']],
  ['eth_createAccessList', () => [transfer(), 'latest']],
  ['eth_estimateGas', () => [transfer()]],
  ['eth_feeHistory', () => ['0x4', 'latest', [10, 50]]],
  ['eth_feeHistory', () => ['0x4', 'latest']],
  ['eth_fillTransaction', () => [transfer()]],
  ['eth_fillTransaction', () => [{ ...transfer(), gasPrice: '0x77359400' }]],
  ['eth_getBalance', () => [from, 'latest']],
  ['eth_getBlockByHash', () => [hash, true]],
  ['eth_getBlockByNumber', () => [number, true]],
  ['eth_getBlockByNumber', () => [number, false]],
  ['eth_getBlockByNumber', () => ['0x0', false]],
  ['eth_getBlockByNumber', () => ['0xffffff', false]],
  ['eth_getBlockReceipts', () => [number]],
  ['eth_getBlockTransactionCountByHash', () => [hash]],
  ['eth_getBlockTransactionCountByNumber', () => [number]],
  ['eth_getCode', () => [token, 'latest']],
  ['eth_getLogs', () => [{ fromBlock: '0x0', address: token }]],
  ['eth_getProof', () => [token, ['0x2'], 'latest']],
  ['eth_getStorageAt', () => [token, '0x2', 'latest']],
  ['eth_getStorageValues', () => [{ [token]: ['0x2'] }, 'latest']],
  ['eth_getTransactionByBlockHashAndIndex', () => [hash, '0x0']],
  ['eth_getTransactionByBlockNumberAndIndex', () => [number, '0x0']],
  ['eth_getTransactionCount', () => [from, 'latest']],
  ['eth_newFilter', () => [{ fromBlock: '0x0', address: token }]],
  ['eth_simulateV1', () => [{ blockStateCalls: [{ calls: [transfer()] }], returnFullTransactions: true }, 'latest']],
  ['txpool_contentFrom', () => [from]],
];

describe('an answer has the specified form:', () => {
  test.each(cases)('%s', async (method, params) => conforms(method, await node.call(method, ...params())));

  test.each(['creation', 'dynamic fee', 'legacy', 'access list'])('of a transaction: %s', async (kind) => {
    for (const method of ['eth_getTransactionByHash', 'eth_getTransactionReceipt']) {
      conforms(method, await node.call(method, transactions[kind]));
    }
  });

  test('of filters', async () => {
    const id = await node.call('eth_newFilter', { fromBlock: '0x0', address: token });
    conforms('eth_getFilterLogs', await node.call('eth_getFilterLogs', id));
    conforms('eth_uninstallFilter', await node.call('eth_uninstallFilter', id));
  });

  // An empty answer fits the forms of logs and of hashes alike, which the schema takes for an error.
  const hidden = new Set(['eth_getFilterChanges']);
  // Sent, or looked up by hash, above.
  const elsewhere = new Set([
    'eth_sendRawTransaction',
    'eth_getTransactionByHash',
    'eth_getTransactionReceipt',
    'eth_getFilterLogs',
    'eth_uninstallFilter',
  ]);
  test('of every specified method that the node has', () => {
    const checked = new Set(cases.map(([method]) => method));
    const left = Object.keys(schemas.methods).filter((method) => !checked.has(method) && !elsewhere.has(method));
    expect(left.filter((method) => !hidden.has(method))).toEqual([]);
  });
});
