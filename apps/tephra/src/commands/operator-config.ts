import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { isAddress } from 'viem';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/runner.ts';
import { type NewOperatorConfig, renderOperatorConfig } from '../operator/config-file.ts';
import { keyFolder, listKeys } from '../operator/key-folder.ts';
import { METADATA_TEMPLATE } from '../operator/metadata.ts';
import { findNetwork, networkSettings } from '../operator/network.ts';
import { ask } from '../operator/secrets.ts';
import { ecdsaSettings } from '../operator/settings.ts';

export function configCommand(run: Runner): Command {
  return new Command('config')
    .summary('Configuration of an operator')
    .description('The files that a registration starts from.')
    .addCommand(createCommand(run));
}

function createCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'create',
    summary: 'Write operator.yaml and metadata.json',
    description:
      'Writes operator.yaml, with what the network and the key folder say, and a metadata.json to fill in and to put where everybody can read it. On a terminal it asks for what no flag says.',
    examples: [
      ['operator config create', 'asks step by step'],
      ['operator config create --metadata-url https://example.com/metadata.json', 'with the key of the key folder'],
    ],
  })
    .option('--metadata-url <url>', 'where metadata.json will be')
    .option('--allocation-delay <blocks>', 'L1 blocks until stake that you allocate counts; 0 when not given')
    .option('--to <dir>', 'folder of the two files (default: this one)');
  addSettings(command, networkSettings);
  return addSettings(command, ecdsaSettings).action(
    run(async (flags, _, context) => {
      const network = await findNetwork(flags, context);
      const signer = await signerOf(flags, context);
      const config: NewOperatorConfig = {
        address: signer.address,
        metadataUrl: await answer(flags.metadataUrl, 'URL of metadata.json (may be filled in later): ', '', context),
        delegationManager: network.restaking.delegationManager,
        rpcUrl: network.l1RpcUrl,
        chainId: network.l1ChainId,
        allocationDelay: delayOf(flags.allocationDelay),
        signer: signer.signer,
      };
      const folder = path.resolve(context.cwd, String(flags.to ?? '.'));
      const files = [
        [path.join(folder, 'operator.yaml'), renderOperatorConfig(config)],
        [path.join(folder, 'metadata.json'), METADATA_TEMPLATE],
      ] as const;
      for (const [file, text] of files) await writeNew(file, text);
      context.out.result({ files: files.map(([file]) => file), ...config }, () =>
        [
          `✅ Created ${files.map(([file]) => path.relative(context.cwd, file) || file).join(' and ')}`,
          'Fill in metadata.json, put it at a public URL, and name that URL in operator.yaml (metadata_url).',
          'Then: ./tephra operator register operator.yaml',
        ].join('\n'),
      );
    }),
  );
}

async function signerOf(
  flags: Record<string, unknown>,
  context: CliContext,
): Promise<{ address: string; signer: NewOperatorConfig['signer'] }> {
  const settings = ecdsaSettings.resolve({ flags, env: context.env });
  if (settings.web3Signer !== undefined) {
    if (settings.address === undefined) throw new CliError('USAGE', '--web3-signer needs --address');
    return { address: settings.address, signer: { kind: 'web3', url: settings.web3Signer } };
  }
  const folder = keyFolder(flags, context);
  const keys = (await listKeys(folder)).keys.filter(({ type }) => type === 'ecdsa');
  const named = settings.ecdsaKey === undefined ? undefined : path.resolve(context.cwd, settings.ecdsaKey);
  const wanted = settings.address?.toLowerCase();
  const fitting = keys.filter(({ id, file }) => (wanted ? id.toLowerCase() === wanted : !named || file === named));
  const only = fitting.length === 1 ? fitting[0] : undefined;
  const address = await answer(settings.address, "The operator's address: ", only?.id ?? '', context);
  if (!isAddress(address, { strict: false })) {
    throw new CliError(
      'USAGE',
      address === '' ? 'it is not clear which key is meant' : `${address} is not an address`,
      {
        hint: `Give --address, or --ecdsa-key; ${keys.length} ECDSA keys are in ${folder}.`,
      },
    );
  }
  const mine = keys.find(({ id }) => id.toLowerCase() === address.toLowerCase())?.file;
  const file = await answer(named, 'Its key file: ', mine ?? '', context);
  if (file === '') throw new CliError('USAGE', `there is no key file of ${address}`, { hint: 'Give --ecdsa-key.' });
  return { address, signer: { kind: 'local_keystore', file } };
}

/** What was given; on a terminal what is typed, or the proposal for an empty line; elsewhere the proposal. */
async function answer(given: unknown, question: string, proposal: string, context: CliContext): Promise<string> {
  if (given !== undefined) return String(given);
  if (!context.stdin.isTTY || context.out.json) return proposal;
  const prompt = proposal === '' ? question : question.replace(/: $/, ` [${proposal}]: `);
  return (await ask(prompt, context, { hidden: false })).trim() || proposal;
}

function delayOf(value: unknown): number {
  const delay = Number(value ?? 0);
  if (Number.isInteger(delay) && delay >= 0) return delay;
  throw new CliError('USAGE', `--allocation-delay ${String(value)} is not a number of blocks`);
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
    throw new CliError('USAGE', `${file} exists already`, {
      hint: 'Move it away, or choose another folder with --to.',
    });
  });
}
