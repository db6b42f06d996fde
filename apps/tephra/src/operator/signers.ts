import { type BlsSigner, LocalBlsSigner, RemoteBlsSigner, readBlsKeystore } from '@tephra/crypto';
import type { Address, Hash } from '@tephra/protocol';
import type { LocalAccount } from 'viem';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { openEcdsaAccount } from './ecdsa-account.ts';
import { readKeyFile } from './key-folder.ts';
import { readPassword } from './secrets.ts';
import { blsSettings, ecdsaSettings, keyFileOf } from './settings.ts';

/** The account that flags and environment name. @throws CliError, CryptoError */
export async function operatorAccount(flags: Record<string, unknown>, context: CliContext): Promise<LocalAccount> {
  const settings = ecdsaSettings.resolve({ flags, env: context.env });
  if (settings.web3Signer !== undefined) {
    if (settings.address === undefined) throw new CliError('USAGE', '--web3-signer needs --address');
    const signer = { kind: 'web3', url: settings.web3Signer, address: settings.address as Address } as const;
    return openEcdsaAccount(signer, context);
  }
  const file = keyFileOf('ecdsa', settings.ecdsaKey, flags, context);
  const account = await openEcdsaAccount({ kind: 'local_keystore', file }, context);
  if (settings.address !== undefined && settings.address.toLowerCase() !== account.address.toLowerCase()) {
    throw new CliError('USAGE', `${file} holds the key of ${account.address}, not of ${settings.address}`);
  }
  return account;
}

/** The BLS signer that flags and environment name. @throws CliError, CryptoError */
export async function operatorBlsSigner(flags: Record<string, unknown>, context: CliContext): Promise<BlsSigner> {
  const settings = blsSettings.resolve({ flags, env: context.env });
  if (settings.blsSigner !== undefined) {
    if (settings.operatorId === undefined) throw new CliError('USAGE', '--bls-signer needs --operator-id');
    const token = context.env.OPERATOR_BLS_SIGNER_TOKEN;
    return RemoteBlsSigner.create({
      url: settings.blsSigner,
      operatorId: settings.operatorId as Hash,
      ...(token ? { token } : {}),
    });
  }
  const file = keyFileOf('bls', settings.blsKey, flags, context);
  const content = await readKeyFile(file);
  const password = await readPassword({ variable: 'OPERATOR_BLS_KEY_PASSWORD', what: file }, context);
  return LocalBlsSigner.create(await readBlsKeystore(content, password));
}
