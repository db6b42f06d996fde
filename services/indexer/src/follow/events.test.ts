import {
  allocationManagerAbi,
  avsDirectoryAbi,
  blsApkRegistryAbi,
  delegationManagerAbi,
  operatorAllowlistAbi,
  registryCoordinatorAbi,
  rewardsCoordinatorAbi,
  stakeRegistryAbi,
} from '@tephra/l1';
import { type Abi, type AbiEvent, toEventSelector, toEventSignature } from 'viem';
import { expect, it } from 'vitest';
import { EVENTS, type LogSource } from './events.ts';

const ABIS: Record<LogSource, Abi> = {
  delegation: delegationManagerAbi,
  allocation: allocationManagerAbi,
  directory: avsDirectoryAbi,
  rewards: rewardsCoordinatorAbi,
  coordinator: registryCoordinatorAbi,
  stakes: stakeRegistryAbi,
  keys: blsApkRegistryAbi,
  allowlist: operatorAllowlistAbi,
};

const eventsOf = (abi: Abi): AbiEvent[] => abi.filter((item) => item.type === 'event');
/** What decides how a log is read: signature, names and which arguments are topics. */
const shapeOf = (event: AbiEvent) => ({
  signature: toEventSignature(event),
  arguments: event.inputs.map(({ name, indexed }) => `${indexed ? 'indexed ' : ''}${name}`),
});

it.each(Object.keys(ABIS) as LogSource[])('reads %s logs as our contracts write them', (source) => {
  const ours = new Map(eventsOf(ABIS[source]).map((event) => [toEventSelector(event), event]));
  for (const event of eventsOf(EVENTS[source])) {
    const written = ours.get(toEventSelector(event));
    expect(written && shapeOf(written), event.name).toEqual(shapeOf(event));
  }
});
