import type { RpcMethod } from './method.ts';
import { METHODS } from './methods/index.ts';
import { unsupportedMethods } from './unsupported.ts';

/** Shapes that the tables name. */
const SHAPES: [shape: string, meaning: string][] = [
  ['quantity', 'number in hex without leading zeros: `0x0`, `0x1f`'],
  ['data', 'bytes in hex, two digits each: `0x`, `0x00ff`'],
  ['address, hash', '20 and 32 bytes of data'],
  ['number or tag', 'quantity, `latest`, `pending`, `safe`, `finalized` or `earliest`'],
  ['block', 'number or tag, a block hash, or an object of EIP-1898: `{blockNumber}`, `{blockHash, requireCanonical?}`'],
  [
    'call',
    '`{from?, to?, gas?, gasPrice? or maxFeePerGas? and maxPriorityFeePerGas?, value?, input?, accessList?, authorizationList?}`; ' +
      '`data` is taken for `input`',
  ],
  ['state overrides', 'by address: `{balance?, nonce?, code?, state? or stateDiff?}`'],
  ['log filter', '`{fromBlock?, toBlock?, address?, topics?}` or `{blockHash, address?, topics?}`'],
  [
    'trace config',
    '`{tracer?, tracerConfig?, timeout?, ...}` as in go-ethereum; tracers: struct logs without a name, `callTracer`, ' +
      '`prestateTracer`, `4byteTracer`',
  ],
  ['storage key', 'at most 32 bytes of hex, padded on the left'],
];

const ERRORS: [code: string, meaning: string][] = [
  ['-32700', 'the body is no JSON'],
  ['-32600', 'it is no request; too many calls in a batch; the body is too large'],
  ['-32601', 'there is no such method; for those below the message says why'],
  ['-32602', 'a parameter is missing, malformed or one too many; the message names its place'],
  ['-32603', 'a fault of the node; its log says more'],
  ['-32000', 'the request cannot be carried out, in go-ethereum’s words; `data` may hold `{code, hint?}`'],
  ['-32003', 'the answers of a batch are too large together'],
  ['-32005', 'a limit of the node is exceeded; the message names it'],
  ['3', 'execution reverted; `data` holds the revert data'],
];

const SUBSCRIPTIONS = [
  '`eth_subscribe` and `tephra_subscribe` need a WebSocket. A subscription ends with its connection: after a reconnection,',
  'subscribe again and ask for what may have been missed (`eth_getLogs` from the last block seen; `newHeads` starts at the',
  'next block). A client that does not read is disconnected once 16 MiB wait for it, one that does not answer pings after',
  'two of them.',
  '',
  '`tephra_subscribe("finality")` sends the marks of the three tiers, each `{number, hash}`: first as they are at the moment',
  'of the subscription, so that a client that comes back sees at once what happened meanwhile, then whenever one moves:',
  '',
  '```json',
  '{"latest": {"number": "0x2a", "hash": "0x..."}, "safe": {"number": "0x20", "hash": "0x..."},',
  ' "finalized": {"number": "0x11", "hash": "0x..."}, "reverted": false}',
  '```',
  '',
  'With `reverted: true` a mark went back, because the L1 was reorganised or a pack was reverted: blocks above the new',
  '`latest` are gone (their transactions are executed again), blocks above `safe` are no longer on the L1. `before` then',
  'holds the numbers of `latest` and `safe` until now. `finalized` never goes back.',
  '`tephra_subscribe("reorgs")` sends `{from, to, cause}` when sealed blocks were rolled back: the old and the new head, and',
  'why: `{reason: "l1-reorg"}`, or `{reason: "packs-reverted", packIndex, revertEpoch}` when a dispute voided the pack that',
  'claimed them. What stood on them is executed again.',
];

/** docs/rpc.md, from what stands beside the methods. */
export function renderRpcReference(): string {
  const spaces = Map.groupBy(METHODS, ({ name }) => name.slice(0, name.indexOf('_')));
  const open = [...spaces].filter(([space]) => space !== 'admin').sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    '<!-- Written by `./tephra dev docs`. Do not edit. -->',
    '# JSON-RPC',
    '',
    'A chain’s node answers HTTP POST and WebSocket on one port, single calls and batches of up to 1,000. Names, shapes and',
    'errors are those of Ethereum clients (execution-apis, go-ethereum); `tephra_*` is our own. `latest` is the newest sealed',
    'block, `safe` the newest whose pack is on the L1, `finalized` the newest whose challenge window is over; `pending` is',
    'the open block, whose transactions are executed and promised already.',
    '',
    '| Shape | Meaning |',
    '|---|---|',
    ...SHAPES.map(row),
    '',
    '| Error | Meaning |',
    '|---|---|',
    ...ERRORS.map(row),
    '',
    ...open.flatMap(([space, methods]) => section(space, methods)),
    '## Subscriptions',
    '',
    ...SUBSCRIPTIONS,
    '',
    ...section(
      'admin',
      spaces.get('admin') ?? [],
      'They need `Authorization: Bearer <adminToken>` of the node’s settings.',
    ),
    '## What other nodes have',
    '',
    '| Method | Why it is not here |',
    '|---|---|',
    ...unsupportedMethods().map(([name, reason]) => row([`\`${name}\``, reason])),
    '',
  ].join('\n');
}

function section(space: string, methods: readonly RpcMethod[], text?: string): string[] {
  return [`## ${space}`, '', ...(text ? [text, ''] : []), ...methods.flatMap(entry)];
}

function entry({ name, doc }: RpcMethod): string[] {
  const names = (doc.params ?? []).map((param) => param.slice(0, param.indexOf(':')));
  return [
    `### ${name}`,
    '',
    `\`${name}(${names.join(', ')})\``,
    '',
    doc.text,
    '',
    ...(doc.params ?? []).map((param) => `- ${param.replace(/^([^:]+):/, '`$1`:')}`),
    `- result: ${doc.result}`,
    ...(doc.errors ?? []).map((error) => `- error ${error}`),
    '',
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
