import { bridgeAbi, erc721TwinAbi, nativeTwinAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { isAddressEqual } from 'viem';
import type { LayerChain } from '../../bridge/layer-chain.ts';
import { chunks } from './send-all.ts';

/** What must be found on the L1 when the layer is gone. */
export type Expectation = {
  collection: Address;
  baseUri: string;
  /** Last owner on the layer by token id. */
  owners: Map<bigint, Address>;
  /** Native coin of every account that held some. */
  nativeBalances: Map<Address, bigint>;
  /** ETH that must have arrived on the L1, wei, and what the account held there before. */
  ethPayouts: Map<Address, { amount: bigint; before: bigint }>;
};

export type Check = {
  name: string;
  passed: boolean;
  checked: number;
  /** The first few things that were not as expected. */
  failures: string[];
};

const READS_AT_ONCE = 200;
const SHOWN_FAILURES = 5;

/** Reads the L1 alone and compares; nothing that the platform says is believed. */
export async function verifyOnL1(
  chain: LayerChain,
  expected: Expectation,
): Promise<{ twin: Address; nativeTwin: Address; checks: Check[] }> {
  const bridge = { address: chain.bridge, abi: bridgeAbi } as const;
  const [twin, nativeTwin] = await Promise.all([
    chain.l1.readContract({ ...bridge, functionName: 'twinOf', args: [expected.collection] }),
    chain.l1.readContract({ ...bridge, functionName: 'nativeTwin' }),
  ]);
  const tokens = [...expected.owners];
  const token = { address: twin, abi: erc721TwinAbi } as const;
  const native = { address: nativeTwin, abi: nativeTwinAbi } as const;
  const checks = [
    await check('every token of the twin belongs to its last owner on the layer', tokens, async ([tokenId, owner]) => {
      const found = await chain.l1.readContract({ ...token, functionName: 'ownerOf', args: [tokenId] });
      return isAddressEqual(found, owner) ? undefined : `token ${tokenId} belongs to ${found}, not ${owner}`;
    }),
    await check('every token of the twin has its tokenURI', tokens, async ([tokenId]) => {
      const found = await chain.l1.readContract({ ...token, functionName: 'tokenURI', args: [tokenId] });
      const uri = `${expected.baseUri}${tokenId}`;
      return found === uri ? undefined : `token ${tokenId} has the URI ${found}, not ${uri}`;
    }),
    await check('every balance of native coin is paid', [...expected.nativeBalances], async ([account, balance]) => {
      const found = await chain.l1.readContract({ ...native, functionName: 'balanceOf', args: [account] });
      return found === balance ? undefined : `${account} has ${found}, not ${balance}`;
    }),
    await check('the supply of the native twin is the sum of these balances', [native], async () => {
      const found = await chain.l1.readContract({ ...native, functionName: 'totalSupply' });
      const sum = [...expected.nativeBalances.values()].reduce((total, balance) => total + balance, 0n);
      return found === sum ? undefined : `it is ${found}, not ${sum}`;
    }),
    await check('every deposited ETH is back', [...expected.ethPayouts], async ([account, { amount, before }]) => {
      const found = (await chain.l1.getBalance({ address: account })) - before;
      return found === amount ? undefined : `${account} got ${found} wei, not ${amount}`;
    }),
  ];
  return { twin, nativeTwin, checks };
}

async function check<T>(
  name: string,
  items: readonly T[],
  probe: (item: T) => Promise<string | undefined>,
): Promise<Check> {
  const failures: string[] = [];
  for (const group of chunks(items, READS_AT_ONCE)) {
    const results = await Promise.all(
      group.map((item) =>
        probe(item).catch((error: unknown) => (error instanceof Error ? error.message.split('\n')[0] : String(error))),
      ),
    );
    for (const result of results) if (result !== undefined) failures.push(result);
  }
  return { name, passed: failures.length === 0, checked: items.length, failures: failures.slice(0, SHOWN_FAILURES) };
}
