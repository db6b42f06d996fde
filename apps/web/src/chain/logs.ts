import {
  bridgeAbi,
  chainStateAbi,
  demoNftAbi,
  faucetAbi,
  inboxAbi,
  l2BridgeAbi,
  outboxAbi,
  rollupAbi,
  rollupFactoryAbi,
  settlerAbi,
} from '@tephra/l1/abis';
import { type Abi, decodeEventLog, type Hex, parseAbi } from 'viem';

const common = parseAbi([
  'event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)',
  'event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)',
  'event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)',
  'event ApprovalForAll(address indexed owner, address indexed operator, bool approved)',
]);
const erc20 = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'event Approval(address indexed owner, address indexed spender, uint256 value)',
]);
const erc721 = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)',
  'event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId)',
]);

const ABIS: readonly Abi[] = [
  erc721,
  erc20,
  common,
  l2BridgeAbi,
  outboxAbi,
  chainStateAbi,
  faucetAbi,
  settlerAbi,
  rollupAbi,
  bridgeAbi,
  inboxAbi,
  rollupFactoryAbi,
  demoNftAbi,
];

export type DecodedLog = { name: string; args: readonly (readonly [string, string])[] };

/** Name and arguments of an event that we know; null for a stranger's. */
export function decodeLog(log: { topics: readonly Hex[]; data: Hex }): DecodedLog | null {
  const [first, ...rest] = log.topics;
  if (first === undefined) return null;
  for (const abi of ABIS) {
    try {
      const event = decodeEventLog({ abi, topics: [first, ...rest], data: log.data, strict: true });
      if (event.eventName === undefined) continue;
      const args: Record<string, unknown> = { ...event.args };
      return { name: event.eventName, args: Object.entries(args).map(([key, value]) => [key, textOf(value)] as const) };
    } catch {
      // not of this ABI
    }
  }
  return null;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object' && value !== null)
    return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? each.toString() : each));
  return String(value);
}
