import type { Address, Hex } from '@tephra/protocol';
import { zeroAddress } from 'viem';
import type { Accounts, Holder, Holding } from './accounts.ts';
import type { TokenStandard } from './ledger.ts';
import type { SettlementPlan, Units } from './plan.ts';
import { type Announcement, encodeSettlerCall, type ItemFunction, listName, PHASES } from './settlerCall.ts';

/** A list of the plan in the form of Settler calls. */
export type ItemList = {
  name: string;
  token: Address | null;
  standard: 'native' | TokenStandard;
  /** Born on the layer: whatever the token does, it is left out alone. */
  born: boolean;
  /** Describes the token; it has no candidates. */
  announces: boolean;
  /** Ascending: account or token id. */
  keys: bigint[];
  /** The call for keys [from, to). */
  call(from: number, to: number): Promise<Hex>;
  /** The call for one key whose holder has passed its share on to others. */
  shareCall(index: number): Hex | undefined;
};

/** Every list of a plan, in the order of the Settler's phases. */
export function itemLists(plan: SettlementPlan, accounts: Accounts): ItemList[] {
  const lists: ItemList[] = [
    ofHolders('settleNative', null, plan.native, (holders) => encodeSettlerCall('settleNative', [holders])),
  ];
  for (const { token, holders } of plan.bridgedErc20) {
    lists.push(ofHolders('settleErc20', token, holders, (slice) => encodeSettlerCall('settleErc20', [token, slice])));
  }
  for (const { token, ids } of plan.bridgedErc721) lists.push(ofIds('settleBridgedErc721', token, ids, accounts));
  for (const { token, units } of plan.bridgedErc1155) lists.push(...ofUnits('settleBridgedErc1155', token, units));
  for (const { token, creator, holders } of plan.erc20) {
    lists.push(announcement('settleToken20', token, 'erc20', encodeSettlerCall('settleToken20', [token, creator])));
    lists.push(
      ofHolders('settleErc20Born', token, holders, (slice) => encodeSettlerCall('settleErc20Born', [token, slice])),
    );
  }
  for (const { token, creator, uri, ids } of plan.collections) {
    const call = encodeSettlerCall('settleCollection', [token, creator, uri.prefix, uri.suffix]);
    lists.push(announcement('settleCollection', token, 'erc721', call), ofIds('settleErc721', token, ids, accounts));
  }
  for (const { token, creator, units } of plan.collections1155) {
    const call = encodeSettlerCall('settleCollection1155', [token, creator]);
    lists.push(announcement('settleCollection1155', token, 'erc1155', call), ...ofUnits('settleErc1155', token, units));
  }
  return lists;
}

const BORN: ReadonlySet<ItemFunction> = new Set(['settleErc20Born', 'settleErc721', 'settleErc1155']);
const STANDARDS: Record<ItemFunction, ItemList['standard']> = {
  settleNative: 'native',
  settleErc20: 'erc20',
  settleErc20Born: 'erc20',
  settleBridgedErc721: 'erc721',
  settleErc721: 'erc721',
  settleBridgedErc1155: 'erc1155',
  settleErc1155: 'erc1155',
};

function ofHolders(
  functionName: ItemFunction,
  token: Address | null,
  holdings: Holding[],
  encode: (holders: Holder[]) => Hex,
  tokenId = 0n,
): ItemList {
  return {
    name: listName(functionName, token, tokenId),
    token,
    standard: STANDARDS[functionName],
    born: BORN.has(functionName),
    announces: false,
    keys: holdings.map(({ account }) => BigInt(account)),
    call: async (from, to) => encode(holdings.slice(from, to).map(plain)),
    shareCall: (index) => {
      const { shares, ...holder } = holdings[index]!;
      if (shares === undefined) return undefined;
      return encodeSettlerCall('settleShares', [
        PHASES.indexOf(functionName),
        token ?? zeroAddress,
        tokenId,
        holder,
        shares,
      ]);
    },
  };
}

function ofUnits(functionName: 'settleBridgedErc1155' | 'settleErc1155', token: Address, units: Units[]): ItemList[] {
  return units.map(({ id, holders }) =>
    ofHolders(functionName, token, holders, (slice) => encodeSettlerCall(functionName, [token, id, slice]), id),
  );
}

function ofIds(
  functionName: 'settleBridgedErc721' | 'settleErc721',
  token: Address,
  ids: bigint[],
  accounts: Accounts,
): ItemList {
  return {
    name: listName(functionName, token),
    token,
    standard: 'erc721',
    born: BORN.has(functionName),
    announces: false,
    keys: ids,
    call: async (from, to) => {
      const slice = ids.slice(from, to);
      return encodeSettlerCall(functionName, [token, slice, await accounts.contractOwners(token, slice)]);
    },
    shareCall: () => undefined,
  };
}

function announcement(functionName: Announcement, token: Address, standard: TokenStandard, call: Hex): ItemList {
  return {
    name: listName(functionName, token),
    token,
    standard,
    born: true,
    announces: true,
    keys: [0n],
    call: async () => call,
    shareCall: () => undefined,
  };
}

function plain({ account, creator }: Holding): Holder {
  return { account, creator };
}
