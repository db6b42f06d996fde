import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// The smallest thing that can be supervised as an operator, for tests. One whose settings say `crash` ends at once.

const file = process.argv[process.argv.indexOf('--config') + 1] ?? '';
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));

const config = JSON.parse(readFileSync(file, 'utf8')) as { crash?: boolean };
if (config.crash) {
  console.error('it crashes as it was told');
  process.exit(7);
}
writeFileSync(join(dirname(file), 'ports.json'), JSON.stringify({ nodeApi: 9_091, metrics: 9_092 }));
console.log('an operator runs');
