import { describe, expect, it } from 'vitest';
import { allCommands, createProgram } from './program.ts';

const program = createProgram(() => async () => undefined, '0.0.0');

describe('every command', () => {
  const commands = allCommands(program).filter((command) => command.commands.length === 0);

  it.each(commands.map((command) => [command.name(), command] as const))(
    '%s has a summary and examples',
    (_, command) => {
      expect(command.summary()).not.toBe('');
      let help = '';
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      command.outputHelp();
      expect(help).toContain('Examples:\n  $ ./tephra ');
    },
  );
});
