import path from 'node:path';
import { createLogger, writeFileAtomic } from '@tephra/core';
import { type BlsSigner, LocalBlsSigner, RemoteBlsSigner, readBlsKeystore } from '@tephra/crypto';
import {
  echoDuty,
  nodeUrlOf,
  OperatorHost,
  type OperatorHostOptions,
  operatorHostOptions,
  vitalDuty,
} from '@tephra/operator';
import { z } from 'zod';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { serveSettings } from '../cli/settings.ts';
import { VERSION } from '../cli/version.ts';
import { parentSignal, runService } from './run-service.ts';
import { firstLine, readSettings, readText } from './settings-files.ts';

/** Who signs: a key file whose password stands in a file or the environment, or a signer somewhere else. */
const signerFile = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('keystore'),
    file: z.string().min(1),
    /** First line of it; without it, OPERATOR_BLS_KEY_PASSWORD. */
    passwordFile: z.string().min(1).optional(),
  }),
  z.strictObject({
    kind: z.literal('remote'),
    url: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }),
    operatorId: z.custom<`0x${string}`>((value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/i.test(value)),
    /** Its first line is sent as a bearer token. */
    tokenFile: z.string().min(1).optional(),
  }),
]);
export type OperatorSignerFile = z.infer<typeof signerFile>;

/** Settings of `serve operator`; relative paths are taken from the folder of the file. */
export const operatorFile = operatorHostOptions.extend({ signer: signerFile });
/** As it stands in JSON. */
export type OperatorFileInput = z.input<typeof operatorFile>;

/** Runs one operator until a signal, the end of its parent, or a failure that it cannot survive. */
export async function serveOperator(
  configFile: string,
  options: { followParent: boolean },
  context: CliContext,
): Promise<void> {
  const folder = path.dirname(configFile);
  const { signer, ...host } = await readSettings(configFile, operatorFile, 'an operator');
  const resolve = (file: string): string => path.resolve(folder, file);
  await runOperator(
    { ...host, dataDir: resolve(host.dataDir) },
    await openSigner(signer, resolve, context),
    options,
    context,
  );
}

/** Runs a host in this process. Ports that were bound stand in `ports.json` of its data folder once it serves. */
export async function runOperator(
  host: OperatorHostOptions,
  signer: BlsSigner,
  options: { followParent: boolean },
  context: CliContext,
): Promise<void> {
  try {
    const { logLevel } = serveSettings.resolve({ env: context.env });
    const logger = createLogger({ name: host.name, level: logLevel });
    const parent = parentSignal(context.stdin, options.followParent);
    const vital = vitalDuty({ ...host.vital, nodeUrl: nodeUrlOf(host), l1Depth: host.l1Depth });
    const duties = [echoDuty, vital];
    const service = await OperatorHost.create(host, { signer, duties, logger, version: VERSION });
    const onStarted = async (): Promise<void> => {
      const { operatorId, ports } = service;
      await writeFileAtomic(path.join(host.dataDir, 'ports.json'), `${JSON.stringify(ports)}\n`);
      logger.info({ operator: host.operatorAddress, operatorId, ...ports }, 'the operator runs');
      context.out.progress(`  node API on ${host.nodeApi.host}:${ports.nodeApi}, metrics on :${ports.metrics}`);
    };
    await runService(service, { parent, onStarted }, { signal: context.signal, logger });
  } finally {
    // Watching for the parent would keep a process alive that has nothing left to do.
    context.stdin.destroy();
  }
}

/** @throws CliError USAGE, CryptoError WRONG_PASSWORD and others */
export async function openSigner(
  signer: OperatorSignerFile,
  resolve: (file: string) => string,
  { env }: Pick<CliContext, 'env'>,
): Promise<BlsSigner> {
  if (signer.kind === 'remote') {
    const { url, operatorId, tokenFile } = signer;
    const token = tokenFile === undefined ? undefined : await firstLine(resolve(tokenFile));
    return RemoteBlsSigner.create({ url, operatorId, ...(token ? { token } : {}) });
  }
  const password =
    signer.passwordFile === undefined ? env.OPERATOR_BLS_KEY_PASSWORD : await firstLine(resolve(signer.passwordFile));
  if (password === undefined) {
    throw new CliError('USAGE', `there is no password for ${signer.file}`, {
      hint: 'Name a passwordFile, or set OPERATOR_BLS_KEY_PASSWORD.',
    });
  }
  return LocalBlsSigner.create(await readBlsKeystore(await readText(resolve(signer.file)), password));
}
