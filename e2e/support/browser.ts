import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of the Chromium that the suite found (`TEPHRA_CHROMIUM`) or that is on PATH; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const { TEPHRA_CHROMIUM: configured, PATH: path = '' } = process.env;
  if (configured) return configured;
  return path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(existsSync);
}

export async function startBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('no Chromium: set TEPHRA_CHROMIUM to its path');
  return chromium.launch({ executablePath, args: ARGS });
}

/** A page of its own profile; `problems` collects what its scripts threw. */
export async function openPage(
  browser: Browser,
  size: { width: number; height: number },
): Promise<{ context: BrowserContext; page: Page; problems: string[] }> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  return { context, page, problems };
}

type Violation = { id: string; impact: string | null; help: string; nodes: { target: unknown[] }[] };

/** Serious and critical findings of axe-core on the page as it stands, each with its first elements. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // The page's policy forbids inline scripts; evaluating through the debugger is not bound by it.
  await page.evaluate(source);
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help} at ${nodes
          .slice(0, 4)
          .map((node) => node.target.join(' '))
          .join(', ')}`,
    );
}

/** How far the page is wider than its window, px; 0 when nothing scrolls sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  );
}

/** Signs what the dialog asks for, once it says this. */
export async function sign(page: Page, sentence: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog').filter({ hasText: sentence });
  await dialog.getByText('Succeeds').waitFor();
  await dialog.getByRole('button', { name: 'Sign with dev account' }).click();
  await dialog.waitFor({ state: 'detached' });
}
