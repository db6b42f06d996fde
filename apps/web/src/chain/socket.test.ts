import { expect, test } from 'vitest';
import { parseMessage } from './socket.ts';

test('tells answers from events and passes everything else over', () => {
  expect(parseMessage('{"jsonrpc":"2.0","id":1,"result":"0xabc"}')).toEqual({ kind: 'answer', id: 1, result: '0xabc' });
  expect(
    parseMessage(
      '{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xabc","result":{"number":"0x1"}}}',
    ),
  ).toEqual({ kind: 'event', subscription: '0xabc', result: { number: '0x1' } });
  expect(parseMessage('{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}')).toBeNull();
  expect(parseMessage('not json')).toBeNull();
  expect(parseMessage('null')).toBeNull();
  expect(parseMessage(new ArrayBuffer(2))).toBeNull();
});
