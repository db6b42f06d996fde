import { defineSettings, LOG_LEVELS } from '@tephra/core';
import { parseEther } from 'viem';
import { z } from 'zod';

export const port = z.coerce
  .number({ error: 'must be a port number' })
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(65_535, 'must be 0 to 65535');
const flag = z.union([z.boolean(), z.stringbool()], { error: 'must be true or false' });
const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be a 0x address of 40 hex digits');
const privateKey = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits');

/** Whole ETH or coins with a fraction, as wei. */
const ether = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,18})?$/, 'must be an amount such as 0.05')
  .transform((text) => parseEther(text));

const logLevel = z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` });

/** Of every command. */
export const commonSettings = defineSettings({
  json: {
    env: 'TEPHRA_JSON',
    flag: '--json',
    description: 'Print the result as one JSON line on stdout; errors as JSON on stderr.',
    parse: flag,
    default: false,
  },
  cliLogLevel: {
    env: 'TEPHRA_CLI_LOG_LEVEL',
    description: 'Log of the command itself on stderr: trace to fatal, or silent.',
    parse: logLevel,
    default: 'silent' as const,
  },
  debug: {
    env: 'TEPHRA_DEBUG',
    description: 'Show the stack of an error.',
    parse: flag,
    default: false,
  },
});

/** `serve`; the rest of a service's settings stands in its file. */
export const serveSettings = defineSettings({
  logLevel: {
    env: 'TEPHRA_LOG_LEVEL',
    description: 'Log of the service on stderr.',
    parse: logLevel,
    default: 'info' as const,
  },
});

/** How a command finds the platform that it talks to. */
export const clientSettings = defineSettings({
  url: {
    env: 'TEPHRA_URL',
    flag: '--url <url>',
    description: 'Platform to talk to; without it, the one that runs on the data folder.',
    parse: url,
  },
  token: {
    env: 'TEPHRA_TOKEN',
    flag: '--token <token>',
    description: 'API access token; without it, that of the platform on the data folder.',
    parse: z.string().min(1),
    secret: true,
  },
  dataDir: {
    env: 'TEPHRA_DATA_DIR',
    flag: '--data-dir <dir>',
    description: 'Data folder of the platform; `.tephra` beside the launcher when not given.',
    parse: z.string().min(1),
  },
  json: commonSettings.definitions.json,
});

/** Who signs: deposits and withdrawals of the command line. */
export const signerSettings = defineSettings({
  privateKey: {
    env: 'TEPHRA_PRIVATE_KEY',
    flag: '--private-key <key>',
    description: 'Key that signs, 0x and 64 hex digits; prefer the environment variable.',
    parse: privateKey,
    secret: true,
  },
  account: {
    flag: '--account <index>',
    description: 'DEV ONLY account of the embedded L1 that signs, 0 to 8.',
    parse: z.coerce.number().int().min(0).max(8),
    default: 0,
  },
});

export const upSettings = defineSettings({
  port: {
    env: 'TEPHRA_PORT',
    flag: '--port <port>',
    description: 'Port of dashboard, API and chain RPC; 0 takes a free one.',
    parse: port,
    default: 8_080,
  },
  l1Port: {
    env: 'TEPHRA_L1_PORT',
    flag: '--l1-port <port>',
    description: 'Port of the embedded L1; 0 takes a free one.',
    parse: port,
    default: 8_545,
  },
  dataDir: clientSettings.definitions.dataDir,
  ephemeral: {
    flag: '--ephemeral',
    description: 'Keep state in a temporary folder that is deleted at the end.',
    parse: flag,
    default: false,
  },
  json: {
    flag: '--json',
    description: 'Once ready print one JSON line on stdout, and nothing else there.',
    parse: flag,
    default: false,
  },
  l1Rpc: {
    env: 'TEPHRA_L1_RPC',
    flag: '--l1-rpc <url>',
    description: 'Use this Ethereum JSON-RPC as L1 instead of the embedded one; needs a funded key.',
    parse: url,
  },
  l1Key: {
    env: 'TEPHRA_L1_KEY',
    flag: '--l1-key <key>',
    description:
      'Key that pays for contracts, bonds and escrows on the L1 of --l1-rpc; prefer the environment variable.',
    parse: privateKey,
    secret: true,
  },
  l1Depth: {
    env: 'TEPHRA_L1_DEPTH',
    flag: '--l1-depth <blocks>',
    description: 'Blocks on top of an L1 block before it is read; 1 on the embedded L1, 32 elsewhere when not given.',
    parse: z.coerce.number().int().min(0).max(1_000),
  },
  challengePeriod: {
    env: 'TEPHRA_CHALLENGE_PERIOD',
    flag: '--challenge-period <seconds>',
    description: 'Default challenge window of new layers; 10 on the embedded L1, 604800 elsewhere when not given.',
    parse: z.coerce.number().int().min(1).max(2_592_000),
  },
  layerBond: {
    env: 'TEPHRA_LAYER_BOND',
    flag: '--layer-bond <eth>',
    description: "ETH that each new layer's proposer bonds; 1 on the embedded L1, 0.05 elsewhere when not given.",
    parse: ether,
  },
  layerEscrow: {
    env: 'TEPHRA_LAYER_ESCROW',
    flag: '--layer-escrow <eth>',
    description:
      'ETH that each new layer sets aside for the gas of its settlement; 2 on the embedded L1, 0.05 elsewhere when not given.',
    parse: ether,
  },
  proposerFunds: {
    env: 'TEPHRA_PROPOSER_FUNDS',
    flag: '--proposer-funds <eth>',
    description:
      "Gas money to which each layer's proposer is filled up; 2 on the embedded L1, 0.05 elsewhere when not given.",
    parse: ether,
  },
  maxLocked: {
    env: 'TEPHRA_MAX_LOCKED',
    flag: '--max-locked <coins>',
    description:
      "Most that the genesis of one layer in currency mode eth or erc20 may lock of the platform's own ETH or tokens; 1000 on the embedded L1, 0 elsewhere when not given.",
    parse: ether,
  },
  challenge: {
    env: 'TEPHRA_CHALLENGE',
    flag: '--challenge',
    description:
      "Nodes object on the L1 to packs of their layer that are wrong, with a bond of the layer's proposer. Right packs are defended in any case.",
    parse: flag,
    default: false,
  },
  packInterval: {
    env: 'TEPHRA_PACK_INTERVAL',
    flag: '--pack-interval <seconds>',
    description:
      'Longest time from a transaction to the pack that posts it on the L1; 4 on the embedded L1, 60 elsewhere when not given.',
    parse: z.coerce.number().min(1, 'must be at least 1').max(3_000, 'must be at most 3000'),
  },
  publicUrl: {
    env: 'TEPHRA_PUBLIC_URL',
    flag: '--public-url <url>',
    description:
      'URL under which others reach the platform; it then listens on all interfaces, without DEV ONLY sign-in.',
    parse: url,
  },
  databaseUrl: {
    env: 'TEPHRA_DATABASE_URL',
    flag: '--database-url <url>',
    description: 'PostgreSQL of the control plane; an embedded PGlite when not given.',
    parse: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
    secret: true,
  },
  operators: {
    env: 'TEPHRA_OPERATORS',
    flag: '--operators',
    description:
      'Deploy restaking contracts and run four operators of the echo AVS; what the embedded L1 does unless it is --ephemeral.',
    parse: flag,
  },
  noOperators: {
    flag: '--no-operators',
    description: 'Without restaking contracts and operators.',
    parse: flag,
  },
  echoInterval: {
    env: 'TEPHRA_ECHO_INTERVAL',
    flag: '--echo-interval <seconds>',
    description: 'Time between tasks of the echo AVS.',
    parse: z.coerce.number().min(1, 'must be at least 1').max(86_400, 'must be at most 86400'),
    default: 15,
  },
  restakingDeployment: {
    env: 'TEPHRA_RESTAKING_DEPLOYMENT',
    flag: '--restaking-deployment <file>',
    description: 'Restaking contracts that exist on the L1, as JSON in the form of GET /v1/restaking.',
    parse: z.string().min(1),
  },
  logLevel: {
    env: 'TEPHRA_LOG_LEVEL',
    flag: '--log-level <level>',
    description: 'trace, debug, info, warn, error, fatal or silent, for the log files.',
    parse: logLevel,
    default: 'info' as const,
  },
});

/** A chain on an L1, without a platform. */
const onL1 = defineSettings({
  rollup: {
    flag: '--rollup <address>',
    description: "Address of the chain's Rollup contract on the L1.",
    parse: address,
    required: true,
  },
  l1Rpc: {
    env: 'TEPHRA_L1_RPC',
    flag: '--l1-rpc <url>',
    description: 'Ethereum JSON-RPC of the L1.',
    parse: url,
    required: true,
  },
});

/** `rebuild`: the same, with the engine that executes it. */
export const rebuildSettings = defineSettings({
  ...onL1.definitions,
  engine: {
    flag: '--engine <name>',
    description: 'What executes the blocks: wasm, or ethereumjs as the independent second implementation.',
    parse: z.enum(['wasm', 'ethereumjs'], { error: 'must be wasm or ethereumjs' }),
    default: 'wasm',
  },
});

/** `settle`: the same, or a layer of a platform that says both, with a key that pays. */
export const settleSettings = defineSettings({
  url: clientSettings.definitions.url,
  dataDir: clientSettings.definitions.dataDir,
  json: commonSettings.definitions.json,
  rollup: {
    ...onL1.definitions.rollup,
    description: "Address of the chain's Rollup contract on the L1, in place of the name of a layer.",
    required: false,
  },
  l1Rpc: {
    ...onL1.definitions.l1Rpc,
    description: 'Ethereum JSON-RPC of the L1; needed with --rollup, else the platform says it.',
    required: false,
  },
  privateKey: { ...signerSettings.definitions.privateKey, required: true },
  l1Depth: {
    env: 'TEPHRA_L1_DEPTH',
    flag: '--l1-depth <blocks>',
    description: 'Blocks on top of an L1 block before it is read; what the L1 calls safe when not given.',
    parse: z.coerce.number().int().min(0).max(1_000),
  },
});
