import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../cli/paths.ts';

/** The dashboard that the launcher built; null when there is none, and the API is served alone. */
export function builtWeb(): string | null {
  const dist = path.join(ROOT, 'apps/web/dist');
  return existsSync(path.join(dist, 'index.html')) ? dist : null;
}
