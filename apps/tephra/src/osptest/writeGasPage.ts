import { readFileSync, writeFileSync } from 'node:fs';
import { type StepVerifier, worstSteps } from '@tephra/dispute/osptest';
import { gasPage } from './gasPage.ts';
import type { OsptestReport } from './report.ts';

/** What `node tools/forge.ts test` measured of the game. */
const GAME = new URL('../../../../contracts/snapshots/disputeGame.json', import.meta.url);

export async function writeGasPage(file: string, report: OsptestReport, verifier: StepVerifier): Promise<void> {
  const measured = JSON.parse(readFileSync(GAME, 'utf8')) as Record<string, string>;
  const game = Object.fromEntries(Object.entries(measured).map(([name, gas]) => [name, Number(gas)]));
  const worst = await worstSteps(verifier);
  writeFileSync(file, gasPage({ kinds: report.gas, worst, game, cases: report.total }));
}
