import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeGenesisConfig } from '@tephra/protocol';
import { WebSocketServer } from 'ws';
import type { NodeConfig } from '../driver/node-config.ts';

// The smallest thing that a driver can run as a node, for tests: JSON-RPC with a counter for blocks. Names starting with
// "crash" end at once; files `settlement.json` and `dispute-step.json` in its folder are what tephra_settlement and
// tephra_getDisputeStep answer.

const file = process.argv[process.argv.indexOf('--config') + 1] ?? '';
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));

while (process.argv.includes('--wait') && !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
const config = JSON.parse(readFileSync(file, 'utf8')) as NodeConfig;
const dir = config.dataDir;

console.log(JSON.stringify({ level: 'info', msg: `tiny node of ${config.name}` }));
if (config.name.startsWith('crash')) {
  console.error('it crashes by its name');
  process.exit(7);
}

const bornAt = Date.now();
const hex = (value: number): string => `0x${value.toString(16)}`;
const chainId = Number(decodeGenesisConfig(config.genesisConfig).chainId);

function head(): number {
  return Math.floor((Date.now() - bornAt) / config.blockTimeMs);
}

function recorded(name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(dir, name), 'utf8'));
  } catch {
    return null;
  }
}

function answer(method: string, params: unknown[], admin: boolean): unknown {
  switch (method) {
    case 'eth_chainId':
      return hex(chainId);
    case 'eth_blockNumber':
      return hex(head());
    case 'tephra_status':
      return {
        mode: 'active',
        head: { number: hex(head()) },
        safe: { number: '0x0' },
        finalized: { number: '0x0' },
        l1: { origin: { number: '0x1' } },
        packs: { posted: '0x0' },
        settlement: recorded('settlement.json'),
      };
    case 'tephra_settlement':
      return recorded('settlement.json');
    case 'tephra_getDisputeStep':
      return recorded('dispute-step.json');
    case 'admin_settlementPreview':
      if (!admin) throw new Error('the admin token is missing');
      return {
        ...{ native: { holders: 2, total: '0x64' }, erc20: [], bridgedErc721: [], bridgedErc1155: [] },
        ...{ bornErc20: [], collections: [], collections1155: [] },
      };
    case 'admin_status':
    case 'admin_drip':
      if (!admin) throw new Error('the admin token is missing');
      return method === 'admin_drip' ? `0x${'ab'.repeat(32)}` : {};
    case 'test_die':
      setTimeout(() => process.exit(3), 5);
      return null;
    default:
      throw new Error(`no method ${method} ${JSON.stringify(params)}`);
  }
}

type Call = { id: unknown; method: string; params: unknown[] };

function respond({ id, method, params }: Call, admin: boolean): object {
  try {
    return { jsonrpc: '2.0', id, result: answer(method, params, admin) };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: { code: -32601, message: (error as Error).message } };
  }
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const admin = request.headers.authorization === `Bearer ${config.adminToken}`;
    const asked = JSON.parse(body) as Call | Call[];
    const result = Array.isArray(asked) ? asked.map((call) => respond(call, admin)) : respond(asked, admin);
    response.setHeader('content-type', 'application/json');
    response.setHeader('access-control-allow-origin', '*');
    response.end(JSON.stringify(result));
  });
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)));
server.listen(0, '127.0.0.1', () => {
  writeFileSync(join(dir, 'node.port'), String((server.address() as AddressInfo).port));
});
