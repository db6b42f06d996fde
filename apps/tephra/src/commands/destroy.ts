import { createInterface } from 'node:readline/promises';
import type { ApiClient, Flashlayer, SettlementLedger } from '@tephra/api';
import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { type CliContext, findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { amount, count, duration, fields, statusWord, table } from '../cli/format.ts';
import { findLayer } from '../cli/layers.ts';
import type { Output } from '../cli/output.ts';
import type { Runner } from '../cli/runner.ts';

export function destroyCommand(run: Runner): Command {
  return makeCommand({
    usage: 'destroy <layer>',
    summary: 'End a flash layer: every asset is settled on the L1',
    description:
      'Closes the layer, waits until every asset is paid out or minted on the L1, then frees its resources. The ledger of who got what stays.',
    examples: [
      ['destroy mint', 'asks first, then waits until all is settled'],
      ['destroy mint --dry-run', 'what would be settled and what it costs'],
      ['destroy mint --yes --no-wait --json', 'for scripts'],
    ],
  })
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'only show what would be settled and what it costs on the L1')
    .option('--no-wait', 'return at once, while the layer settles')
    .action(
      run(async (flags, [ref], context) => {
        const { api } = await findPlatform(flags, context);
        const layer = await findLayer(api, ref!);
        if (flags.dryRun === true) return preview(api, layer, context.out);
        if (flags.yes !== true && layer.status === 'STATUS_ACTIVE') await confirm(api, layer, context);
        const started = Date.now();
        if (layer.status !== 'STATUS_SETTLING' && layer.status !== 'STATUS_TERMINATED') {
          await api.destroyFlashlayer({ body: { id: layer.id } });
        }
        if (flags.wait === false) {
          const { flashlayer } = await api.getFlashlayerInfo({ params: { id: layer.id } });
          context.out.result(flashlayer, () => `${layer.name} is ${statusWord(flashlayer.status)}`);
          return;
        }
        const ledger = await followSettlement(api, layer, context.out, context.signal);
        context.out.result(
          { id: layer.id, name: layer.name, durationMs: Date.now() - started, settlement: ledger },
          () => renderLedger(layer, ledger, Date.now() - started),
        );
      }),
    );
}

async function preview(api: ApiClient, layer: Flashlayer, out: Output): Promise<void> {
  const dry = await api.previewSettlement({ params: { id: layer.id } });
  out.result(dry, () => {
    const rows = dry.assets.map(({ asset, holders, total }) => [
      asset.type,
      asset.symbol || asset.name || asset.l2Token || asset.l1Token || '',
      count(holders),
      asset.type === 'erc721' || asset.type === 'collection'
        ? `${total} tokens`
        : amount(total, asset.symbol, asset.decimals),
    ]);
    return [
      table(['ASSET', 'NAME', 'HOLDERS', 'TOTAL'], rows),
      '',
      fields([
        ['L1 gas', `about ${count(BigInt(dry.estimate.l1Gas))}`],
        ['Cost', `about ${amount(dry.estimate.costWei, 'ETH')}, escrow holds ${amount(dry.estimate.escrowWei, 'ETH')}`],
        ['Covered', dry.estimate.covered ? 'yes' : 'no: what the escrow does not cover stays claimable'],
        ['Window', `${dry.estimate.windowSeconds} s before payouts begin`],
      ]),
    ].join('\n');
  });
}

async function confirm(api: ApiClient, layer: Flashlayer, context: CliContext): Promise<void> {
  if (!context.stdin.isTTY || context.out.json) {
    throw new CliError('USAGE', `destroying ${layer.name} cannot be undone`, { hint: 'Say --yes to go on.' });
  }
  await preview(api, layer, context.out).catch(() => undefined);
  const reader = createInterface({ input: context.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`\nThis ends ${layer.name} for good. Type its name to go on: `, {
      signal: context.signal,
    });
    if (answer.trim() !== layer.name) throw new CliError('USAGE', 'not confirmed; nothing was done');
  } finally {
    reader.close();
  }
}

const PHASES: Record<SettlementLedger['phase'], string> = {
  open: 'closing the layer on the L1',
  writing: 'writing who owns what',
  posting: 'posting the last pack',
  window: 'waiting for the challenge window',
  paying: 'paying out on the L1',
  done: 'settled',
};

/**
 * Resolves with the ledger when the layer is terminated.
 * @throws CliError SETTLEMENT_FAILED
 */
export async function followSettlement(
  api: ApiClient,
  layer: Flashlayer,
  out: Output,
  signal: AbortSignal,
): Promise<SettlementLedger> {
  let shown = '';
  for (;;) {
    signal.throwIfAborted();
    const [{ flashlayer }, ledger] = await Promise.all([
      api.getFlashlayerInfo({ params: { id: layer.id } }),
      api.getSettlement({ params: { id: layer.id }, query: { limit: '1' } }).catch(() => undefined),
    ]);
    if (flashlayer.status === 'STATUS_TERMINATED') return readLedger(api, layer.id);
    if (flashlayer.status === 'STATUS_FAILED') {
      const detail = await api.getFlashlayer({ params: { id: layer.id } });
      const step = detail.steps.find((candidate) => candidate.status === 'failed');
      throw new CliError(
        'SETTLEMENT_FAILED',
        `${layer.name} could not be settled: ${step?.error?.message ?? 'no reason given'}`,
        {
          hint:
            step?.error?.hint ?? 'Anybody can go on from L1 data: ./tephra settle --rollup <address> --l1-rpc <url>',
        },
      );
    }
    if (ledger) {
      if (ledger.phase !== shown) out.progress(`  ${PHASES[ledger.phase]}`);
      shown = ledger.phase;
      const { paid, total } = ledger.counts;
      if (ledger.phase === 'writing') out.status(`  ${ledger.written} of ${ledger.planned} items`);
      if (ledger.phase === 'paying') out.status(`  ${paid} of ${total} paid`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const PAGE = 10_000;

/** The whole ledger, however many pages it has. */
export async function readLedger(api: ApiClient, id: string): Promise<SettlementLedger> {
  const page = (offset: number) =>
    api.getSettlement({ params: { id }, query: { offset: String(offset), limit: String(PAGE) } });
  const ledger = await page(0);
  while (ledger.items.length < ledger.counts.total) {
    const { items } = await page(ledger.items.length);
    if (items.length === 0) break;
    ledger.items.push(...items);
  }
  return ledger;
}

function renderLedger(layer: Flashlayer, ledger: SettlementLedger, ms: number): string {
  const groups = new Map<string, { items: number; paid: number; claimable: number }>();
  for (const item of ledger.items) {
    const key = `${item.asset.type}\t${item.asset.symbol || item.asset.name || item.asset.l1Token || ''}`;
    const group = groups.get(key) ?? { items: 0, paid: 0, claimable: 0 };
    group.items++;
    if (item.status === 'paid') group.paid++;
    if (item.status === 'claimable') group.claimable++;
    groups.set(key, group);
  }
  const rows = [...groups].map(([key, group]) => [
    ...key.split('\t'),
    count(group.items),
    count(group.paid),
    count(group.claimable),
  ]);
  return [
    `${layer.name} is settled after ${duration(ms)}: ${ledger.counts.paid} paid, ${ledger.counts.claimable} claimable`,
    '',
    table(['ASSET', 'NAME', 'ITEMS', 'PAID', 'CLAIMABLE'], rows),
    '',
    `L1 gas ${count(BigInt(ledger.l1GasUsed))}. The ledger stays at /layers/${layer.id}/settlement.`,
  ].join('\n');
}
