/** Packs and disputes in Chromium: real games on the real contracts, watched live and replayed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TransactionSender } from '@tephra/l1';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stepReport } from '../packages/dispute/src/report/stepReport.ts';
import { loopMachine } from '../packages/dispute/src/testing/loopMachine.ts';
import { ClaimTrees } from '../packages/dispute/src/tree/claimTrees.ts';
import { startContestedLayer } from '../services/launchpad/src/testing/contested-layer.ts';
import { startTestL1, type TestL1, type TestPlatform } from '../services/launchpad/src/testing/harness.ts';
import type { DisputePlay } from '../services/launchpad/src/testing/play-dispute.ts';
import type { PackPoster } from '../services/launchpad/src/testing/post-pack.ts';
import { quantities } from '../services/rollup/src/rpc/format/quantities.ts';
import { chromiumPath, openPage, overflow, seriousFindings, startBrowser } from './support/browser.ts';

const WEB = fileURLToPath(new URL('../apps/web/dist', import.meta.url));
/** Seconds of L1 time; clocks and time for defences are a quarter of it, which a slow machine does not use up. */
const WINDOW = 2_000;

describe.skipIf(chromiumPath() === undefined)('disputes in Chromium', { timeout: 120_000 }, () => {
  let l1: TestL1;
  let platform: TestPlatform;
  let browser: Browser;
  let id: string;
  let poster: PackPoster;
  let game: DisputePlay;
  let challenger: TransactionSender;
  let defender: TransactionSender;
  let rival: TransactionSender;

  beforeAll(async () => {
    [l1, browser] = await Promise.all([startTestL1(), startBrowser()]);
    ({ platform, id, poster, game, challenger, defender, rival } = await startContestedLayer(l1, {
      challengePeriod: WINDOW,
      webDir: WEB,
    }));
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    await l1?.stop();
  });

  const at = (path: string) => `${platform.url}/layers/${id}/${path}`;

  /** Nothing that axe calls serious, and nothing that scrolls sideways, at the page's width and at a phone's. */
  async function look(page: Page, where: string): Promise<void> {
    for (const size of [
      { width: 390, height: 844 },
      { width: 1280, height: 900 },
    ]) {
      await page.setViewportSize(size);
      expect(await seriousFindings(page), `${where} at ${size.width}`).toEqual([]);
      expect(await overflow(page), `${where} at ${size.width} scrolls sideways`).toBe(0);
    }
  }

  test('a challenge of a right pack is watched down to the step that the L1 executes, then replayed', async () => {
    const { page, context, problems } = await openPage(browser, { width: 1280, height: 900 });
    await page.goto(at('disputes'));
    await page.getByText('Nobody has challenged a pack').waitFor();
    await page.goto(at('packs'));
    await page.getByText('No pack is on the L1 yet').waitFor();

    const { pack } = await poster.post('right', 3);
    await page.getByRole('row', { name: /Window open/ }).waitFor();
    const challengeId = await game.challenge(challenger, pack, 1);
    await page.getByRole('row', { name: /Contested.*waits for its challenge/ }).waitFor();
    await page.getByText('Pack 1 is disputed').waitFor();
    await look(page, 'packs');
    await page.getByRole('link', { name: 'Watch the dispute' }).click();
    await page.getByRole('link', { name: '1: block 2 leads to another state than pack 1 claims' }).click();
    await page.getByText('Nobody defends it yet').waitFor();
    await look(page, 'undefended');

    // Two defences beside each other, the first walked down while the page looks on.
    const first = await game.defend(defender, challengeId);
    const second = await game.defend(rival, challengeId);
    await page.getByRole('heading', { name: 'Defences (2)' }).waitFor();
    await game.play(first, { defender, challenger }, 2);
    await page.getByText('The challenger disagrees from segments 57,344 – 65,535 on.').first().waitFor();
    await page.getByText('to move', { exact: true }).waitFor();
    await page.getByRole('button', { name: new RegExp(`Game ${second}`) }).click();
    await page.getByText('65,536 states, committed to by one hash. Not opened yet.').waitFor();
    await page.getByRole('button', { name: new RegExp(`Game ${first}`) }).click();
    await writeFile(join(platform.dir, 'chains', id, 'dispute-step.json'), JSON.stringify(recordedStep(first)));
    await game.play(first, { defender, challenger }, 99);
    await page.getByText('Contested: step 134,217,727').waitFor();
    await page.getByRole('heading', { name: 'The one step' }).waitFor();
    await page.getByText('The defence claims another state after this step').waitFor();
    await page.getByRole('list', { name: 'Code around the instruction' }).waitFor();
    await page.getByRole('list', { name: 'Before: stack' }).waitFor();
    await look(page, 'at the step');

    const proof = await game.prove(defender, first, pack.outputRoots[1]!);
    await page.getByText('The challenge failed: a defence held').waitFor();
    await page.getByText(/The L1 executed step 134,217,727 of segment 65,535 itself \(standing still\)/).waitFor();
    await page.getByRole('button', { name: /Game 1.*Defence held/ }).waitFor();
    await page.getByRole('button', { name: /Game 2.*Moot/ }).waitFor();
    await look(page, 'verdict');

    // By buttons, keys, the walk itself, and by the address of a move.
    const moves = (await platform.api.getDispute({ params: { id, challengeId: `${challengeId}` } })).games[0]!.moves
      .length;
    await page.getByRole('button', { name: 'First move' }).click();
    await page.getByText(`move 1 of ${moves}`).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText(`move 2 of ${moves}`).waitFor();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.getByText(new RegExp(`move ([4-9]|[12]\\d) of ${moves}`)).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Last move' }).click();
    await page.getByRole('button', { name: /^segments 0 – 65,535: disagrees/ }).click();
    await page.getByText(`move 3 of ${moves}`).waitFor();
    expect(new URL(page.url()).searchParams.get('move')).toBe('3');
    await page.reload();
    await page.getByText(`move 3 of ${moves}`).waitFor();
    await page.getByText('The defender committed to every step of segment 65,535.').click();
    await page.getByText('134,217,728 states, committed to by one hash. Not opened yet.').waitFor();
    await page.goto(`${platform.url}/l1/tx/${proof.hash}`);
    await page.getByRole('heading', { name: 'Call: ChallengeManager.proveStep' }).waitFor();
    await page.getByText('StepProven').first().waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });

  test('a pack falls, what stood behind it too, and both stay to be read', async () => {
    await l1.access.travel!(WINDOW + 1);
    const { page, context, problems } = await openPage(browser, { width: 1280, height: 900 });
    const lied = await poster.post('wrong', 2);
    await poster.post('behind', 1);
    const challengeId = await game.challenge(challenger, lied.pack, 0);
    await page.goto(at('packs'));
    await page.getByRole('row', { name: /Contested.*waits for pack 2/ }).waitFor();
    await l1.access.travel!(WINDOW / 4 + 10);
    await game.resolve(challenger, challengeId);
    await expect.poll(() => page.getByRole('row', { name: /Reverted.*voided/ }).count(), { timeout: 30_000 }).toBe(2);
    await page
      .getByRole('row', { name: /Reverted/ })
      .last()
      .getByRole('link')
      .first()
      .click();
    await page.getByText('Voided on the L1 together with every pack from 2 on').waitFor();
    await page.getByRole('heading', { name: 'Output roots (2)' }).waitFor();
    await look(page, 'reverted pack');
    await page
      .getByRole('link', { name: `challenge ${challengeId}` })
      .first()
      .click();
    await page.getByText('The challenge was right: pack 2 is void').waitFor();
    await page.getByText('Nobody defended it', { exact: true }).waitFor();
    await look(page, 'right challenge');
    await page.goto(at('disputes/99'));
    await page.getByText('There is no challenge 99 about fought').waitFor();
    await page.goto(at('packs/99'));
    await page.getByText('fought has no pack 99').waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });
});

/** What a node says of a step whose defender claims something else: of a real machine, in a loop of instructions. */
function recordedStep(gameId: bigint): unknown {
  const { machine, env } = loopMachine(60_000n);
  const place = { claim: { kind: 'block', packIndex: 1n, blockIndex: 1n }, segment: 1, step: 20 } as const;
  const claimedAfter = `0x${'11'.repeat(32)}` as const;
  return quantities(
    stepReport({ gameId, ...place, claimedAfter, transactionHashAt: () => null }, new ClaimTrees(machine), env),
  );
}
