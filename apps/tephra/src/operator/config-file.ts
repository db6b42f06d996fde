import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage } from '@tephra/core';
import type { Address } from '@tephra/protocol';
import { getAddress, isAddress, zeroAddress } from 'viem';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { CliError } from '../cli/errors.ts';

const address = z
  .string('must be a 0x address of 40 hex digits')
  .refine((text) => isAddress(text, { strict: false }), 'must be a 0x address of 40 hex digits')
  .transform((text) => getAddress(text));
const nonZero = address.refine((value) => value !== zeroAddress, 'must not be the zero address');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
/** YAML writes nothing as null; people also leave empty strings. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : (value ?? undefined)), schema.optional());

const schema = z.object({
  operator: z.object({
    address: nonZero,
    earnings_receiver_address: optional(address),
    delegation_approver_address: optional(address).transform((value) => (value ?? zeroAddress) as Address),
    staker_opt_out_window_blocks: optional(z.number().int().min(0)),
    /** Ours: blocks until an allocation of stake takes effect, said once at registration. */
    allocation_delay: optional(z.number().int().min(0).max(126_000)).transform((value) => value ?? 0),
    metadata_url: z.string().min(1, 'must be a URL').max(16_384),
  }),
  el_delegation_manager_address: nonZero,
  eth_rpc_url: httpUrl,
  chain_id: z.number().int().positive(),
  private_key_store_path: optional(z.string()),
  signer_type: z.enum(['local_keystore', 'web3'], { error: 'must be local_keystore or web3' }),
  web3: optional(z.object({ url: optional(httpUrl) })),
});

/** `operator.yaml`, in the words of the public command line; what this one has no use for is passed over. */
export type OperatorConfig = z.infer<typeof schema> & {
  /** The file. */
  file: string;
};

/** @throws CliError NOT_FOUND, USAGE naming every bad field */
export async function readOperatorConfig(file: string): Promise<OperatorConfig> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('NOT_FOUND', `cannot read ${file}: ${errorMessage(cause)}`, {
      cause,
      hint: 'Make one with operator config create.',
    });
  });
  let content: unknown;
  try {
    // Addresses look like hexadecimal numbers to YAML: as strings they keep all their digits.
    content = parse(text.replaceAll(/:[ \t]+(0x[0-9a-fA-F]{40})\b/g, ": '$1'"));
  } catch (cause) {
    throw new CliError('USAGE', `${file} is no YAML: ${errorMessage(cause)}`, { cause });
  }
  const { data, error } = schema.safeParse(content);
  if (!data) {
    const lines = error.issues.map((issue) => `\n  ${issue.path.join('.')} ${issue.message}`);
    throw new CliError('USAGE', `${file} is not an operator's configuration:${lines.join('')}`);
  }
  const keystore = data.private_key_store_path;
  if (data.signer_type === 'local_keystore' && !keystore) {
    throw new CliError('USAGE', `${file}: private_key_store_path is needed for signer_type local_keystore`);
  }
  if (data.signer_type === 'web3' && !data.web3?.url) {
    throw new CliError('USAGE', `${file}: web3.url is needed for signer_type web3`);
  }
  return {
    ...data,
    ...(keystore ? { private_key_store_path: path.resolve(path.dirname(file), keystore) } : {}),
    file,
  };
}

export type NewOperatorConfig = {
  address: string;
  metadataUrl: string;
  delegationManager: string;
  rpcUrl: string;
  chainId: number;
  allocationDelay: number;
  signer: { kind: 'local_keystore'; file: string } | { kind: 'web3'; url: string };
};

/** Text of an `operator.yaml`. */
export function renderOperatorConfig(config: NewOperatorConfig): string {
  const { signer } = config;
  return stringify({
    operator: {
      address: config.address,
      earnings_receiver_address: config.address,
      delegation_approver_address: zeroAddress,
      staker_opt_out_window_blocks: 0,
      allocation_delay: config.allocationDelay,
      metadata_url: config.metadataUrl,
    },
    el_delegation_manager_address: config.delegationManager,
    eth_rpc_url: config.rpcUrl,
    chain_id: config.chainId,
    private_key_store_path: signer.kind === 'local_keystore' ? signer.file : '',
    signer_type: signer.kind,
    web3: { url: signer.kind === 'web3' ? signer.url : '' },
  });
}
