import { loadBls, operatorId } from '@tephra/crypto';
import {
  type AvsDeployment,
  allocationManagerAbi,
  batchRegistryAbi,
  challengeManagerAbi,
  checkSignaturesParams,
  type Deployments,
  decodePackCertificate,
  delegationManagerAbi,
  deployPlatform,
  deployVitalAvs,
  encodePackCertificate,
  OperatorStateReader,
  rollupAbi,
  rollupFactoryAbi,
  stakeRegistryAbi,
  type TransactionSender,
  vitalAttestationAbi,
} from '@tephra/l1';
import {
  type Address,
  EMPTY_OUTBOX_ROOT,
  encodeContent,
  type Hash,
  type Hex,
  type Output,
  outputRoot,
  type Pack,
  packHash,
  vitalPackDigest,
} from '@tephra/protocol';
import { ANVIL_KEYS } from '@tephra/testing';
import {
  encodeFunctionData,
  encodePacked,
  keccak256,
  parseEther,
  parseEventLogs,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { devKey, RestakedL1, type StakedOperator } from './testing/restaked-l1.ts';

const BOND = parseEther('1');
/** Seconds; a quarter of it is for defences. */
const CHALLENGE_PERIOD = 3_600n;
/** ClaimKind of contracts/src/dispute/IChallengeManager.sol. */
const BLOCK = 0;
/** Of `stakeOf`, ETH and ALT: everything is allocated to VITAL. */
const WHOLE = standing(10n ** 18n, parseEther('100'));
const HALF = standing(10n ** 18n / 2n, parseEther('50'));
const GENESIS: Output = {
  stateRoot: keccak256('0x01'),
  blockHash: keccak256('0x02'),
  outboxRoot: EMPTY_OUTBOX_ROOT,
  inboxPosition: 0n,
  inboxAccumulator: zeroHash,
  l1OriginNumber: 0n,
  l1OriginHash: zeroHash,
  historyRoot: zeroHash,
};

let l1: RestakedL1;
let deployments: Deployments;
let vital: AvsDeployment & { taskManager: Address };
/** The first three sign, the last does not. */
let operators: StakedOperator[];
let rollup: Address;
/** Proposer of the rollup, with a bond in it. */
let messenger: TransactionSender;
let challenger: TransactionSender;
/** Without any part in it. */
let stranger: TransactionSender;
let wrong: Awaited<ReturnType<typeof packOf>>;
let certificate: Hex;

beforeAll(async () => {
  l1 = await RestakedL1.start();
  const { anvil, logger, platform: sender, restaking } = l1;
  const common = { rpcUrl: anvil.rpcUrl, l1ChainId: anvil.chainId, privateKey: ANVIL_KEYS[0] };
  deployments = await deployPlatform(common, { logger, sender });
  vital = await deployVitalAvs({ ...common, restaking, factory: deployments.factory }, { logger, sender });
  operators = [];
  for (const index of [1, 2, 3, 4]) operators.push(await l1.addOperator(index, vital));
  messenger = sender;
  challenger = await l1.senderOf(devKey(9));
  stranger = await l1.senderOf(devKey(10));
  await anvil.rpc('anvil_setBalance', [stranger.address, toHex(parseEther('10'))]);
  rollup = await createRollup();
  wrong = await packOf({ stateRoot: keccak256(toHex('coins out of nothing')) });
  certificate = await certify(wrong.pack, operators.slice(0, 3));
});
afterAll(() => l1?.stop());

it('three of four operators bring a wrong pack onto the L1', async () => {
  const { pack, frames } = wrong;
  // Nothing fell yet for which anybody could be slashed.
  await expect(slash(operators[0]!)).rejects.toThrow('PackNotRejected');
  for (const frame of frames) {
    await messenger.send({
      to: deployments.batchRegistry,
      data: encodeFunctionData({ abi: batchRegistryAbi, functionName: 'post', args: [frame] }),
    });
  }
  await expect(submit(await certify(pack, operators.slice(0, 2)))).rejects.toThrow('ThresholdNotReached');
  await submit(certificate);
  const contract = { address: rollup, abi: rollupAbi } as const;
  const { client } = l1.platform;
  const { nonSignerIds } = decodePackCertificate(certificate);
  expect(nonSignerIds).toEqual([await idOf(operators[3]!)]);
  expect(await client.readContract({ ...contract, functionName: 'packRecord', args: [1n] })).toMatchObject({
    packHash: packHash(pack),
    proposer: messenger.address,
    signatoryRecordHash: signatoryRecord(),
  });
});

it('a challenge that nobody answers voids it, and costs neither messenger nor challenger anything', async () => {
  const game = { address: deployments.disputeGame, abi: challengeManagerAbi } as const;
  const contract = { address: rollup, abi: rollupAbi } as const;
  const { client } = l1.platform;
  const challengeBond = await client.readContract({ ...game, functionName: 'challengeBond' });
  const { receipt } = await challenger.send({
    to: game.address,
    value: challengeBond,
    data: encodeFunctionData({ ...game, functionName: 'challenge', args: [rollup, wrong.pack, BLOCK, 0n] }),
  });
  const [opened] = parseEventLogs({ abi: game.abi, eventName: 'ChallengeOpened', logs: receipt.logs });
  const { challengeId, defenceEnd, claimed } = opened!.args;
  expect(claimed).toBe(keccak256(encodePacked(['uint256', 'bytes32'], [8n, outputRoot(wrong.pack.output)])));
  const resolve = () =>
    stranger.send({
      to: game.address,
      data: encodeFunctionData({ ...game, functionName: 'resolve', args: [challengeId] }),
    });
  await expect(resolve()).rejects.toThrow('NotDecided');
  expect(await isRejected()).toBe(false);

  await l1.anvil.rpc('evm_setNextBlockTimestamp', [Number(defenceEnd) + 1]);
  await l1.mine(1);
  await resolve();
  expect(await isRejected()).toBe(true);
  expect(await client.readContract({ ...contract, functionName: 'packCount' })).toBe(0n);
  expect(await client.readContract({ ...contract, functionName: 'revertEpoch' })).toBe(1n);
  expect(await client.readContract({ ...contract, functionName: 'bondOf', args: [messenger.address] })).toBe(BOND);
  const credit = () => client.readContract({ ...game, functionName: 'creditOf', args: [challenger.address] });
  expect(await credit()).toBe(challengeBond);
  await challenger.send({ to: game.address, data: encodeFunctionData({ ...game, functionName: 'withdraw' }) });
  expect(await credit()).toBe(0n);
  expect(await client.getBalance({ address: game.address })).toBe(0n);
});

it('a stranger then has each signer lose half of what it allocated, once', async () => {
  for (const operator of operators.slice(0, 3)) {
    expect(await stakeOf(operator)).toEqual(WHOLE);
    await slash(operator);
    expect(await stakeOf(operator)).toEqual(HALF);
    await expect(slash(operator)).rejects.toThrow('SlashedAlready');
    expect(await stakeOf(operator)).toEqual(HALF);
  }
});

it('nobody can slash the one who did not sign', async () => {
  const honest = operators[3]!;
  await expect(slash(honest)).rejects.toThrow('DidNotSign');
  // Nor by leaving it out of the list: the record says who is on it.
  await expect(slash(honest, [])).rejects.toThrow('PackNotRejected');
  expect(await stakeOf(honest)).toEqual(WHOLE);
});

function standing(magnitude: bigint, stake: bigint): Awaited<ReturnType<typeof stakeOf>> {
  const [magnitudes, stakes] = [
    [magnitude, magnitude],
    [stake, stake],
  ];
  return { magnitudes, allocated: magnitudes, shares: stakes, withdrawable: stakes, weights: stakes };
}

async function createRollup(): Promise<Address> {
  const params = {
    chainId: 77_010n,
    owner: messenger.address,
    proposer: messenger.address,
    challengePeriod: CHALLENGE_PERIOD,
    maxPackDelay: 600n,
    inboxDelay: 600n,
    expiresAt: 0n,
    currencyMode: 0,
    currencyToken: zeroAddress,
    name: 'Sworn',
    symbol: 'SWRN',
    decimals: 18,
    bond: BOND,
    settlementEscrow: 0n,
    proposerFunds: 0n,
    lockedFunds: 0n,
    genesisOutputRoot: outputRoot(GENESIS),
    rulesHash: keccak256(toHex('rules')),
    stvfHash: keccak256(toHex('stvf')),
    attestation: vital.taskManager,
    validityKey: zeroHash,
    genesisConfig: '0x',
  } as const;
  const data = encodeFunctionData({ abi: rollupFactoryAbi, functionName: 'createRollup', args: [params] });
  const { receipt } = await messenger.send({ to: deployments.factory, data, value: BOND });
  const [created] = parseEventLogs({ abi: rollupFactoryAbi, eventName: 'RollupCreated', logs: receipt.logs });
  return created!.args.rollup;
}

/** Pack 1 of one empty block on the newest L1 block, with any output; the L1 cannot tell which is right. */
async function packOf(claim: Partial<Output>): Promise<{ pack: Pack; frames: Hex[] }> {
  const { number, hash, timestamp } = await l1.platform.client.getBlock();
  const { frames, contentRoot } = encodeContent([{ number: 1n, timestamp, l1OriginNumber: number, transactions: [] }]);
  const output = { ...GENESIS, l1OriginNumber: number, l1OriginHash: hash, ...claim };
  const pack = {
    index: 1n,
    firstBlock: 1n,
    lastBlock: 1n,
    parentOutputRoot: outputRoot(GENESIS),
    contentRoot,
    output,
    outputRoots: [outputRoot(output)],
    frames: frames.map((frame) => keccak256(frame)),
    terminal: false,
  };
  return { pack, frames };
}

/** A certificate of the pack with the stakes of its origin, signed by these of the four operators. */
async function certify(pack: Pack, signers: StakedOperator[]): Promise<Hex> {
  const { client } = l1.platform;
  const bls = await loadBls();
  const referenceBlock = Number(pack.output.l1OriginNumber);
  const statement = { rollup, revertEpoch: 0n, packHash: packHash(pack), referenceBlock };
  const digest = vitalPackDigest(BigInt(l1.anvil.chainId), vital.taskManager, statement);
  const quorumNumbers = vital.quorums.map(({ number }) => number);
  // Everybody is in every quorum, and signs once for each.
  const inEach = <T>(points: T[]): T[] => quorumNumbers.flatMap(() => points);
  const signatures = await Promise.all(signers.map(({ signer }) => signer.sign(digest)));
  const keys = await Promise.all(signers.map(({ signer }) => signer.publicKeys()));
  const silent = operators.filter((operator) => !signers.includes(operator));
  const params = await checkSignaturesParams(
    {
      referenceBlockNumber: referenceBlock,
      quorumNumbers,
      nonSignerIds: await Promise.all(silent.map(idOf)),
      sigma: bls.aggregateG1(inEach(signatures)),
      apkG2: bls.aggregateG2(inEach(keys.map(({ g2 }) => g2))),
    },
    { client, source: vital, reader: new OperatorStateReader(vital, { client }), bls },
  );
  return encodePackCertificate(referenceBlock, params);
}

async function idOf({ signer }: StakedOperator): Promise<Hash> {
  return operatorId((await signer.publicKeys()).g1);
}

async function submit(signed: Hex): Promise<void> {
  const args = [wrong.pack, signed] as const;
  await messenger.send({
    to: rollup,
    data: encodeFunctionData({ abi: rollupAbi, functionName: 'submitPackCertified', args }),
  });
}

/** @param nonSignerIds whom the stranger says not to have signed; default those of the certificate */
async function slash(
  { address }: StakedOperator,
  nonSignerIds: Hash[] = decodePackCertificate(certificate).nonSignerIds,
): Promise<void> {
  const { referenceBlock } = decodePackCertificate(certificate);
  const args = [rollup, 1n, packHash(wrong.pack), referenceBlock, nonSignerIds, address] as const;
  await stranger.send({
    to: vital.taskManager,
    data: encodeFunctionData({ abi: vitalAttestationAbi, functionName: 'slashSigner', args }),
  });
}

/** Hash of what the rollup keeps of who signed. */
function signatoryRecord(): Hash {
  const { referenceBlock, nonSignerIds } = decodePackCertificate(certificate);
  return keccak256(encodePacked(['uint32', 'bytes32[]'], [referenceBlock, nonSignerIds]));
}

function isRejected(): Promise<boolean> {
  return l1.platform.client.readContract({
    address: vital.taskManager,
    abi: vitalAttestationAbi,
    functionName: 'isRejected',
    args: [rollup, 1n, packHash(wrong.pack), signatoryRecord()],
  });
}

/**
 * What the core and VITAL have of an operator: of ETH, which counts in quorum 0, and of ALT, in quorum 1. `withdrawable` is its
 * staker's, `weights` what its next signature counts.
 */
async function stakeOf(operator: StakedOperator) {
  const { address, staker } = operator;
  const { client } = l1.platform;
  const { allocationManager, delegationManager, strategies: all } = l1.restaking;
  const strategies = ['ETH', 'ALT'].map((wanted) => all.find(({ symbol }) => symbol === wanted)!.strategy);
  const allocations = { address: allocationManager, abi: allocationManagerAbi } as const;
  const delegation = { address: delegationManager, abi: delegationManagerAbi } as const;
  const id = await idOf(operator);
  const [magnitudes, allocated, shares, [withdrawable], weights] = await Promise.all([
    Promise.all(
      strategies.map((strategy) =>
        client.readContract({ ...allocations, functionName: 'getMaxMagnitude', args: [address, strategy] }),
      ),
    ),
    Promise.all(
      strategies.map((strategy, quorum) =>
        client.readContract({
          ...allocations,
          functionName: 'getAllocation',
          args: [address, { avs: vital.serviceManager, id: quorum }, strategy],
        }),
      ),
    ),
    client.readContract({ ...delegation, functionName: 'getOperatorShares', args: [address, strategies] }),
    client.readContract({ ...delegation, functionName: 'getWithdrawableShares', args: [staker, strategies] }),
    Promise.all(
      vital.quorums.map(({ number }) =>
        client.readContract({
          address: vital.stakeRegistry,
          abi: stakeRegistryAbi,
          functionName: 'getCurrentStake',
          args: [id, number],
        }),
      ),
    ),
  ]);
  return {
    magnitudes,
    allocated: allocated.map(({ currentMagnitude }) => currentMagnitude),
    shares,
    withdrawable,
    weights,
  };
}
