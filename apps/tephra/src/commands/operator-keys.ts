import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  BlsSecretKey,
  formatG1,
  loadBls,
  operatorId,
  readBlsKeystore,
  readEcdsaKeystore,
  writeBlsKeystore,
  writeEcdsaKeystore,
} from '@tephra/crypto';
import type { Hex } from '@tephra/protocol';
import { Command, Option } from 'commander';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/runner.ts';
import {
  KEY_TYPES,
  type KeyInfo,
  type KeyType,
  keyFile,
  keyFolder,
  listKeys,
  readKeyFile,
  writeKeyFile,
} from '../operator/key-folder.ts';
import { assertStrongPassword } from '../operator/password-strength.ts';
import { choosePassword, readPassword } from '../operator/secrets.ts';
import { keySettings } from '../operator/settings.ts';

const SAFE = '🔐 Keep the private key in a safe place: nobody can bring it back.';

export function keysCommand(run: Runner): Command {
  return new Command('keys')
    .summary('Keys of an operator')
    .description("Key files of an operator, in the form and folder of the public operators' command line.")
    .addCommand(createCommand(run))
    .addCommand(listCommand(run))
    .addCommand(importCommand(run))
    .addCommand(exportCommand(run));
}

function withKeyOptions(command: Command): Command {
  const type = new Option('--key-type <type>', 'ecdsa: pays and registers; bls: signs answers')
    .choices(KEY_TYPES)
    .makeOptionMandatory();
  return addSettings(command.addOption(type), keySettings).option('--json', 'print the result as one JSON line');
}

function createCommand(run: Runner): Command {
  return withKeyOptions(
    makeCommand(
      {
        usage: 'create <name>',
        summary: 'Make a key file with a password',
        description:
          'Makes a new key and encrypts it with a password, which is typed, piped in, or taken from OPERATOR_ECDSA_KEY_PASSWORD or OPERATOR_BLS_KEY_PASSWORD.',
        examples: [
          ['operator keys create --key-type ecdsa opr', 'the account of the operator'],
          ['operator keys create --key-type bls opr', 'the key that signs answers'],
        ],
      },
      { client: false },
    ),
  )
    .option('--insecure', 'take weak passwords, and none; for keys that guard nothing')
    .option('--show-private-key', 'print the private key, this once')
    .action(
      run(async (flags, [name], context) => {
        const type = flags.keyType as KeyType;
        const key = type === 'ecdsa' ? generatePrivateKey() : (await loadBls()).generateSecretKey();
        await save(name!, key, flags, context);
      }),
    );
}

function importCommand(run: Runner): Command {
  return withKeyOptions(
    makeCommand(
      {
        usage: 'import <name>',
        summary: 'Put a key that exists into a key file',
        description:
          'Encrypts a private key that is read from a file: hexadecimal, for BLS also a decimal number. The password is asked for as in keys create.',
        examples: [['operator keys import --key-type ecdsa opr --from key.txt', 'the key stands in key.txt']],
      },
      { client: false },
    ),
  )
    .requiredOption('--from <file>', 'file with the private key; delete it afterwards')
    .option('--insecure', 'take weak passwords, and none; for keys that guard nothing')
    .action(
      run(async (flags, [name], context) => {
        const source = path.resolve(context.cwd, String(flags.from));
        const text = (
          await readFile(source, 'utf8').catch((cause: unknown) => {
            throw new CliError('NOT_FOUND', `cannot read ${source}`, { cause });
          })
        ).trim();
        await save(name!, await parsePrivateKey(flags.keyType as KeyType, text, source), flags, context);
      }),
    );
}

function listCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'list',
      summary: 'List the key files of the key folder',
      examples: [['operator keys list', 'address under "Key Type: ECDSA", operator id under "Key Type: BLS"']],
    },
    { client: false },
  ).option('--json', 'print the result as one JSON line');
  return addSettings(command, keySettings).action(
    run(async (flags, _, context) => {
      const folder = keyFolder(flags, context);
      const { keys, broken } = await listKeys(folder);
      for (const file of broken) context.out.error(`${file} is no key file`);
      context.out.result(keys, () => (keys.length === 0 ? `no keys in ${folder}` : keys.map(keyText).join('\n\n')));
    }),
  );
}

function exportCommand(run: Runner): Command {
  return withKeyOptions(
    makeCommand(
      {
        usage: 'export [name]',
        summary: 'Print the private key of a key file',
        examples: [
          ['operator keys export --key-type bls opr', 'after its password'],
          ['operator keys export --key-type ecdsa --key-path ./old.json', 'from anywhere'],
        ],
      },
      { client: false },
    ),
  )
    .option('--key-path <file>', 'a key file that is not in the key folder')
    .action(
      run(async (flags, [name], context) => {
        if ((name === undefined) === (flags.keyPath === undefined)) {
          throw new CliError('USAGE', 'give either the name of a key or --key-path');
        }
        const type = flags.keyType as KeyType;
        const file =
          name === undefined
            ? path.resolve(context.cwd, String(flags.keyPath))
            : keyFile(keyFolder(flags, context), name, type);
        const content = await readKeyFile(file);
        const password = await readPassword({ variable: variableOf(type), what: file }, context);
        const privateKey =
          type === 'ecdsa'
            ? await readEcdsaKeystore(content, password)
            : BlsSecretKey.reveal(await readBlsKeystore(content, password)).toString();
        context.out.result({ file, privateKey }, () => `Private key: ${privateKey}\n\n${SAFE}`);
      }),
    );
}

/** Encrypts a key, writes its file and says what it is. */
async function save(
  name: string,
  key: Hex | BlsSecretKey,
  flags: Record<string, unknown>,
  context: CliContext,
): Promise<void> {
  const type = flags.keyType as KeyType;
  const file = keyFile(keyFolder(flags, context), name, type);
  const insecure = flags.insecure === true;
  const password = await choosePassword({ variable: variableOf(type), what: `${name}.${type}.key.json` }, context, {
    mayBeEmpty: insecure,
    check: (chosen) => {
      if (!insecure) assertStrongPassword(chosen);
    },
  });
  const { content, info, secret } =
    typeof key === 'string' ? await ecdsaFile(key, password) : await blsFile(key, password);
  await writeKeyFile(file, content);
  const described: KeyInfo = { name, type, file, ...info };
  const shown = flags.showPrivateKey === true;
  context.out.result({ ...described, ...(shown ? { privateKey: secret } : {}) }, () =>
    [keyText(described), ...(shown ? ['', `Private key: ${secret}`, SAFE] : [])].join('\n'),
  );
}

async function ecdsaFile(key: Hex, password: string) {
  const address = privateKeyToAddress(key);
  return { content: await writeEcdsaKeystore(key, password), info: { publicKey: address, id: address }, secret: key };
}

async function blsFile(key: BlsSecretKey, password: string) {
  const { g1 } = (await loadBls()).publicKeys(key);
  return {
    content: await writeBlsKeystore(key, password),
    info: { publicKey: formatG1(g1), id: operatorId(g1) },
    secret: BlsSecretKey.reveal(key).toString(),
  };
}

async function parsePrivateKey(type: KeyType, text: string, file: string): Promise<Hex | BlsSecretKey> {
  if (type === 'bls') {
    if (!/^(\d{1,78}|(0x)?[0-9a-fA-F]{1,64})$/.test(text)) throw unreadable(file);
    const number = /^\d+$/.test(text) && text.length !== 64 ? BigInt(text) : BigInt(`0x${text.replace(/^0x/, '')}`);
    return (await loadBls()).secretKey(number);
  }
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text)) throw unreadable(file);
  return `0x${text.replace(/^0x/, '')}`;
}

function unreadable(file: string): CliError {
  return new CliError('USAGE', `${file} does not hold a private key`, { hint: 'It must hold nothing but the key.' });
}

function variableOf(type: KeyType): string {
  return type === 'ecdsa' ? 'OPERATOR_ECDSA_KEY_PASSWORD' : 'OPERATOR_BLS_KEY_PASSWORD';
}

/** In the words of the public command line, which guides quote. */
function keyText({ name, type, publicKey, id, file }: KeyInfo): string {
  const what =
    type === 'ecdsa'
      ? ['Key Type: ECDSA', `Address: ${id}`]
      : ['Key Type: BLS', `Public Key: ${publicKey}`, `Operator Id: ${id}`];
  return [`Key Name: ${name}`, ...what, `Key location: ${file}`].join('\n');
}
