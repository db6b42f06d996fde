import path from 'node:path';
import { defineSettings } from '@tephra/core';
import { z } from 'zod';
import type { CliContext } from '../cli/context.ts';
import { readEnvFile } from './env-file.ts';
import { keyFile, keyFolder } from './key-folder.ts';

const text = z.string().min(1);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be a 0x address of 40 hex digits');
const hash = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const listener = z.string().regex(/^(\[[0-9a-f:]+\]|[^:\s]+):\d{1,5}$/i, 'must be host:port');

/** Where key files are. */
export const keySettings = defineSettings({
  keysDir: {
    flag: '--keys-dir <dir>',
    description: 'Folder of key files; $EIGENLAYER_HOME/operator_keys or ~/.eigenlayer/operator_keys when not given.',
    parse: text,
  },
});

/** Who signs an operator's transactions. */
export const ecdsaSettings = defineSettings({
  ...keySettings.definitions,
  ecdsaKey: {
    env: 'NODE_ECDSA_KEY_FILE_HOST',
    flag: '--ecdsa-key <file>',
    description:
      'ECDSA key file; opr.ecdsa.key.json of the key folder when not given. Password: OPERATOR_ECDSA_KEY_PASSWORD.',
    parse: text,
  },
  web3Signer: {
    env: 'OPERATOR_WEB3_SIGNER_URL',
    flag: '--web3-signer <url>',
    description: 'Web3Signer that holds the ECDSA key, in place of a file; needs --address.',
    parse: httpUrl,
  },
  address: {
    env: 'OPERATOR_ECDSA_ADDRESS',
    flag: '--address <address>',
    description: "The operator's address.",
    parse: address,
  },
});

/** Who signs an operator's answers. */
export const blsSettings = defineSettings({
  ...keySettings.definitions,
  blsKey: {
    env: 'NODE_BLS_KEY_FILE_HOST',
    flag: '--bls-key <file>',
    description:
      'BLS key file; opr.bls.key.json of the key folder when not given. Password: OPERATOR_BLS_KEY_PASSWORD.',
    parse: text,
  },
  blsSigner: {
    env: 'OPERATOR_BLS_SIGNER_URL',
    flag: '--bls-signer <url>',
    description: 'Service that holds the BLS key, in place of a file; needs --operator-id.',
    parse: httpUrl,
  },
  operatorId: {
    env: 'OPERATOR_ID',
    flag: '--operator-id <hash>',
    description: 'Operator id of the key of --bls-signer.',
    parse: hash,
  },
});

/** What `operator run` is beside its keys. */
export const runSettings = defineSettings({
  address: ecdsaSettings.definitions.address,
  avs: {
    env: 'AVS_NAMES',
    flag: '--avs <names>',
    description: 'AVSs to serve, separated by commas; those that the operator is registered with when not given.',
    parse: text,
  },
  stateDir: {
    env: 'NODE_DB_PATH_HOST',
    flag: '--state-dir <dir>',
    description: 'Signing journal, which must survive; tephra/<address> beside the key folder when not given.',
    parse: text,
  },
  nodeApi: {
    env: 'NODE_API_URL',
    flag: '--node-api <host:port>',
    description: 'Where the node API listens.',
    parse: listener,
    default: '127.0.0.1:9091',
  },
  metrics: {
    env: 'EIGEN_METRICS_URL',
    flag: '--metrics <host:port>',
    description: 'Where Prometheus finds the metrics.',
    parse: listener,
    default: '127.0.0.1:9092',
  },
  l1Depth: {
    env: 'OPERATOR_L1_DEPTH',
    flag: '--l1-depth <blocks>',
    description: 'Blocks on top of a task before it is answered; 1 on the embedded L1, 32 elsewhere when not given.',
    parse: z.coerce.number().int().min(0).max(1_000),
  },
});

/** The context with the variables of --env over those of the process. */
export async function withEnvFile(flags: Record<string, unknown>, context: CliContext): Promise<CliContext> {
  if (typeof flags.env !== 'string') return context;
  return { ...context, env: await readEnvFile(path.resolve(context.cwd, flags.env), context.env) };
}

/** A key file that was named, or the default one of the key folder. */
export function keyFileOf(
  type: 'ecdsa' | 'bls',
  given: string | undefined,
  flags: Record<string, unknown>,
  context: Pick<CliContext, 'env' | 'cwd'>,
): string {
  return given === undefined ? keyFile(keyFolder(flags, context), 'opr', type) : path.resolve(context.cwd, given);
}
