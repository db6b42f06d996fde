import { l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Address, encodeFunctionData, type Hex, pad, toHex, zeroAddress } from 'viem';
import { expect, test } from 'vitest';
import { type Part, type SentenceInput, sentenceOf, transfersOf } from './sentence.ts';

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
      case 'token':
        return name(part.token);
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
    input: '0xa0712d68',
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
  expect(say(call({}))).toBe('Alice called 0xa0712d68 on Token');
  expect(say(call({ receipt: undefined }))).toBe('Alice calls 0xa0712d68 on Token');
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
  expect(say(call({}, [], 'reverted'))).toBe('Alice tried to call 0xa0712d68 on Token, but it failed');
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

test('logs that are no transfers are passed over', () => {
  expect(transfersOf([{ address: TOKEN, topics: [TRANSFER], data: '0x' }])).toEqual([]);
});
