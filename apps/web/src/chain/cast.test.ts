import { encodeFunctionData, parseAbi } from 'viem';
import { expect, test } from 'vitest';
import { castSend } from './cast.ts';
import { decodeCall } from './decode.ts';

const TO = '0x1111111111111111111111111111111111111111';
const RPC = 'http://localhost:8080/rpc/drop';

test('a known call is repeated by its signature, an unknown one by its bytes', () => {
  const abi = parseAbi(['function safeTransferFrom(address from, address to, uint256 tokenId)']);
  const input = encodeFunctionData({ abi, functionName: 'safeTransferFrom', args: [TO, TO, 7n] });
  expect(castSend({ to: TO, value: 0n, input }, decodeCall(input), RPC)).toBe(
    `cast send ${TO} 'safeTransferFrom(address,address,uint256)' ${TO} ${TO} 7 \\\n  --rpc-url ${RPC} \\\n  --private-key $KEY`,
  );
  expect(castSend({ to: TO, value: 5n, input: '0xdeadbeef' }, null, RPC)).toBe(
    `cast send ${TO} 0xdeadbeef \\\n  --value 5 \\\n  --rpc-url ${RPC} \\\n  --private-key $KEY`,
  );
});

test('a creation gives its code last; lists and texts are quoted', () => {
  expect(castSend({ to: null, value: 0n, input: '0x6001' }, null, RPC)).toMatch(/--create 0x6001$/);
  const abi = parseAbi(['function add(string[] names)']);
  const input = encodeFunctionData({ abi, functionName: 'add', args: [["it's", 'b']] });
  expect(castSend({ to: TO, value: 0n, input }, decodeCall(input, abi), RPC)).toContain(
    `'add(string[])' '[it'\\''s, b]'`,
  );
});
