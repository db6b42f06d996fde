import { l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import {
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  type Hex,
  pad,
  parseAbi,
  toHex,
  zeroAddress,
} from 'viem';
import { expect, test } from 'vitest';
import type { Part } from './parts.ts';
import { type SentenceInput, sentenceOf } from './sentence.ts';
import { transfersOf } from './transfers.ts';

const ALICE: Address = '0x1111111111111111111111111111111111111111';
const BOB: Address = '0x2222222222222222222222222222222222222222';
const TOKEN: Address = '0x3333333333333333333333333333333333333333';
const TRANSFER: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

function say(parts: Part[]): string {
  const names: Record<string, string> = { [ALICE]: 'Alice', [BOB]: 'Bob', [TOKEN]: 'Token' };
  const name = (address: string) => names[address] ?? address;
  const word = (part: Part): string => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'address':
        return name(part.address);
      case 'coin':
        return `${part.value} wei`;
      case 'amount':
        return `${part.value} ${name(part.token)}`;
      case 'nft':
        return `${name(part.token)} #${part.tokenId}`;
      case 'items':
        return `${part.amount} of ${name(part.token)} #${part.tokenId}`;
      case 'token':
        return name(part.token);
      case 'created':
        return `a contract at ${name(part.address)}`;
    }
  };
  return parts.map(word).join('');
}

function nft(from: Address, to: Address, id: bigint) {
  return {
    address: TOKEN,
    topics: [TRANSFER, pad(from), pad(to), pad(toHex(id))] as [Hex, ...Hex[]],
    data: '0x' as Hex,
  };
}
function erc20(from: Address, to: Address, value: bigint) {
  return { address: TOKEN, topics: [TRANSFER, pad(from), pad(to)] as [Hex, ...Hex[]], data: pad(toHex(value)) };
}
function call(
  part: Partial<SentenceInput>,
  logs: ReturnType<typeof nft>[] = [],
  status: 'success' | 'reverted' = 'success',
) {
  return sentenceOf({
    from: ALICE,
    to: TOKEN,
    value: 0n,
    input: '0x5eed5eed',
    system: false,
    receipt: { status, logs },
    ...part,
  });
}

test('coin, deployment, unknown call', () => {
  expect(say(call({ to: BOB, input: '0x', value: 5n }))).toBe('Alice sent 5 wei to Bob');
  expect(say(call({ to: null, receipt: { status: 'success', contractAddress: TOKEN, logs: [] } }))).toBe(
    'Alice deployed a contract at Token',
  );
  expect(say(call({}))).toBe('Alice called 0x5eed5eed on Token');
  expect(say(call({ receipt: undefined }))).toBe('Alice calls 0x5eed5eed on Token');
});

test('mints, sends and burns of tokens', () => {
  expect(say(call({}, [nft(zeroAddress, ALICE, 7n)]))).toBe('Alice minted Token #7');
  expect(say(call({}, [nft(zeroAddress, BOB, 7n)]))).toBe('Alice minted Token #7 for Bob');
  expect(say(call({}, [nft(zeroAddress, ALICE, 7n), nft(zeroAddress, ALICE, 8n)]))).toBe(
    'Alice minted 2 tokens of Token',
  );
  expect(say(call({}, [nft(ALICE, BOB, 7n)]))).toBe('Alice sent Token #7 to Bob');
  expect(say(call({}, [nft(ALICE, zeroAddress, 7n)]))).toBe('Alice burned Token #7');
  expect(say(call({}, [erc20(ALICE, BOB, 9n)]))).toBe('Alice sent 9 Token to Bob');
  expect(say(call({}, [erc20(BOB, ALICE, 9n)]))).toBe('Alice sent 9 Token of Bob to Alice');
});

test('a failed transaction says so', () => {
  expect(say(call({}, [], 'reverted'))).toBe('Alice tried to call 0x5eed5eed on Token, but it failed');
  expect(say(call({ to: BOB, input: '0x', value: 3n }, [], 'reverted'))).toBe(
    'Alice tried to send 3 wei to Bob, but it failed',
  );
});

test('withdrawals and arrivals over the bridge', () => {
  const withdraw = encodeFunctionData({ abi: l2BridgeAbi, functionName: 'withdrawErc721', args: [TOKEN, BOB, 7n] });
  expect(say(call({ to: PREDEPLOYS.l2Bridge, input: withdraw }))).toBe('Alice withdrew Token #7 to the L1 for Bob');
  const arrive = encodeFunctionData({
    abi: l2BridgeAbi,
    functionName: 'finaliseErc20',
    args: [zeroAddress, BOB, 1_500_000_000_000_000_000n, 'Ether', 'ETH', 18],
  });
  expect(say(call({ system: true, to: PREDEPLOYS.l2Bridge, input: arrive }))).toBe('1.5 ETH came from the L1 for Bob');
});

const POOL: Address = '0x4444444444444444444444444444444444444444';
const OTHER: Address = '0x5555555555555555555555555555555555555555';
const EVENTS = parseAbi([
  'event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)',
  'event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)',
  'event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)',
  'event Approval(address indexed owner, address indexed spender, uint256 value)',
]);
type Log = ReturnType<typeof nft>;
const topicsOf = (topics: unknown) => topics as [Hex, ...Hex[]];

test('a swap is one sentence, whoever the router is; without a Swap event it is an exchange', () => {
  const other = { ...erc20(POOL, ALICE, 20n), address: OTHER };
  const swap: Log = {
    address: POOL,
    topics: topicsOf(encodeEventTopics({ abi: EVENTS, eventName: 'Swap', args: { sender: BOB, to: ALICE } })),
    data: encodeAbiParameters(Array(4).fill({ type: 'uint256' }), [10n, 0n, 0n, 20n]),
  };
  const logs = [erc20(ALICE, POOL, 10n), other];
  expect(say(call({ to: BOB }, [...logs, swap]))).toBe(`Alice swapped 10 Token for 20 ${OTHER} on Bob`);
  expect(say(call({ to: BOB }, logs))).toBe(`Alice gave 10 Token and got 20 ${OTHER} on Bob`);
});

test('coin against a token is a purchase, but a mint stays a mint', () => {
  expect(say(call({ to: BOB, value: 3n }, [nft(POOL, ALICE, 7n)]))).toBe('Alice bought Token #7 for 3 wei on Bob');
  expect(say(call({ to: BOB, value: 3n }, [nft(zeroAddress, ALICE, 7n)]))).toBe('Alice minted Token #7 for 3 wei');
});

test('ERC-1155 items, one kind or several', () => {
  const single = (from: Address, to: Address): Log => ({
    address: TOKEN,
    topics: topicsOf(
      encodeEventTopics({ abi: EVENTS, eventName: 'TransferSingle', args: { operator: ALICE, from, to } }),
    ),
    data: encodeAbiParameters([{ type: 'uint256' }, { type: 'uint256' }], [7n, 40n]),
  });
  expect(say(call({}, [single(ALICE, BOB)]))).toBe('Alice sent 40 of Token #7 to Bob');
  const batch: Log = {
    address: TOKEN,
    topics: topicsOf(
      encodeEventTopics({
        abi: EVENTS,
        eventName: 'TransferBatch',
        args: { operator: ALICE, from: zeroAddress, to: BOB },
      }),
    ),
    data: encodeAbiParameters(
      [{ type: 'uint256[]' }, { type: 'uint256[]' }],
      [
        [1n, 2n],
        [10n, 20n],
      ],
    ),
  };
  expect(say(call({}, [batch]))).toBe('Alice minted 30 items of 2 kinds of Token for Bob');
});

test('a revoked approval is not called an approval', () => {
  const approval = (value: bigint): Log => ({
    address: TOKEN,
    topics: topicsOf(encodeEventTopics({ abi: EVENTS, eventName: 'Approval', args: { owner: ALICE, spender: BOB } })),
    data: pad(toHex(value)),
  });
  expect(say(call({}, [approval(5n)]))).toBe('Alice let Bob take up to 5 Token');
  expect(say(call({}, [approval(0n)]))).toBe('Alice no longer lets Bob take Token');
});

test('several calls at once are counted', () => {
  const multicall = parseAbi(['function multicall(bytes[] data)']);
  const input = encodeFunctionData({ abi: multicall, functionName: 'multicall', args: [['0x01', '0x02']] });
  expect(say(call({ input }, [erc20(ALICE, BOB, 9n)]))).toBe('Alice sent 9 Token to Bob, 2 calls at once');
});

test('a forced transaction that was left out says why', () => {
  const skip = parseAbi(['function skipForced(uint64 inboxIndex, bytes32 transactionHash, uint8 reason)']);
  const input = encodeFunctionData({ abi: skip, functionName: 'skipForced', args: [4n, pad('0x01'), 7] });
  expect(say(call({ system: true, to: PREDEPLOYS.chainState, input }))).toBe(
    'A forced transaction of the L1 inbox was left out: its sender cannot pay for it',
  );
});

test('logs that are no transfers are passed over', () => {
  expect(transfersOf([{ address: TOKEN, topics: [TRANSFER], data: '0x' }])).toEqual([]);
});
