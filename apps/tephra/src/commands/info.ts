import type { LayerDetail } from '@tephra/api';
import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { count, duration, fields, statusWord, table } from '../cli/format.ts';
import { findLayerDetail } from '../cli/layers.ts';
import type { Runner } from '../cli/runner.ts';
import { importTable } from './launch.ts';

export function infoCommand(run: Runner): Command {
  return makeCommand({
    usage: 'info <layer>',
    summary: 'Show a flash layer: endpoints, chain, contracts, steps',
    description: 'Shows a flash layer, named by its name, id or chain id.',
    examples: [
      ['info mint', 'by name'],
      ['info 10000001 --json', 'by chain id, as JSON'],
    ],
  }).action(
    run(async (flags, [ref], context) => {
      const { api } = await findPlatform(flags, context);
      const detail = await findLayerDetail(api, ref!);
      context.out.result(detail, () => render(detail));
    }),
  );
}

const CURRENCIES = { issued: 'issued by the layer', eth: 'ETH of the L1', erc20: 'a token of the L1' } as const;

function feesOf({ gasless, minBaseFee, dataFeePerByte }: LayerDetail['flashlayer']['settings']): string {
  if (gasless) return 'none';
  const base = `at least ${count(BigInt(minBaseFee ?? 1))} wei per gas`;
  return dataFeePerByte === undefined ? base : `${base}, ${count(BigInt(dataFeePerByte))} wei per byte`;
}

function render(detail: LayerDetail): string {
  const { flashlayer, chain, contracts } = detail;
  const { resources, settings } = flashlayer;
  const sections = [
    fields([
      ['Name', `${flashlayer.name} (id ${flashlayer.id})`],
      ['Status', `${statusWord(flashlayer.status)}, ${detail.health}`],
      ['Chain id', resources.chainId],
      ['RPC', resources.rpc],
      ['WebSocket', resources.rpcWs],
      ['Explorer', resources.explorer],
      ['Faucet', resources.faucet],
      [
        'Blocks',
        `${settings.blockTime} s, ${settings.blockGasLimit} gas, ${settings.fcfs ? 'first come, first served' : 'ordered by price'}`,
      ],
      [
        'Coin',
        `${settings.tokenSymbol}, ${settings.tokenDecimals} decimals, ${CURRENCIES[settings.currencyMode ?? 'issued']}`,
      ],
      ['Currency token', settings.currencyToken],
      ['Fees', feesOf(settings)],
      [
        'Past state',
        typeof settings.history === 'number' ? `of the last ${count(settings.history)} blocks` : undefined,
      ],
      ['Engine', settings.engine],
      ['Owner', detail.owner],
      ['Ends by itself', detail.expiresAt],
      ['Redeployed from', detail.redeployedFrom && `layer ${detail.redeployedFrom}`],
      ['Restarts', detail.restarts > 0 ? detail.restarts : undefined],
    ]),
  ];
  if (chain) {
    sections.push(
      fields([
        ['Head', `block ${chain.head}`],
        ['On the L1', `up to block ${chain.safe} (${chain.packsPosted} packs)`],
        ['Final', `up to block ${chain.finalized}`],
        ['Mode', chain.mode],
      ]),
    );
  }
  if (contracts) {
    sections.push(
      fields([
        ['Rollup', contracts.rollup],
        ['Inbox', contracts.inbox],
        ['Bridge', contracts.bridge],
        ['Native twin', contracts.nativeTwin],
        ['Created at', `L1 block ${contracts.createdAtBlock}`],
      ]),
    );
  }
  if (detail.imports && detail.imports.tokens.length > 0) sections.push(importTable(detail.imports));
  const rows = detail.steps
    .filter((step) => step.phase === 'launch' || step.status !== 'pending')
    .map((step) => [
      step.title,
      step.status,
      step.durationMs === null ? '' : duration(step.durationMs),
      step.l1TransactionHash ?? step.error?.message ?? '',
    ]);
  sections.push(table(['STEP', 'STATUS', 'TOOK', 'L1 TRANSACTION'], rows));
  return sections.join('\n\n');
}
