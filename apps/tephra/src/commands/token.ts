import { TOKEN_SCOPES, type TokenScope } from '@tephra/api';
import { Command, Option } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { fields, table } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';

/** `token create | ls | revoke`. */
export function tokenCommand(run: Runner): Command {
  return new Command('token')
    .summary('Access tokens of the platform: create, list, revoke')
    .description('Access tokens of the HTTP API. All of this needs a token of scope admin, such as the local one.')
    .addCommand(createCommand(run))
    .addCommand(listCommand(run))
    .addCommand(revokeCommand(run));
}

function createCommand(run: Runner): Command {
  return makeCommand({
    usage: 'create <name>',
    summary: 'Make an access token, which is shown once',
    description:
      'Makes an access token for the HTTP API and prints it. The platform keeps only its hash, so it cannot be shown again.',
    examples: [
      ['token create ci', 'may launch, use and end layers'],
      ['token create dashboard --scope read --expires-in-days 30', 'may only look, for 30 days'],
    ],
  })
    .addOption(
      new Option('--scope <scope>', 'read: look; write: also launch, use and end layers; admin: everything')
        .choices(TOKEN_SCOPES)
        .default('write'),
    )
    .option('--expires-in-days <days>', 'stop working after so many days (default: never)')
    .action(
      run(async (flags, [name], context) => {
        const { api } = await findPlatform(flags, context);
        const { token, apiToken } = await api.createToken({
          body: {
            name: name!,
            scope: flags.scope as TokenScope,
            ...(flags.expiresInDays === undefined ? {} : { expiresInDays: String(flags.expiresInDays) }),
          },
        });
        context.out.result({ token, apiToken }, () =>
          fields([
            ['Token', token],
            ['Id', apiToken.id],
            ['Scope', apiToken.scope],
            ['Expires', apiToken.expiresAt ?? 'never'],
          ]),
        );
      }),
    );
}

function listCommand(run: Runner): Command {
  return makeCommand({
    usage: 'ls',
    summary: 'List access tokens that work, newest first',
    examples: [['token ls', 'name, scope, last use; never the tokens themselves']],
  }).action(
    run(async (flags, _, context) => {
      const { api } = await findPlatform(flags, context);
      const tokens: Awaited<ReturnType<typeof api.listTokens>>['tokens'] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await api.listTokens({ query: cursor === undefined ? {} : { cursor } });
        tokens.push(...page.tokens);
        cursor = page.nextCursor;
      }
      context.out.result(tokens, () =>
        table(
          ['ID', 'NAME', 'SCOPE', 'CREATED (UTC)', 'EXPIRES', 'LAST USE'],
          tokens.map((token) => [
            token.id,
            token.name,
            token.scope,
            minute(token.createdAt),
            token.expiresAt ? minute(token.expiresAt) : 'never',
            token.lastUsedAt ? minute(token.lastUsedAt) : 'never',
          ]),
        ),
      );
    }),
  );
}

function revokeCommand(run: Runner): Command {
  return makeCommand({
    usage: 'revoke <id>',
    summary: 'Make an access token worthless at once',
    examples: [['token revoke 3', 'the id is in ./tephra token ls']],
  }).action(
    run(async (flags, [id], context) => {
      if (!/^\d+$/.test(id!)) throw new CliError('USAGE', `${id} is not the id of a token`, { hint: 'See token ls.' });
      const { api } = await findPlatform(flags, context);
      await api.revokeToken({ params: { id: id! } });
      context.out.result({ id, revoked: true }, () => `token ${id} is revoked`);
    }),
  );
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
