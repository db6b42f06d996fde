import { randomBytes } from 'node:crypto';
import { type BlsSigner, loadBls, operatorId } from '@tephra/crypto';
import {
  type AvsDeployment,
  operatorAllowlistAbi,
  type RestakingDeployment,
  registryCoordinatorAbi,
  stakeRegistryAbi,
  type TransactionSender,
} from '@tephra/l1';
import { type Address, type Hash, pubkeyRegistrationDigest } from '@tephra/protocol';
import { encodeFunctionData, formatUnits, type LocalAccount, toHex } from 'viem';
import { CliError } from '../cli/errors.ts';
import { applyAllocations, type PlannedAllocation, planAllocations } from './allocation.ts';
import { assertOperator, readMetadataUri, readOperator, updateOperator } from './registration.ts';

export type OptInRequest = {
  chainId: number;
  restaking: RestakingDeployment;
  avs: AvsDeployment;
  /** Ascending. */
  quorums: number[];
  /** Where the operator says that it can be reached; only published. */
  socket: string;
  /** Part of the free magnitude to allocate, 1e18 = all; undefined allocates nothing. */
  fraction: bigint | undefined;
};

export type OptInDeps = {
  sender: TransactionSender;
  account: LocalAccount;
  signer: BlsSigner;
  onProgress: (text: string) => void;
  /** Told of the allocations before they are made. */
  onPlan: (plans: PlannedAllocation[]) => void;
  signal: AbortSignal;
};

export type OptedIn = { operatorId: Hash; quorums: number[]; allocation: Hash | undefined; registration: Hash };

/** StakeRegistry's type of quorums that count allocated, slashable stake. */
const TOTAL_SLASHABLE = 1;
/** An operator's signature for AVSDirectory is worth something for this long, seconds. */
const SIGNATURE_LIFE = 3_600n;

/**
 * Joins quorums of an AVS: checks that the AVS would take the operator, allocates stake to them where they count slashable
 * stake, then registers with everything in one transaction.
 * @throws CliError that says what is missing; L1Error
 */
export async function optIn(request: OptInRequest, deps: OptInDeps): Promise<OptedIn> {
  const { avs, restaking, quorums } = request;
  const { sender, signer } = deps;
  const operator = sender.address;
  const keys = await signer.publicKeys();
  await assertAdmissible(request, sender, operatorId(keys.g1));
  const slashable = await slashableQuorums(request, sender);
  const target = { restaking, avs, operator };
  const plans = await planAllocations(sender.client, target, slashable, request.fraction ?? 0n);
  deps.onPlan(plans);
  assertEnoughStake(request, slashable, plans);
  const allocation = await applyAllocations(sender, target, plans, deps);
  await assertRegistrable(request, sender);
  const data = encodeFunctionData({
    abi: registryCoordinatorAbi,
    functionName: 'registerOperator',
    args: [
      toHex(Uint8Array.from(quorums)),
      request.socket,
      await provePossession(request, deps, keys),
      await signForDirectory(request, deps),
    ],
  });
  const { hash } = await sender.send({ to: avs.registryCoordinator, data });
  return { operatorId: operatorId(keys.g1), quorums, allocation, registration: hash };
}

/** Leaves quorums. @throws CliError FAILED_PRECONDITION when the operator is in none of them; L1Error */
export async function optOut(
  avs: AvsDeployment,
  quorums: number[],
  sender: TransactionSender,
): Promise<{ quorums: number[]; deregistration: Hash }> {
  const current = await currentQuorums(avs, sender.client, sender.address);
  const leaving = quorums.filter((quorum) => current.includes(quorum));
  if (leaving.length === 0) {
    throw new CliError(
      'FAILED_PRECONDITION',
      `${sender.address} is not in quorum ${quorums.join(' or ')} of ${avs.name}`,
      {
        hint: current.length > 0 ? `It is in ${current.join(', ')}.` : 'It is in none.',
      },
    );
  }
  const data = encodeFunctionData({
    abi: registryCoordinatorAbi,
    functionName: 'deregisterOperator',
    args: [toHex(Uint8Array.from(leaving))],
  });
  const { hash } = await sender.send({ to: avs.registryCoordinator, data });
  return { quorums: leaving, deregistration: hash };
}

/**
 * Announces the operator's document when it is another than before; null when there is nothing to say. A template's value
 * that nobody filled in counts for nothing.
 */
export async function announceMetadata(
  { delegationManager, deployedAtBlock }: RestakingDeployment,
  metadataUri: string | undefined,
  sender: TransactionSender,
): Promise<Hash | null> {
  if (!metadataUri || metadataUri === METADATA_PLACEHOLDER) return null;
  const now = await readMetadataUri(sender.client, delegationManager, sender.address, deployedAtBlock);
  if (now === metadataUri) return null;
  const { delegationApprover } = await readOperator(sender.client, delegationManager, sender.address);
  const hashes = await updateOperator(sender, { delegationManager, delegationApprover, metadataUri });
  return hashes.at(-1) ?? null;
}

const METADATA_PLACEHOLDER = 'https://path/to/metadata.json';

/** Numbers of the quorums in which the operator is now. */
export async function currentQuorums(
  avs: AvsDeployment,
  client: TransactionSender['client'],
  operator: Address,
): Promise<number[]> {
  const coordinator = { address: avs.registryCoordinator, abi: registryCoordinatorAbi } as const;
  const id = await client.readContract({ ...coordinator, functionName: 'getOperatorId', args: [operator] });
  if (BigInt(id) === 0n) return [];
  const bitmap = await client.readContract({ ...coordinator, functionName: 'getCurrentQuorumBitmap', args: [id] });
  return avs.quorums.map(({ number }) => number).filter((number) => (bitmap >> BigInt(number)) & 1n);
}

/** What would make the transaction fail, said before anything is sent. */
async function assertAdmissible(
  { avs, restaking, quorums }: OptInRequest,
  { client, address }: TransactionSender,
  id: Hash,
): Promise<void> {
  const coordinator = { address: avs.registryCoordinator, abi: registryCoordinatorAbi } as const;
  await assertOperator(client, restaking.delegationManager, address);
  const [canRegister, current, knownId] = await Promise.all([
    client.readContract({
      address: avs.allowlist,
      abi: operatorAllowlistAbi,
      functionName: 'canRegister',
      args: [address],
    }),
    currentQuorums(avs, client, address),
    client.readContract({ ...coordinator, functionName: 'getOperatorId', args: [address] }),
  ]);
  if (!canRegister) {
    throw new CliError('FAILED_PRECONDITION', `${address} is not on the allowlist of ${avs.name}`, {
      details: { allowlist: avs.allowlist },
      hint: 'Ask those who run the AVS to add it; on your own platform that is a button on the operators page.',
    });
  }
  const already = quorums.filter((quorum) => current.includes(quorum));
  if (already.length > 0) {
    throw new CliError('FAILED_PRECONDITION', `${address} is in quorum ${already.join(', ')} of ${avs.name} already`, {
      hint: 'Name only quorums to join.',
    });
  }
  if (BigInt(knownId) !== 0n && knownId !== id) {
    throw new CliError(
      'FAILED_PRECONDITION',
      `${address} is registered with another BLS key (operator id ${knownId})`,
      {
        hint: 'An operator keeps its BLS key; use the key file that it registered with.',
      },
    );
  }
}

async function slashableQuorums({ avs, quorums }: OptInRequest, { client }: TransactionSender): Promise<number[]> {
  const types = await Promise.all(
    quorums.map((quorum) =>
      client.readContract({
        address: avs.stakeRegistry,
        abi: stakeRegistryAbi,
        functionName: 'stakeTypePerQuorum',
        args: [quorum],
      }),
    ),
  );
  return quorums.filter((_, index) => types[index] === TOTAL_SLASHABLE);
}

/** Before anything is allocated: would the weight do? */
function assertEnoughStake({ avs }: OptInRequest, slashable: number[], plans: PlannedAllocation[]): void {
  for (const { number, minimumStake, name } of avs.quorums.filter((quorum) => slashable.includes(quorum.number))) {
    const mine = plans.filter(({ quorum }) => quorum === number);
    const weight = mine.reduce((sum, plan) => sum + weightOf(plan), 0n);
    if (weight >= minimumStake && weight > 0n) continue;
    const lines = mine.map((plan) => {
      const { symbol, shares, next, multiplier } = plan;
      const missing = minimumStake > weight ? ((minimumStake - weight) * 10n ** 18n) / multiplier : 1n;
      return `\n  ${symbol}: ${formatUnits(shares, 18)} delegated, ${percent(next, plan.maxMagnitude)} % of it allocated; ${formatUnits(missing, 18)} more would do`;
    });
    throw tooLittle(number, name, weight, minimumStake, lines.join(''));
  }
}

/** After it: does the L1 agree? The chain's own words are kept, so that who knows them finds them. */
async function assertRegistrable(
  { avs, quorums }: OptInRequest,
  { client, address }: TransactionSender,
): Promise<void> {
  for (const quorum of quorums) {
    const [weight, minimum] = await client.readContract({
      address: avs.stakeRegistry,
      abi: stakeRegistryAbi,
      functionName: 'missingStake',
      args: [quorum, address],
    });
    const name = avs.quorums.find(({ number }) => number === quorum)?.name ?? '';
    if (weight < minimum) throw tooLittle(quorum, name, weight, minimum, '');
  }
}

function tooLittle(quorum: number, name: string, weight: bigint, minimum: bigint, lines: string): CliError {
  return new CliError(
    'FAILED_PRECONDITION',
    `StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum ${quorum} (${name}): ` +
      `its weight would be ${formatUnits(weight, 18)} of ${formatUnits(minimum, 18)}${lines}`,
    {
      details: { quorum, weight, minimum },
      hint: 'More has to be delegated (./tephra restake delegate) or allocated (--allocate, ./tephra operator allocate).',
    },
  );
}

function weightOf({ shares, next, maxMagnitude, multiplier }: PlannedAllocation): bigint {
  return maxMagnitude === 0n ? 0n : (((shares * next) / maxMagnitude) * multiplier) / 10n ** 18n;
}

/** Two digits behind the point at most. */
export function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? '0' : formatUnits((part * 10_000n) / whole, 2);
}

async function provePossession(
  { chainId, avs }: OptInRequest,
  { sender, signer }: OptInDeps,
  { g1, g2 }: Awaited<ReturnType<BlsSigner['publicKeys']>>,
) {
  const digest = pubkeyRegistrationDigest(BigInt(chainId), avs.registryCoordinator, sender.address);
  const point = (await loadBls()).hashToG1(digest);
  const wanted = await sender.client.readContract({
    address: avs.registryCoordinator,
    abi: registryCoordinatorAbi,
    functionName: 'pubkeyRegistrationMessageHash',
    args: [sender.address],
  });
  // A contract that asks for another signature may want it for something else.
  if (point.X !== wanted.X || point.Y !== wanted.Y) {
    throw new CliError(
      'VERIFICATION_FAILED',
      `${avs.registryCoordinator} wants another proof of possession than agreed`,
    );
  }
  return { pubkeyRegistrationSignature: await signer.sign(digest), pubkeyG1: g1, pubkeyG2: g2 };
}

async function signForDirectory({ chainId, avs, restaking }: OptInRequest, { account, sender }: OptInDeps) {
  const salt = toHex(randomBytes(32));
  const { timestamp } = await sender.client.getBlock();
  const expiry = timestamp + SIGNATURE_LIFE;
  const signature = await account.signTypedData({
    domain: { name: 'EigenLayer', chainId, verifyingContract: restaking.avsDirectory },
    types: {
      OperatorAVSRegistration: [
        { name: 'operator', type: 'address' },
        { name: 'avs', type: 'address' },
        { name: 'salt', type: 'bytes32' },
        { name: 'expiry', type: 'uint256' },
      ],
    },
    primaryType: 'OperatorAVSRegistration',
    message: { operator: account.address, avs: avs.serviceManager, salt, expiry },
  });
  return { signature, salt, expiry };
}
