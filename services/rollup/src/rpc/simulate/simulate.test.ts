import type { Hex } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil } from '@tephra/testing';
import { concat, createPublicClient, encodeErrorResult, getContractAddress, http, numberToHex, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BURNER, COUNTER, deployCode, EMITTER, reverter } from '../testing/contracts.ts';
import { alice, bob, genesisConfig, TestNode } from '../testing/test-node.ts';

const user = privateKeyToAccount(ANVIL_KEYS[0]!);
const from = user.address.toLowerCase();
const soldOut = encodeErrorResult({
  abi: [{ type: 'error', name: 'Error', inputs: [{ type: 'string' }] }],
  errorName: 'Error',
  args: ['sold out'],
});
/** Sends what it is given to bob, then logs. */
const FORWARDER = concat(['0x5f5f5f5f3473', bob.address, '0x5af15060205fa000']);

type Block = {
  number: Hex;
  hash: Hex;
  parentHash: Hex;
  timestamp: Hex;
  gasUsed: Hex;
  calls: Record<string, unknown>[];
};
describe.each(['wasm', 'ethereumjs'] as const)('on %s', (engine) => {
  let node: TestNode;
  let anvil: Anvil;
  const deployed: Record<'counter' | 'emitter' | 'reverter' | 'burner' | 'forwarder', Hex> = {
    counter: '0x',
    emitter: '0x',
    reverter: '0x',
    burner: '0x',
    forwarder: '0x',
  };

  beforeAll(async () => {
    node = await TestNode.start({
      engine,
      genesis: { accounts: [...genesisConfig.accounts, { address: user.address, balance: 10n ** 22n }] },
    });
    anvil = await startAnvil();
    const codes = {
      counter: COUNTER,
      emitter: EMITTER,
      reverter: reverter(soldOut),
      burner: BURNER,
      forwarder: FORWARDER,
    };
    for (const [nonce, [name, code]] of Object.entries(codes).entries()) {
      const fields = {
        type: 'eip1559',
        nonce,
        gas: 1_000_000n,
        maxFeePerGas: parseGwei('10'),
        data: deployCode(code),
      } as const;
      const raw = await user.signTransaction({ ...fields, chainId: Number(genesisConfig.chainId) });
      const hash = await node.call<Hex>('eth_sendRawTransaction', raw);
      await node.chain.seal();
      await anvil.rpc('eth_sendRawTransaction', [await user.signTransaction({ ...fields, chainId: anvil.chainId })]);
      deployed[name as 'counter'] = (
        await node.call<{ contractAddress: Hex }>('eth_getTransactionReceipt', hash)
      ).contractAddress;
    }
  });
  afterAll(async () => {
    await node.stop();
    await anvil.stop();
  });

  const simulate = (request: object, ref: unknown = 'latest'): Promise<Block[]> =>
    node.call<Block[]>('eth_simulateV1', request, ref);

  test('calls see what those before them did, in blocks that follow each other; nothing stays', async () => {
    const call = { from, to: deployed.counter };
    const head = node.chain.head();
    const blocks = await simulate({ blockStateCalls: [{ calls: [call, call] }, { calls: [call] }] });
    expect(blocks.map(({ calls }) => calls.map(({ returnData }) => BigInt(returnData as Hex)))).toEqual([
      [1n, 2n],
      [3n],
    ]);
    expect(blocks[0]).toMatchObject({
      number: numberToHex(head.number + 1n),
      parentHash: head.hash,
      timestamp: numberToHex(head.timestamp + 1n),
    });
    expect(blocks[1]!.parentHash).toBe(blocks[0]!.hash);
    const [log] = blocks[1]!.calls[0]!.logs as Record<string, unknown>[];
    expect(log).toMatchObject({ blockHash: blocks[1]!.hash, blockNumber: blocks[1]!.number, logIndex: '0x0' });
    expect(await simulate({ blockStateCalls: [{ calls: [call, call] }, { calls: [call] }] })).toEqual(blocks);
    expect(BigInt(await node.call<Hex>('eth_call', call))).toBe(1n);
  });

  test('the same results as anvil', async () => {
    const calls = [
      { from, to: deployed.emitter, data: `0x${'2a'.repeat(32)}` },
      { from, to: deployed.reverter },
      { from, to: bob.address, value: '0x5' },
      { from, to: deployed.forwarder, value: '0x7' },
    ].map((call) => ({ ...call, gas: '0x30d40' }));
    const request = { blockStateCalls: [{ calls }], traceTransfers: true };
    const shown = ([block]: Block[]) =>
      block!.calls.map(({ status, returnData, gasUsed, logs }) => ({
        status,
        returnData,
        gasUsed,
        logs: (logs as { address: string; topics: string[]; data: string }[]).map(({ address, topics, data }) => ({
          address: address.toLowerCase(),
          topics,
          data,
        })),
      }));
    const theirs = (await anvil.rpc('eth_simulateV1', [request, 'latest'])) as Block[];
    expect(shown(await simulate(request))).toEqual(shown(theirs));
  });

  test('overrides of state and block', async () => {
    const rich = { [bob.address]: { balance: numberToHex(10n ** 24n) } };
    const transfer = { from: bob.address, to: alice.address, value: numberToHex(10n ** 23n) };
    // NUMBER, TIMESTAMP, BASEFEE, COINBASE
    const teller = {
      [alice.address]: { code: concat(['0x435f52', '0x42602052', '0x48604052', '0x41606052', '0x60805ff3']) },
    };
    const number = node.chain.head().number + 3n;
    const time = node.chain.head().timestamp + 100n;
    const blockOverrides = {
      number: numberToHex(number),
      time: numberToHex(time),
      baseFeePerGas: '0x9',
      feeRecipient: bob.address,
    };
    const blocks = await simulate({
      blockStateCalls: [
        { stateOverrides: rich, calls: [transfer] },
        { blockOverrides, stateOverrides: teller, calls: [{ to: alice.address }] },
      ],
    });
    // The number between them was filled with an empty block.
    expect(blocks.map((block) => [BigInt(block.number), block.calls.length])).toEqual([
      [number - 2n, 1],
      [number - 1n, 0],
      [number, 1],
    ]);
    expect(blocks[0]!.calls[0]).toMatchObject({ status: '0x1', gasUsed: '0x5208' });
    const told = blocks[2]!.calls[0]!.returnData as Hex;
    expect(
      told
        .slice(2)
        .match(/.{64}/g)
        ?.map((word) => BigInt(`0x${word}`)),
    ).toEqual([number, time, 9n, BigInt(bob.address)]);
  });

  test('failures of calls are theirs alone', async () => {
    const [block] = await simulate({
      blockStateCalls: [
        { calls: [{ to: deployed.reverter }, { to: deployed.burner, gas: '0x10000' }, { to: bob.address }] },
      ],
    });
    expect(block!.calls).toMatchObject([
      { status: '0x0', error: { code: 3, message: 'execution reverted: sold out', data: soldOut } },
      {
        status: '0x0',
        gasUsed: '0x10000',
        error: { code: -32015, message: expect.stringContaining('invalid opcode') },
      },
      { status: '0x1' },
    ]);
  });

  test('coins that move are logs of an address of their own, when asked for', async () => {
    const calls = [
      { from, to: deployed.forwarder, value: '0x7' },
      { from, data: deployCode(COUNTER), value: '0x3' },
    ];
    const word = (value: Hex): Hex => `0x${value.slice(2).toLowerCase().padStart(64, '0')}`;
    const [block] = await simulate({ traceTransfers: true, blockStateCalls: [{ calls }] });
    const logs = block!.calls.map((call) => call.logs as { address: Hex; topics: Hex[]; data: Hex }[]);
    const coin = `0x${'ee'.repeat(20)}`;
    expect(logs[0]!.map(({ address, topics, data }) => [address, topics.slice(1), data])).toEqual([
      [coin, [word(from as Hex), word(deployed.forwarder)], word('0x7')],
      [coin, [word(deployed.forwarder), word(bob.address)], word('0x7')],
      [deployed.forwarder, [], word('0x0')],
    ]);
    const created = getContractAddress({ from: user.address, nonce: 6n });
    expect(logs[1]).toMatchObject([
      { topics: [expect.anything(), word(from as Hex), word(created)], data: word('0x3') },
    ]);
    const [plain] = await simulate({ blockStateCalls: [{ calls }] });
    expect(plain!.calls.map((call) => (call.logs as unknown[]).length)).toEqual([1, 0]);
  });

  test('full transactions name their sender', async () => {
    const [block] = await simulate({
      returnFullTransactions: true,
      blockStateCalls: [{ calls: [{ from, to: bob.address, gas: '0x5208' }] }],
    });
    expect(block).toMatchObject({
      transactions: [{ from, to: bob.address.toLowerCase(), type: '0x2', gas: '0x5208' }],
    });
  });

  test.each([
    ['no blocks', { blockStateCalls: [] }, -32602, 'empty input'],
    ['numbers that go back', { blockStateCalls: [{ blockOverrides: { number: '0x1' } }] }, -38020, 'must be in order'],
    ['times that go back', { blockStateCalls: [{ blockOverrides: { time: '0x1' } }] }, -38021, 'must be in order'],
    ['too many blocks', { blockStateCalls: [{ blockOverrides: { number: '0xffff' } }] }, -38026, 'too many blocks'],
    [
      'coins that are not there',
      { blockStateCalls: [{ calls: [{ from: bob.address, to: from, value: '0x1' }] }] },
      -38014,
      'insufficient funds',
    ],
    ['too little gas', { blockStateCalls: [{ calls: [{ to: from, gas: '0x1' }] }] }, -38013, 'intrinsic gas too low'],
    ['too much gas', { blockStateCalls: [{ calls: [{ to: from, gas: '0xffffffffff' }] }] }, -38015, 'block gas limit'],
    [
      'an old nonce under validation',
      {
        validation: true,
        blockStateCalls: [{ calls: [{ from, to: from, nonce: '0x0', maxFeePerGas: '0x2540be400' }] }],
      },
      -38010,
      'nonce too low',
    ],
    [
      'a nonce to come under validation',
      {
        validation: true,
        blockStateCalls: [{ calls: [{ from, to: from, nonce: '0x99', maxFeePerGas: '0x2540be400' }] }],
      },
      -38011,
      'nonce too high',
    ],
    [
      'no price under validation',
      { validation: true, blockStateCalls: [{ calls: [{ from, to: from }] }] },
      -38012,
      'max fee per gas less than block base fee',
    ],
  ])('refuses %s', async (_name, request, code, message) => {
    const { error } = await node.ask('eth_simulateV1', [request, 'latest']);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('viem reads the results and sees the assets move', async () => {
    const client = createPublicClient({ transport: http(node.url) });
    const [block] = await client.simulateBlocks({
      blocks: [
        {
          calls: [
            { account: user.address, to: deployed.counter },
            { account: user.address, to: deployed.reverter },
          ],
        },
      ],
    });
    expect(block!.number).toBe(node.chain.head().number + 1n);
    expect(block!.calls.map(({ status }) => status)).toEqual(['success', 'failure']);
    const { results, assetChanges } = await client.simulateCalls({
      account: user.address,
      calls: [{ to: bob.address, value: 5n }],
      traceAssetChanges: true,
    });
    expect(results[0]!.status).toBe('success');
    expect(assetChanges[0]!.value.diff).toBe(-5n);
  });
});
