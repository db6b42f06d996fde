/** Restaking, operators and AVSs in Chromium, on a platform whose operators sign. */
import { type ApiClient, createApiClient } from '@tephra/api';
import type { Browser, Page } from 'playwright-core';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openPage, overflow, seriousFindings, sign, startBrowser } from './support/browser.ts';
import { E2ePlatform } from './support/platform.ts';
import { rpc } from './support/up.ts';

const DELAY_BLOCKS = 100;

// The tests mostly wait for blocks of the L1, so they share that time.
describe.skipIf(chromiumPath() === undefined)('restaking in Chromium', { concurrent: true, timeout: 150_000 }, () => {
  let platform: E2ePlatform;
  let browser: Browser;
  let api: ApiClient;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([
      E2ePlatform.start(['--operators', '--echo-interval', '2']),
      startBrowser(),
    ]);
    api = createApiClient({ baseUrl: platform.ready.url, token: platform.ready.token });
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.[Symbol.asyncDispose]();
  });

  test('restake, delegate, queue, wait, take out; the page comes up with the contracts', async () => {
    const { page, context, problems } = await openPage(browser, { width: 1280, height: 900 });
    await page.addInitScript(`localStorage.setItem('tephra.dev-account', '1')`);
    await page.goto(`${platform.ready.url}/restake`);
    // From the first moment on: the page waits for the contracts by itself.
    await page.getByText('10,000 ETH on the L1').waitFor();
    await look(page, 'nothing restaked');
    await page.getByLabel('Amount').fill('20000');
    await page.getByText('The account holds 10,000 ETH.').waitFor();
    await page.getByLabel('Amount').fill('32');
    await page.getByRole('button', { name: 'Restake ETH' }).click();
    await sign(page, 'Restake 32 ETH.');
    await page.getByRole('row', { name: /ETH The L1’s coin Not slashed 32 ETH/ }).waitFor();

    // A token needs leave first; its dev mint gives some.
    await page.getByRole('radiogroup', { name: 'What' }).getByText('ALT').click();
    await page.waitForURL(/asset=ALT/);
    await page.getByRole('button', { name: 'Mint 1,000 ALT' }).click();
    await sign(page, /Mint 1,000 ALT/);
    await page.getByText(/\d ALT on the L1/).waitFor();
    await page.getByLabel('Amount').fill('250.5');
    await page.getByRole('button', { name: 'Restake ALT' }).click();
    await sign(page, 'Let restaking take 250.5 ALT, and no more.');
    await sign(page, 'Restake 250.5 ALT.');
    await page.getByRole('row', { name: /ALT Token of an application Not slashed 250.5 ALT/ }).waitFor();

    await page.getByRole('button', { name: 'Delegate to Dev operator 3' }).click();
    await sign(page, 'Delegate all stake, now and later, to Dev operator 3.');
    await page.getByText('All stake of this account stands behind it.').waitFor();
    await page.getByText('532 ETH').waitFor();

    await page.goto(`${platform.ready.url}/restake?action=withdraw&asset=ETH`);
    await page.getByText('32 ETH restaked').waitFor();
    await page.getByLabel('Amount').fill('12');
    await page.getByRole('button', { name: 'Queue ETH' }).click();
    await sign(page, 'Queue 12 ETH for withdrawal.');
    const queued = page.getByRole('row', { name: /12 ETH Nothing slashed/ });
    await queued.getByText(/In \d+ blocks, about/).waitFor();
    await look(page, 'queue');
    await mine(DELAY_BLOCKS);
    await queued.getByRole('button', { name: 'Take out' }).click();
    await sign(page, 'Take 12 ETH out.');
    await page.getByText('Nothing waits.').waitFor();
    await page.getByRole('row', { name: /ETH The L1’s coin Not slashed 20 ETH/ }).waitFor();

    // All of it leaves with the operator, and some of it is put back behind nobody.
    await page.getByRole('button', { name: 'Leave' }).click();
    await sign(page, 'Leave Dev operator 3 and queue all stake for withdrawal.');
    await page.getByRole('row', { name: /250.5 ALT Nothing slashed/ }).waitFor();
    await page.getByRole('heading', { name: 'Choose an operator' }).waitFor();
    await mine(DELAY_BLOCKS);
    await page
      .getByRole('row', { name: /250.5 ALT Nothing slashed/ })
      .getByRole('button', { name: 'Put back' })
      .click();
    await sign(page, 'Put 250.5 ALT back to restaking.');
    await page.getByRole('row', { name: /ALT Token of an application Not slashed 250.5 ALT/ }).waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });

  test('operators sign, certificates come; who is stopped is missed, two stop them; the list is its owner’s', async () => {
    const { page, context, problems } = await openPage(browser, { width: 390, height: 844 });
    const { url } = platform.ready;
    await page.goto(`${url}/avs/echo`);
    await page.getByText('4 of 4').waitFor();
    const certified = page.getByRole('row', { name: /Verified on the L1/ }).first();
    await certified.waitFor();
    await look(page, 'AVS');
    await page.goto(`${url}${await certified.getByRole('link').first().getAttribute('href')}`);
    await page.getByText('Signed digest').waitFor();
    await look(page, 'certificate');
    await certified.getByRole('link', { name: /^0x/ }).click();
    await page.getByRole('heading', { name: 'Call: EchoTaskManager.respondToTask' }).waitFor();
    await page.getByText('TaskResponded').first().waitFor();

    // One is stopped from its page: the others certify without it, and its cells say so.
    await page.goto(`${url}/operators`);
    await look(page, 'operators');
    await page.getByRole('link', { name: 'Dev operator 1' }).click();
    await page
      .getByText(/\d+ of \d+ signed/)
      .first()
      .waitFor();
    await look(page, 'operator');
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('[data-mark=missed][title*="Task"]').first().waitFor();
    await page.goto(`${url}/avs/echo`);
    await page.getByText('3 of 4').waitFor();
    await page.getByText('Certifying').waitFor();

    const [, second] = (await api.listOperatorHosts()).items;
    await api.stopOperatorHost({ params: { name: second!.name } });
    await page.getByText('Too little stake signs, so there are no certificates').waitFor();
    const alert = page.getByRole('alert');
    await alert.getByRole('link', { name: 'Dev operator 1' }).waitFor();
    await alert.getByRole('link', { name: 'Dev operator 2' }).waitFor();
    await look(page, 'below threshold');
    await api.startOperatorHost({ params: { name: second!.name } });
    await page.getByText('Certifying').waitFor();

    // Account 0 owns the list on the embedded L1.
    const newcomer = privateKeyToAccount(`0x${'42'.repeat(32)}`).address;
    await page.getByLabel('Operator to allow').fill('nobody');
    await page.getByText('An address is 0x and 40 hexadecimal digits.').waitFor();
    await page.getByLabel('Operator to allow').fill(newcomer);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await sign(page, /Allow 0x.* to register\./);
    const listed = page.getByRole('row', { name: /Not registered/ });
    await listed.getByRole('button', { name: /Remove/ }).click();
    await sign(page, /Take .* off the list\./);
    await listed.waitFor({ state: 'detached' });
    await page.locator('input[role=switch]:enabled').waitFor({ state: 'attached' });
    await page.getByRole('switch', { name: 'Allowlist' }).press('Space');
    await sign(page, 'Let every operator register from now on.');
    await page.getByText('Off', { exact: true }).waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });

  /** Blocks of the embedded L1 ahead of their time. */
  async function mine(blocks: number): Promise<void> {
    await rpc(platform.ready.l1Url, 'anvil_mine', [`0x${blocks.toString(16)}`]);
  }

  /** Nothing that axe calls serious, and nothing that scrolls sideways. */
  async function look(page: Page, where: string): Promise<void> {
    expect(await seriousFindings(page), where).toEqual([]);
    expect(await overflow(page), `${where} scrolls sideways`).toBe(0);
  }
});
