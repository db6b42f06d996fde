import type { Address } from '@tephra/protocol';
import { zeroAddress } from 'viem';
import { expect, it } from 'vitest';
import type { LifecycleContext } from '../lifecycle/context.ts';
import { standardIndex, twinsOf } from './twins-of.ts';

const address = (digit: string): Address => `0x${digit.repeat(40)}`;
const BRIDGE = address('b');

/** What the L1 says: events of TwinDeployed, and the address that a token's twin must have. */
function l1(events: { l2Token: Address; twin: Address; kind: number }[], proper: Record<string, Address>) {
  const asked: bigint[][] = [];
  const client = {
    getBlockNumber: async () => 25_000n,
    getContractEvents: async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
      asked.push([fromBlock, toBlock]);
      return fromBlock === 20_005n ? events.map((args) => ({ args })) : [];
    },
    readContract: async ({ functionName, args }: { functionName: string; args?: unknown[] }) => {
      if (functionName === 'bridge') return BRIDGE;
      if (functionName === 'nativeTwin') return address('f');
      return proper[String(args?.[0])] ?? zeroAddress;
    },
  };
  return { asked, context: { client } as unknown as LifecycleContext };
}

it('finds the twins of every standard and of the native coin, in order', async () => {
  const events = [
    { l2Token: address('1'), twin: address('a'), kind: 5 },
    { l2Token: zeroAddress, twin: address('f'), kind: 3 },
    { l2Token: address('2'), twin: address('c'), kind: 8 },
    { l2Token: address('3'), twin: address('d'), kind: 10 },
  ];
  const proper = { [address('1')]: address('a'), [address('2')]: address('c'), [address('3')]: address('d') };
  const { asked, context } = l1(events, proper);
  expect(await twinsOf(address('9'), 5n, context)).toEqual([
    { standard: 'erc721', oldToken: address('1'), l1Twin: address('a') },
    { standard: 'erc20', oldToken: null, l1Twin: address('f') },
    { standard: 'erc20', oldToken: address('2'), l1Twin: address('c') },
    { standard: 'erc1155', oldToken: address('3'), l1Twin: address('d') },
  ]);
  expect(asked).toEqual([
    [5n, 10_004n],
    [10_005n, 20_004n],
    [20_005n, 25_000n],
  ]);
  // As TokenStandard of IInbox.sol counts them.
  expect((['erc20', 'erc721', 'erc1155'] as const).map(standardIndex)).toEqual([0, 1, 2]);
});

it('leaves out twins that somebody else’s addendum made, and what it does not know', async () => {
  const events = [
    { l2Token: address('1'), twin: address('e'), kind: 5 },
    { l2Token: address('2'), twin: address('c'), kind: 99 },
  ];
  const { context } = l1(events, { [address('1')]: address('a'), [address('2')]: address('c') });
  expect(await twinsOf(address('9'), 5n, context)).toEqual([]);
});
