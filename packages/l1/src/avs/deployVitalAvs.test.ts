import { createLogger } from '@tephra/core';
import { type VitalBlockStatement, type VitalPackStatement, vitalBlockDigest, vitalPackDigest } from '@tephra/protocol';
import { keccak256, toHex } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { vitalAttestationAbi } from '../generated/abis.ts';
import { deployRestaking } from '../restaking/deployRestaking.ts';
import { EMBEDDED_RESTAKING } from '../restaking/parameters.ts';
import type { RestakingDeployment } from '../restaking/types.ts';
import { TEST_KEYS, TestAnvil } from '../support/testAnvil.ts';
import { deployVitalAvs } from './deployVitalAvs.ts';
import { decodeSigners, encodePackCertificate, encodeSigners } from './vitalCertificate.ts';

const logger = createLogger({ name: 'vital-test', level: 'fatal' });
const FACTORY = `0x${'fa'.repeat(20)}` as const;
const ROLLUP = `0x${'0e'.repeat(20)}` as const;
let anvil: TestAnvil;
let core: RestakingDeployment;
let avs: Awaited<ReturnType<typeof deployVitalAvs>>;

const base = () => ({ rpcUrl: anvil.url, l1ChainId: TestAnvil.chainId, privateKey: TEST_KEYS[0], pollIntervalMs: 20 });
const deploy = () => deployVitalAvs({ ...base(), restaking: core, factory: FACTORY }, { logger });

beforeAll(async () => {
  anvil = await TestAnvil.start();
  core = await deployRestaking({ ...base(), parameters: EMBEDDED_RESTAKING, devTokenHolders: [] }, { logger });
  avs = await deploy();
}, 60_000);
afterAll(() => anvil.stop());

it('deploys once, for the rollups of one factory and with every quorum of slashable stake', async () => {
  const block = await anvil.client.getBlockNumber();
  expect(await deploy()).toEqual(avs);
  expect(await anvil.client.getBlockNumber()).toBe(block);
  const contract = { address: avs.taskManager, abi: vitalAttestationAbi } as const;
  const read = <
    Name extends 'factory' | 'quorumNumbers' | 'thresholdPercentage' | 'serviceManager' | 'maxCertificateAge',
  >(
    functionName: Name,
  ) => anvil.client.readContract({ ...contract, functionName } as never);
  expect(String(await read('factory')).toLowerCase()).toBe(FACTORY);
  expect(await read('quorumNumbers')).toBe('0x0001');
  expect(await read('thresholdPercentage')).toBe(67);
  expect(await read('serviceManager')).toBe(avs.serviceManager);
  expect(await read('maxCertificateAge')).toBe(1_800);
});

it('asks for signatures of the same digests as the node computes', async () => {
  const block: VitalBlockStatement = {
    rollup: ROLLUP,
    revertEpoch: 2n,
    number: 6n,
    blockHash: keccak256('0x01'),
    outputRoot: keccak256('0x02'),
    l1OriginNumber: 9n,
    l1OriginHash: keccak256('0x03'),
    referenceBlock: 9,
  };
  const pack: VitalPackStatement = { rollup: ROLLUP, revertEpoch: 2n, packHash: keccak256('0x04'), referenceBlock: 9 };
  const contract = { address: avs.taskManager, abi: vitalAttestationAbi } as const;
  const chainId = BigInt(TestAnvil.chainId);
  expect(await anvil.client.readContract({ ...contract, functionName: 'blockDigest', args: [block] })).toBe(
    vitalBlockDigest(chainId, avs.taskManager, block),
  );
  expect(
    await anvil.client.readContract({
      ...contract,
      functionName: 'packDigest',
      args: [pack.rollup, pack.revertEpoch, pack.packHash, pack.referenceBlock],
    }),
  ).toBe(vitalPackDigest(chainId, avs.taskManager, pack));
});

it('takes signers to bytes and back', () => {
  const point = { X: 1n, Y: 2n };
  const params = {
    nonSignerQuorumBitmapIndices: [7],
    nonSignerPubkeys: [point],
    quorumApks: [point, point],
    apkG2: { X: [1n, 2n], Y: [3n, 4n] } as { X: [bigint, bigint]; Y: [bigint, bigint] },
    sigma: point,
    quorumApkIndices: [1, 2],
    totalStakeIndices: [3, 4],
    nonSignerStakeIndices: [[5], [6]],
  };
  const decoded = decodeSigners(encodeSigners(params));
  expect(decoded.params).toEqual(params);
  expect(decoded.nonSignerIds).toEqual([
    keccak256(`0x${toHex(1n, { size: 32 }).slice(2)}${toHex(2n, { size: 32 }).slice(2)}`),
  ]);
  expect(encodePackCertificate(9, params)).not.toBe(encodePackCertificate(10, params));
});
