import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');

/** The binary itself, for child processes. */
export const MAIN = path.join(ROOT, 'apps/tephra/src/main.ts');

/** Where state lives unless --data-dir says otherwise: beside the launcher, whatever the working directory is. */
export const DEFAULT_DATA_DIR = path.join(ROOT, '.tephra');
