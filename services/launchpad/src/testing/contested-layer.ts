import { join } from 'node:path';
import { createL1Client, TransactionSender } from '@tephra/l1';
import { ANVIL_KEYS } from '@tephra/testing';
import { privateKeyToAddress } from 'viem/accounts';
import { layerKeysIn } from '../layers/keys.ts';
import { disputeL1 } from './dispute-l1.ts';
import { logger, startPlatform, type TestL1, type TestPlatform, untilStatus } from './harness.ts';
import { DisputePlay } from './play-dispute.ts';
import { PackPoster } from './post-pack.ts';

const RIVAL_KEY = `0x${'42'.repeat(32)}` as const;

/** A layer with a dispute game, who posts its packs, and three accounts that play about them. */
export type ContestedLayer = {
  platform: TestPlatform;
  id: string;
  manager: `0x${string}`;
  poster: PackPoster;
  game: DisputePlay;
  challenger: TransactionSender;
  defender: TransactionSender;
  rival: TransactionSender;
};

/** @param options.challengePeriod seconds of L1 time */
export async function startContestedLayer(
  l1: TestL1,
  options: { challengePeriod: number; webDir?: string },
): Promise<ContestedLayer> {
  const { factory, manager } = await disputeL1(l1);
  const { batchRegistry } = l1.deployments;
  const platform = await startPlatform({
    l1,
    ...(options.webDir === undefined ? {} : { options: { webDir: options.webDir } }),
    access: { deployments: { factory, batchRegistry }, challengePeriodDefault: options.challengePeriod },
  });
  const settings = {
    ...{ fcfs: true, gasless: true, blockTime: '0.5', tokenSymbol: 'TST', tokenDecimals: '18' },
    ...{ blockGasLimit: '70000000', genesisAccounts: [] },
  };
  const body = { freeTrial: true, flashlayer: { name: 'fought', settings } };
  const { id } = (await platform.api.createFlashlayer({ body })).flashlayer;
  await untilStatus(platform, id, 'STATUS_ACTIVE');
  const { rollup } = (await platform.api.getFlashlayer({ params: { id } })).contracts!;
  const { proposer } = await layerKeysIn(join(platform.dir, 'chains', id));
  const { rpcUrl, chainId } = l1.anvil;
  const sender = (privateKey: `0x${string}`) =>
    TransactionSender.create({ rpcUrl, chainId, privateKey, pollIntervalMs: 20 }, { logger });
  await l1.anvil.rpc('anvil_setBalance', [privateKeyToAddress(RIVAL_KEY), '0x56bc75e2d63100000']);
  return {
    platform,
    id,
    manager,
    poster: await PackPoster.create(l1, rollup, proposer),
    game: new DisputePlay({ manager, rollup }, { client: createL1Client({ rpcUrl, chainId, pollIntervalMs: 20 }) }),
    challenger: await sender(ANVIL_KEYS[1]),
    defender: await sender(ANVIL_KEYS[2]),
    rival: await sender(RIVAL_KEY),
  };
}
