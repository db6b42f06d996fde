import { delegationManagerAbi } from '@tephra/l1';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { encodeFunctionData, isAddressEqual, zeroAddress } from 'viem';
import { CliError } from '../cli/errors.ts';
import type { SigningRestaking } from './open-restaking.ts';

/** What an operator's approver signed. */
export type Approval = { signature: Hex; salt: Hash; expiry: bigint };

export type Delegated = { operator: Address; transactionHash: Hash; from: Address | null };

/**
 * Delegates everything that the sender has and will have to one operator.
 * @param move leaves the present operator for it; what was delegated waits in the queue
 * @throws CliError FAILED_PRECONDITION: no operator, delegated already, approval missing; L1Error
 */
export async function delegate(
  { l1, deployment, sender }: SigningRestaking,
  operator: Address,
  { approval, move }: { approval: Approval | undefined; move: boolean },
): Promise<Delegated> {
  const delegation = { address: deployment.delegationManager, abi: delegationManagerAbi } as const;
  const staker = sender.address;
  const [isOperator, current, approver, isSelfOperator] = await Promise.all([
    l1.readContract({ ...delegation, functionName: 'isOperator', args: [operator] }),
    l1.readContract({ ...delegation, functionName: 'delegatedTo', args: [staker] }),
    l1.readContract({ ...delegation, functionName: 'delegationApprover', args: [operator] }),
    l1.readContract({ ...delegation, functionName: 'isOperator', args: [staker] }),
  ]);
  const from = isAddressEqual(current, zeroAddress) ? null : current;
  if (!isOperator) {
    throw new CliError('FAILED_PRECONDITION', `${operator} is not an operator`, {
      hint: 'The operators page of the dashboard and GET /v1/restaking/operators list them.',
    });
  }
  if (isSelfOperator) {
    throw new CliError('FAILED_PRECONDITION', `${staker} is an operator, and those are delegated to themselves`);
  }
  if (from !== null && isAddressEqual(from, operator)) {
    throw new CliError('FAILED_PRECONDITION', `${staker} delegates to ${operator} already`);
  }
  if (from !== null && !move) {
    throw new CliError('FAILED_PRECONDITION', `${staker} delegates to ${from}`, {
      hint: 'Add --move to leave it: everything then waits in the queue, and comes back with restake complete --as-shares.',
    });
  }
  const needsApproval = ![zeroAddress, staker].some((address) => isAddressEqual(address, approver));
  if (needsApproval && approval === undefined) {
    throw new CliError('FAILED_PRECONDITION', `${operator} takes only stakers that ${approver} approved`, {
      hint: 'Give --approval, --approval-salt and --approval-expiry as you got them from the operator.',
    });
  }
  const { signature, salt, expiry } = approval ?? NO_APPROVAL;
  const { hash } = await sender.send({
    to: deployment.delegationManager,
    data: encodeFunctionData({
      abi: delegationManagerAbi,
      functionName: from === null ? 'delegateTo' : 'redelegate',
      args: [operator, { signature, expiry }, salt],
    }),
  });
  return { operator, transactionHash: hash, from };
}

const NO_APPROVAL: Approval = { signature: '0x', salt: `0x${'00'.repeat(32)}`, expiry: 0n };

/** Leaves the operator; everything goes into the queue. @throws CliError FAILED_PRECONDITION: not delegated; L1Error */
export async function undelegate({ l1, deployment, sender }: SigningRestaking): Promise<Delegated> {
  const delegation = { address: deployment.delegationManager, abi: delegationManagerAbi } as const;
  const staker = sender.address;
  const operator = await l1.readContract({ ...delegation, functionName: 'delegatedTo', args: [staker] });
  if (isAddressEqual(operator, zeroAddress)) {
    throw new CliError('FAILED_PRECONDITION', `${staker} delegates to nobody`, {
      hint: 'Take out deposits with: ./tephra restake withdraw',
    });
  }
  if (isAddressEqual(operator, staker)) {
    throw new CliError('FAILED_PRECONDITION', `${staker} is an operator, which it stays for ever`, {
      hint: 'Take out deposits with: ./tephra restake withdraw',
    });
  }
  const data = encodeFunctionData({ abi: delegationManagerAbi, functionName: 'undelegate', args: [staker] });
  const { hash } = await sender.send({ to: deployment.delegationManager, data });
  return { operator, transactionHash: hash, from: operator };
}
