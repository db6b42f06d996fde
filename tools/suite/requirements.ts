import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findPostgres } from '@tephra/testing';
import { runCommand } from './run-command.ts';

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Path of an installed Chromium: `TEPHRA_CHROMIUM`, else the usual names on PATH. */
export function findChromium(): string | undefined {
  const configured = process.env.TEPHRA_CHROMIUM;
  if (configured) return existsSync(configured) ? configured : undefined;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/snap/bin'];
  const paths = folders.flatMap((folder) => CHROMIUM_NAMES.map((name) => join(folder, name)));
  return [...paths, MAC_CHROME].find(existsSync);
}

/**
 * What tests need besides npm's packages: Chromium and PostgreSQL. Root on Debian installs what is missing; elsewhere
 * the tests that need it are skipped by name. Chromium's path is handed on as `TEPHRA_CHROMIUM`.
 */
export async function prepareRequirements(report: (line: string) => void): Promise<void> {
  const wanted: string[] = [];
  if (!findChromium()) wanted.push('chromium');
  if (!findPostgres()) wanted.push('postgresql');
  if (wanted.length > 0 && canInstall()) await install(wanted, report);
  const chromium = findChromium();
  if (chromium) process.env.TEPHRA_CHROMIUM = chromium;
  else report('no Chromium: the browser tests are skipped');
  if (!findPostgres()) report('no PostgreSQL: the tests on PostgreSQL are skipped');
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

async function install(packages: string[], report: (line: string) => void): Promise<void> {
  report(`installing Debian's ${packages.join(' and ')} (once) ...`);
  if (packages.includes('postgresql')) {
    // The tests start servers of their own: no cluster of the system is wanted.
    await mkdir('/etc/postgresql-common', { recursive: true });
    await writeFile('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n', { flag: 'wx' }).catch(
      () => {},
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { cwd: '/', env });
  const run = await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    cwd: '/',
    env,
  });
  if (run.code !== 0) report(`apt-get could not install them: ${run.output.trim().split('\n').at(-1)}`);
}
