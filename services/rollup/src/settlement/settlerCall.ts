import { settlerAbi } from '@tephra/l1';
import { type Address, decodeSystemTransaction, type Hex, PREDEPLOYS } from '@tephra/protocol';
import { type ContractFunctionArgs, decodeFunctionData, encodeFunctionData } from 'viem';
import type { StoredTransaction } from '../chain.ts';

type SettlerFunction = Extract<
  (typeof settlerAbi)[number],
  { type: 'function'; stateMutability: 'nonpayable' }
>['name'];

/** Order of enum Phase (contracts/src/predeploys/IPredeploys.sol), by the function that settles a phase's items. */
export const PHASES = [
  'settleNative',
  'settleErc20',
  'settleBridgedErc721',
  'settleBridgedErc1155',
  'settleErc20Born',
  'settleErc721',
  'settleErc1155',
] as const satisfies SettlerFunction[];

export type ItemFunction = (typeof PHASES)[number];
export type Announcement = 'settleToken20' | 'settleCollection' | 'settleCollection1155';

/** What one call of the Settler dealt with. */
export type SettlerCall = { kind: 'items' | 'announcement'; list: string; lastKey: bigint } | { kind: 'finish' };

/** Names a list of items that the Settler takes in ascending order: one phase, token and ERC-1155 id. */
export function listName(functionName: ItemFunction | Announcement, token: Address | null, tokenId = 0n): string {
  return `${functionName} ${token?.toLowerCase() ?? 'native'} ${tokenId}`;
}

export function encodeSettlerCall<Name extends SettlerFunction>(
  functionName: Name,
  args: ContractFunctionArgs<typeof settlerAbi, 'nonpayable', Name>,
): Hex {
  return encodeFunctionData({ abi: settlerAbi, functionName, args } as Parameters<typeof encodeFunctionData>[0]);
}

/** Undefined for every other transaction. */
export function decodeSettlerCall(transaction: StoredTransaction): SettlerCall | undefined {
  if (transaction.sender.toLowerCase() !== PREDEPLOYS.system.toLowerCase()) return undefined;
  const { to, data } = decodeSystemTransaction(transaction.raw);
  if (to.toLowerCase() !== PREDEPLOYS.settler.toLowerCase()) return undefined;
  const call = decodeFunctionData({ abi: settlerAbi, data });
  const items = (functionName: ItemFunction, token: Address | null, lastKey: bigint, tokenId = 0n): SettlerCall => ({
    kind: 'items',
    list: listName(functionName, token, tokenId),
    lastKey,
  });
  switch (call.functionName) {
    case 'settleNative':
      return items('settleNative', null, lastAccount(call.args[0]));
    case 'settleErc20':
    case 'settleErc20Born':
      return items(call.functionName, call.args[0], lastAccount(call.args[1]));
    case 'settleBridgedErc721':
    case 'settleErc721':
      return items(call.functionName, call.args[0], call.args[1].at(-1) ?? -1n);
    case 'settleBridgedErc1155':
    case 'settleErc1155':
      return items(call.functionName, call.args[0], lastAccount(call.args[2]), call.args[1]);
    case 'settleShares': {
      const [phase, token, tokenId, holder] = call.args;
      const functionName = PHASES[phase]!;
      return items(functionName, functionName === 'settleNative' ? null : token, BigInt(holder.account), tokenId);
    }
    case 'settleToken20':
    case 'settleCollection':
    case 'settleCollection1155':
      return { kind: 'announcement', list: listName(call.functionName, call.args[0]), lastKey: 0n };
    case 'finish':
      return { kind: 'finish' };
    default:
      return undefined;
  }
}

function lastAccount(holders: readonly { account: Address }[]): bigint {
  const last = holders.at(-1);
  return last === undefined ? -1n : BigInt(last.account);
}
