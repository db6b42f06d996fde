import { type Logger, systemClock } from '@tephra/core';
import type { IndexedDeployments } from '@tephra/indexer';
import { type AvsDeployment, operatorAllowlistAbi, TransactionSender } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { encodeFunctionData, parseEther } from 'viem';
import { currentQuorums, optIn } from '../../operator/opt-in.ts';
import { readOperator, registerOperator } from '../../operator/registration.ts';
import type { OperatorKeys } from './operator-keys.ts';
import { ensureStake } from './stake.ts';

export type PrepareDeps = {
  /** Pays for the operators, and owns the AVSs' allowlists. */
  platform: TransactionSender;
  /** For a sender of another key on the same L1. */
  l1: { rpcUrl: string; chainId: number; pollIntervalMs: number };
  logger: Logger;
  signal: AbortSignal;
};

export type PreparedOperator = {
  operator: OperatorKeys;
  stakerKey: Hex;
  /** Called when only the AVSs are left to join, so that the operator's process can start while that happens. */
  onStaked: () => Promise<void>;
};

/** Of each asset, from the operator's dev account. */
const STAKE = parseEther('500');
const STAKED = ['ETH', 'dstETH', 'ALT'];
/** Gas money that an operator begins with, and below which it gets it again. */
const GAS_MONEY = parseEther('10');
const LEAST_GAS_MONEY = parseEther('1');
const EVERYTHING = 10n ** 18n;

/** Lets operators register where an AVS asks for it. @throws L1Error */
export async function allowOperators(
  avs: AvsDeployment,
  operators: Address[],
  platform: TransactionSender,
): Promise<void> {
  const contract = { address: avs.allowlist, abi: operatorAllowlistAbi } as const;
  const allowed = await Promise.all(
    operators.map((operator) =>
      platform.client.readContract({ ...contract, functionName: 'isOperatorAllowed', args: [operator] }),
    ),
  );
  const missing = operators.filter((_, index) => !allowed[index]);
  if (missing.length === 0) return;
  await platform.send({
    to: avs.allowlist,
    data: encodeFunctionData({
      abi: operatorAllowlistAbi,
      functionName: 'setAllowlist',
      args: [missing, missing.map(() => true)],
    }),
  });
}

/**
 * Makes an operator of this platform one on the L1: gas money, registration, stake delegated by a dev account, allocation, and
 * membership in every quorum of every AVS. Each step looks before it acts, so an interrupted run is finished by the next.
 * @throws L1Error, CliError
 */
export async function prepareOperator(
  { deployment, avss, l1ChainId }: IndexedDeployments,
  { operator, stakerKey, onStaked }: PreparedOperator,
  deps: PrepareDeps,
): Promise<void> {
  const { platform, logger, signal } = deps;
  const { account, signer, name } = operator;
  const balance = await platform.client.getBalance({ address: account.address });
  if (balance < LEAST_GAS_MONEY) await platform.send({ to: account.address, value: GAS_MONEY - balance });
  const [own, staker] = await Promise.all([senderOf(operator.key, deps), senderOf(stakerKey, deps)]);
  signal.throwIfAborted();
  const { isOperator } = await readOperator(own.client, deployment.delegationManager, account.address);
  if (!isOperator) {
    await registerOperator(own, {
      delegationManager: deployment.delegationManager,
      delegationApprover: ZERO_ADDRESS,
      allocationDelay: 0,
      metadataUri: metadataUriOf(name),
    });
  }
  await ensureStake(staker, deployment, { operator: account.address, amount: STAKE, symbols: STAKED });
  signal.throwIfAborted();
  await onStaked();
  for (const [index, avs] of avss.entries()) {
    signal.throwIfAborted();
    const current = await currentQuorums(avs, own.client, account.address);
    const quorums = avs.quorums.map(({ number }) => number).filter((number) => !current.includes(number));
    if (quorums.length === 0) continue;
    // Of what is free: each AVS gets as much as the others.
    const fraction = EVERYTHING / BigInt(avss.length - index);
    const { registration } = await optIn(
      { chainId: l1ChainId, restaking: deployment, avs, quorums, socket: '', fraction },
      {
        sender: own,
        account,
        signer,
        onProgress: (text) => logger.debug({ operator: name }, text),
        onPlan: () => undefined,
        signal,
      },
    );
    logger.info({ operator: name, avs: avs.name, quorums, registration }, 'operator joined');
  }
}

function senderOf(privateKey: Hex, { l1, logger }: PrepareDeps): Promise<TransactionSender> {
  return TransactionSender.create({ ...l1, privateKey }, { logger, clock: systemClock });
}

/** The document itself: the embedded platform is to need no web server of anybody. */
function metadataUriOf(name: string): string {
  const document = {
    name: `Dev ${name.replace('-', ' ')}`,
    website: '',
    description: 'DEV ONLY: an operator that ./tephra up runs, with stake of a development account.',
    logo: '',
    twitter: '',
  };
  return `data:application/json,${encodeURIComponent(JSON.stringify(document))}`;
}

const ZERO_ADDRESS: Address = `0x${'00'.repeat(20)}`;
