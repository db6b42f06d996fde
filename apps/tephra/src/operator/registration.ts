import {
  allocationManagerAbi,
  createL1Client,
  delegationManagerAbi,
  inRanges,
  type L1Client,
  type TransactionSender,
} from '@tephra/l1';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { encodeFunctionData, isAddressEqual } from 'viem';
import { CliError } from '../cli/errors.ts';
import type { OperatorConfig } from './config-file.ts';

/** The L1 of a configuration. @throws CliError USAGE when it is another chain, or nobody's delegation manager is there */
export async function operatorClient(config: OperatorConfig): Promise<L1Client> {
  const { eth_rpc_url: rpcUrl, chain_id: chainId, el_delegation_manager_address: delegationManager } = config;
  const client = createL1Client({ rpcUrl, chainId });
  const [found, code] = await Promise.all([client.getChainId(), client.getCode({ address: delegationManager })]);
  if (found !== chainId) {
    throw new CliError('USAGE', `${config.file}: chain_id is ${chainId}, but ${rpcUrl} serves chain ${found}`);
  }
  if (code === undefined) {
    throw new CliError('USAGE', `${config.file}: there is no contract at el_delegation_manager_address`);
  }
  return client;
}

export type OperatorDetails = {
  isOperator: boolean;
  /** Who must sign delegations; the zero address when nobody has to. */
  delegationApprover: Address;
};

/** What the L1 knows of an operator. */
export async function readOperator(
  client: L1Client,
  delegationManager: Address,
  operator: Address,
): Promise<OperatorDetails> {
  const contract = { address: delegationManager, abi: delegationManagerAbi } as const;
  const [isOperator, delegationApprover] = await Promise.all([
    client.readContract({ ...contract, functionName: 'isOperator', args: [operator] }),
    client.readContract({ ...contract, functionName: 'delegationApprover', args: [operator] }),
  ]);
  return { isOperator, delegationApprover };
}

/** @throws CliError FAILED_PRECONDITION */
export async function assertOperator(client: L1Client, delegationManager: Address, operator: Address): Promise<void> {
  const { isOperator } = await readOperator(client, delegationManager, operator);
  if (isOperator) return;
  throw new CliError('FAILED_PRECONDITION', `${operator} is not registered as an operator`, {
    hint: 'First: ./tephra operator register operator.yaml',
  });
}

export type OperatorRegistration = {
  delegationManager: Address;
  delegationApprover: Address;
  /** Blocks. */
  allocationDelay: number;
  metadataUri: string;
};

/** Makes the sender an operator. @throws L1Error */
export async function registerOperator(sender: TransactionSender, registration: OperatorRegistration): Promise<Hash> {
  const { delegationManager, delegationApprover, allocationDelay, metadataUri } = registration;
  const data = encodeFunctionData({
    abi: delegationManagerAbi,
    functionName: 'registerAsOperator',
    args: [delegationApprover, allocationDelay, metadataUri],
  });
  return (await sender.send({ to: delegationManager, data })).hash;
}

/** Sends what differs from what the L1 has: approver and metadata. @throws L1Error */
export async function updateOperator(
  sender: TransactionSender,
  { delegationManager, delegationApprover, metadataUri }: Omit<OperatorRegistration, 'allocationDelay'>,
): Promise<Hash[]> {
  const operator = sender.address;
  const now = await readOperator(sender.client, delegationManager, operator);
  const calls: Hex[] = [];
  if (!isAddressEqual(now.delegationApprover, delegationApprover)) {
    calls.push(
      encodeFunctionData({
        abi: delegationManagerAbi,
        functionName: 'modifyOperatorDetails',
        args: [operator, delegationApprover],
      }),
    );
  }
  // The L1 keeps no metadata to compare with: it is announced again.
  calls.push(
    encodeFunctionData({
      abi: delegationManagerAbi,
      functionName: 'updateOperatorMetadataURI',
      args: [operator, metadataUri],
    }),
  );
  const hashes: Hash[] = [];
  for (const data of calls) hashes.push((await sender.send({ to: delegationManager, data })).hash);
  return hashes;
}

/** The newest metadata URI that the operator announced since `fromBlock`; undefined when it did not. */
export async function readMetadataUri(
  client: L1Client,
  delegationManager: Address,
  operator: Address,
  fromBlock: bigint,
): Promise<string | undefined> {
  const logs = await inRanges<{ args: { metadataURI: string } }>(
    { from: fromBlock, to: await client.getBlockNumber() },
    (from, to) =>
      client.getContractEvents({
        address: delegationManager,
        abi: delegationManagerAbi,
        eventName: 'OperatorMetadataURIUpdated',
        args: { operator },
        fromBlock: from,
        toBlock: to,
        strict: true,
      }),
  );
  return logs.at(-1)?.args.metadataURI;
}

/** Blocks until the operator's allocations take effect; undefined while it has not said so, or its word is too fresh. */
export async function readAllocationDelay(
  client: L1Client,
  allocationManager: Address,
  operator: Address,
): Promise<number | undefined> {
  const [isSet, delay] = await client.readContract({
    address: allocationManager,
    abi: allocationManagerAbi,
    functionName: 'getAllocationDelay',
    args: [operator],
  });
  return isSet ? delay : undefined;
}
