import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { avsDeploymentOf, deploymentFile, restakingDeploymentOf } from '@tephra/api';
import { defineSettings, errorMessage } from '@tephra/core';
import { type AvsDeployment, createL1Client, type L1Client, type RestakingDeployment } from '@tephra/l1';
import { z } from 'zod';
import { type CliContext, findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

/** Where restaking lives: the running platform says it, or a file. */
export const networkSettings = defineSettings({
  network: {
    flag: '--network <name>',
    description: 'embedded: the L1 and the contracts of the platform that runs.',
    parse: z.enum(['embedded'], { error: 'must be embedded; for others give --deployment' }),
    default: 'embedded',
  },
  deployment: {
    flag: '--deployment <file>',
    description: 'JSON file with the contracts, as GET /v1/restaking shows them, in place of --network.',
    parse: z.string().min(1),
  },
  l1Rpc: {
    env: 'ETH_RPC_URL',
    flag: '--l1-rpc <url>',
    description: "Ethereum JSON-RPC of the L1; the platform's own when not given.",
    parse: httpUrl,
  },
  aggregator: {
    env: 'AGGREGATOR_JSONRPC_SERVER_URL',
    flag: '--aggregator <url>',
    description: "JSON-RPC endpoint of the AVS's aggregator; the platform's own when not given.",
    parse: httpUrl,
  },
});

/** The restaking contracts of one L1, and how to reach it. */
export type RestakingNetwork = {
  l1: L1Client;
  l1RpcUrl: string;
  l1ChainId: number;
  /** Whether it is the L1 of a platform on this machine, whose blocks stay. */
  isEmbedded: boolean;
  restaking: RestakingDeployment;
  avss: AvsDeployment[];
  /** Undefined when nobody named one. */
  aggregatorUrl: string | undefined;
};

/** @throws CliError NOT_RUNNING, NOT_FOUND, USAGE */
export async function findNetwork(flags: Record<string, unknown>, context: CliContext): Promise<RestakingNetwork> {
  const settings = networkSettings.resolve({ flags, env: context.env });
  const { deployment: file, aggregator } = settings;
  if (file !== undefined) {
    if (settings.l1Rpc === undefined) {
      throw new CliError('USAGE', '--deployment needs --l1-rpc', { hint: 'Or set ETH_RPC_URL.' });
    }
    const content = await readDeployment(path.resolve(context.cwd, file));
    return {
      ...networkOf(content, settings.l1Rpc),
      isEmbedded: false,
      aggregatorUrl: aggregator,
    };
  }
  const { api, url } = await findPlatform(flags, context);
  const [info, platform] = await Promise.all([api.getRestaking(), api.getPlatform()]);
  if (info.status !== 'ready' || info.deployment === null) {
    throw new CliError('NOT_RUNNING', `restaking is not ready on ${url}: ${info.problem ?? info.status}`, {
      hint:
        info.status === 'deploying' ? 'Try again in a few seconds.' : 'See GET /v1/restaking, or give --deployment.',
    });
  }
  return {
    ...networkOf({ ...info, deployment: info.deployment }, settings.l1Rpc ?? platform.l1.rpcUrl),
    isEmbedded: platform.l1.embedded,
    aggregatorUrl: aggregator ?? new URL('/aggregator', url).href,
  };
}

/** @throws CliError NOT_FOUND naming those that there are */
export function avsOf(network: Pick<RestakingNetwork, 'avss'>, name: string): AvsDeployment {
  const avs = network.avss.find((known) => known.name === name);
  if (avs) return avs;
  const names = network.avss.map((known) => known.name).join(', ') || 'none';
  throw new CliError('NOT_FOUND', `there is no AVS ${name}`, { hint: `Known are: ${names}.` });
}

function networkOf({ l1ChainId, deployment, avss }: z.infer<typeof deploymentFile>, l1RpcUrl: string) {
  return {
    l1: createL1Client({ rpcUrl: l1RpcUrl, chainId: l1ChainId }),
    l1RpcUrl,
    l1ChainId,
    restaking: restakingDeploymentOf(deployment),
    avss: avss.map(avsDeploymentOf),
  };
}

async function readDeployment(file: string): Promise<z.infer<typeof deploymentFile>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('NOT_FOUND', `cannot read ${file}: ${errorMessage(cause)}`, { cause });
  });
  try {
    return deploymentFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new CliError('USAGE', `${file} does not describe a deployment: ${errorMessage(cause)}`, {
      cause,
      hint: 'It has the form of GET /v1/restaking.',
    });
  }
}
