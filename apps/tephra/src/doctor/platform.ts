import type { Flashlayer } from '@tephra/api';
import { errorMessage } from '@tephra/core';
import type { PlatformRef } from '../cli/context.ts';
import { allLayers } from '../cli/layers.ts';
import { rpc } from '../cli/rpc.ts';
import type { Finding } from './machine.ts';
import { restakingFindings } from './restaking.ts';

/** Checks of a running platform: API, L1, clocks, each living layer, restaking. */
export async function platformFindings({ api, url }: PlatformRef): Promise<Finding[]> {
  let info: Awaited<ReturnType<typeof api.getPlatform>>;
  try {
    info = await api.getPlatform();
  } catch (error) {
    return [
      {
        check: 'platform',
        level: 'fail',
        message: errorMessage(error),
        hint: 'Look into .tephra/logs, restart with ./tephra up.',
      },
    ];
  }
  const living = (await allLayers(api, { living: true })).filter(
    (layer) => layer.status === 'STATUS_ACTIVE' || layer.status === 'STATUS_SETTLING',
  );
  return [
    { check: 'platform', level: 'ok', message: `version ${info.version} at ${url}` },
    ...(await l1Findings(info.l1.rpcUrl, info.l1.chainId)),
    ...(await Promise.all(living.map(layerFinding))),
    ...(await restakingFindings(api)),
  ];
}

async function l1Findings(rpcUrl: string, chainId: number): Promise<Finding[]> {
  try {
    const [id, block] = (await Promise.all([
      rpc(rpcUrl, 'eth_chainId'),
      rpc(rpcUrl, 'eth_getBlockByNumber', ['latest', false]),
    ])) as [string, { number: string; timestamp: string }];
    if (Number(id) !== chainId) {
      return [
        { check: 'L1', level: 'fail', message: `chain ${Number(id)} instead of ${chainId}`, hint: 'Check --l1-rpc.' },
      ];
    }
    const age = Math.round(Date.now() / 1_000 - Number(block.timestamp));
    const finding: Finding = { check: 'L1', level: 'ok', message: `chain ${chainId}, block ${Number(block.number)}` };
    if (age <= 120) return [finding];
    return [
      finding,
      {
        check: 'L1 clock',
        level: 'warn',
        message: `newest block is ${age} s old`,
        hint: 'The L1 stands still or lags.',
      },
    ];
  } catch (error) {
    return [{ check: 'L1', level: 'fail', message: errorMessage(error), hint: `Nothing useful answers at ${rpcUrl}.` }];
  }
}

async function layerFinding({ name, resources, settings }: Flashlayer): Promise<Finding> {
  const check = `layer ${name}`;
  try {
    const block = (await rpc(resources.rpc, 'eth_getBlockByNumber', ['latest', false])) as { number: string };
    await new Promise((resolve) => setTimeout(resolve, settings.blockTime * 1_500 + 500));
    const later = (await rpc(resources.rpc, 'eth_getBlockByNumber', ['latest', false])) as { number: string };
    const status = (await rpc(resources.rpc, 'tephra_status')) as { mode?: string };
    if (Number(later.number) > Number(block.number) || status.mode === 'settled') {
      return { check, level: 'ok', message: `block ${Number(later.number)}, ${status.mode ?? 'active'}` };
    }
    return {
      check,
      level: 'fail',
      message: `stands at block ${Number(later.number)}`,
      hint: `See ./tephra logs ${name}.`,
    };
  } catch (error) {
    return { check, level: 'fail', message: errorMessage(error), hint: `See ./tephra logs ${name}.` };
  }
}
