import type { Command } from 'commander';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { Runner } from '../cli/runner.ts';
import { upSettings } from '../cli/settings.ts';

export function upCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'up',
      summary: 'Start the whole platform: L1, contracts, control plane, dashboard',
      description:
        'Starts everything in this process and one child per layer, and runs until Ctrl-C or SIGTERM. State is kept in the data folder, and a restart resumes every layer.',
      examples: [
        ['up', 'dashboard on http://localhost:8080, L1 on 8545'],
        ['up --port 0 --l1-port 0 --ephemeral --json', 'for tests: free ports, nothing kept, one JSON line'],
        ['up --l1-rpc https://rpc.example --challenge-period 3600', 'on another L1, funded key in TEPHRA_L1_KEY'],
      ],
    },
    { client: false },
  );
  return addSettings(command, upSettings).action(
    run(async (flags, _, context) => {
      const { up } = await import('../up/up.ts');
      await up(upSettings.resolve({ flags, env: context.env }), context);
    }),
  );
}
