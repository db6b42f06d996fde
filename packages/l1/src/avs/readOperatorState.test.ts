import { type Bls, loadBls, operatorId } from '@tephra/crypto';
import type { Hash } from '@tephra/protocol';
import { toHex } from 'viem';
import { beforeAll, describe, expect, it } from 'vitest';
import type { L1Client } from '../client.ts';
import { checkSignaturesParams } from './checkSignaturesParams.ts';
import { OperatorStateReader } from './readOperatorState.ts';

const ADDRESS = `0x${'11'.repeat(20)}` as const;
const source = {
  operatorStateRetriever: ADDRESS,
  registryCoordinator: ADDRESS,
  blsApkRegistry: ADDRESS,
  deployedAtBlock: 100n,
};

let bls: Bls;
beforeAll(async () => {
  bls = await loadBls();
});

/** An L1 whose registries list operators; their keys stand in logs of given blocks. */
function fakeL1() {
  const registrations: { block: bigint; key: bigint }[] = [];
  /** Per quorum: key and stake. */
  const quorums: { key: bigint; stake: bigint }[][] = [[], []];
  const ranges: [bigint, bigint][] = [];
  const keysOf = (key: bigint) => bls.publicKeys(bls.secretKey(key));
  const idOf = (key: bigint): Hash => operatorId(keysOf(key).g1);
  const client = {
    readContract: async ({ functionName, args }: { functionName: string; args: unknown[] }) => {
      if (functionName === 'getOperatorState')
        return quorums
          .filter((_, quorum) => String(args[1]).includes(toHex(Uint8Array.of(quorum)).slice(2)))
          .map((members) =>
            members.map(({ key, stake }) => ({ operator: toHex(key, { size: 20 }), operatorId: idOf(key), stake })),
          );
      if (functionName === 'getCheckSignaturesIndices')
        return {
          nonSignerQuorumBitmapIndices: [4],
          quorumApkIndices: [1, 2],
          totalStakeIndices: [3, 3],
          nonSignerStakeIndices: [[5], []],
        };
      throw new Error(functionName);
    },
    getContractEvents: async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
      ranges.push([fromBlock, toBlock]);
      return registrations
        .filter(({ block }) => block >= fromBlock && block <= toBlock)
        .map(({ key }) => ({ args: { pubkeyG1: keysOf(key).g1, pubkeyG2: keysOf(key).g2 } }));
    },
  } as unknown as L1Client;
  return { client, registrations, quorums, ranges, idOf, keysOf };
}

describe('OperatorStateReader', () => {
  it('joins quorums, stakes and keys, and reads logs only for keys that it does not know', async () => {
    const l1 = fakeL1();
    l1.registrations.push({ block: 101n, key: 1n }, { block: 102n, key: 2n });
    l1.quorums[0]!.push({ key: 1n, stake: 10n }, { key: 2n, stake: 20n });
    l1.quorums[1]!.push({ key: 2n, stake: 5n });
    const reader = new OperatorStateReader(source, l1);
    const operators = await reader.operatorsAt([0, 1], 200);
    expect(operators.map((operator) => operator.operatorId)).toEqual([l1.idOf(1n), l1.idOf(2n)].sort());
    expect(operators.find((operator) => operator.operatorId === l1.idOf(1n))).toEqual({
      operatorId: l1.idOf(1n),
      address: toHex(1n, { size: 20 }),
      ...l1.keysOf(1n),
      stakes: [10n, null],
    });
    expect(l1.ranges).toEqual([[100n, 200n]]);
    await reader.operatorsAt([0, 1], 300);
    expect(l1.ranges).toHaveLength(1);
    l1.registrations.push({ block: 250n, key: 3n });
    l1.quorums[0]!.push({ key: 3n, stake: 1n });
    await reader.operatorsAt([0], 300);
    // From a little before where it stopped, and in ranges that nodes accept.
    expect(l1.ranges[1]).toEqual([137n, 300n]);
    l1.registrations.push({ block: 30_000n, key: 4n });
    l1.quorums[0]!.push({ key: 4n, stake: 1n });
    await reader.operatorsAt([0], 30_000);
    expect(l1.ranges.slice(2).every(([from, to]) => to - from < 10_000n)).toBe(true);
    expect(l1.ranges.at(-1)?.[1]).toBe(30_000n);
  });

  it('reads once for callers at the same time', async () => {
    const l1 = fakeL1();
    l1.registrations.push({ block: 101n, key: 1n });
    l1.quorums[0]!.push({ key: 1n, stake: 10n });
    const reader = new OperatorStateReader(source, l1);
    await Promise.all(Array.from({ length: 5 }, () => reader.operatorsAt([0], 200)));
    expect(l1.ranges).toHaveLength(1);
  });

  it('finds a key that a deep reorg put where it had read already', async () => {
    const l1 = fakeL1();
    const reader = new OperatorStateReader(source, l1);
    l1.registrations.push({ block: 5_000n, key: 1n });
    l1.quorums[0]!.push({ key: 1n, stake: 10n });
    await reader.operatorsAt([0], 5_000);
    l1.registrations.push({ block: 110n, key: 2n });
    l1.quorums[0]!.push({ key: 2n, stake: 10n });
    expect(await reader.operatorsAt([0], 5_000)).toHaveLength(2);
  });

  it('says when no log shows a key, and goes on once one does', async () => {
    const l1 = fakeL1();
    l1.quorums[0]!.push({ key: 1n, stake: 10n });
    const reader = new OperatorStateReader(source, l1);
    await expect(reader.operatorsAt([0], 200)).rejects.toMatchObject({ code: 'OPERATOR_KEY_UNKNOWN' });
    l1.registrations.push({ block: 150n, key: 1n });
    expect(await reader.operatorsAt([0], 200)).toHaveLength(1);
  });
});

describe('checkSignaturesParams', () => {
  const signed = (nonSignerIds: Hash[]) => ({
    referenceBlockNumber: 200,
    quorumNumbers: [0, 1],
    nonSignerIds,
    sigma: { X: 1n, Y: 2n },
    apkG2: bls.publicKeys(bls.secretKey(1n)).g2,
  });

  it('sums up the keys of each quorum and names non-signers in the order of the contract', async () => {
    const l1 = fakeL1();
    for (const key of [1n, 2n, 3n]) {
      l1.registrations.push({ block: 101n, key });
      l1.quorums[0]!.push({ key, stake: key });
    }
    l1.quorums[1]!.push({ key: 2n, stake: 1n });
    const reader = new OperatorStateReader(source, l1);
    const params = await checkSignaturesParams(signed([l1.idOf(3n), l1.idOf(1n)].sort().reverse()), {
      client: l1.client,
      source,
      reader,
      bls,
    });
    expect(params.nonSignerPubkeys.map(operatorId)).toEqual([l1.idOf(1n), l1.idOf(3n)].sort());
    expect(params.quorumApks).toEqual([l1.keysOf(6n).g1, l1.keysOf(2n).g1]);
    expect(params).toMatchObject({ quorumApkIndices: [1, 2], nonSignerStakeIndices: [[5], []] });
  });

  it('refuses a non-signer who is no member any more, as after a reorg', async () => {
    const l1 = fakeL1();
    l1.registrations.push({ block: 101n, key: 1n });
    l1.quorums[0]!.push({ key: 1n, stake: 1n });
    const reader = new OperatorStateReader(source, l1);
    const deps = { client: l1.client, source, reader, bls };
    await expect(checkSignaturesParams(signed([l1.idOf(2n)]), deps)).rejects.toMatchObject({
      code: 'OPERATOR_SET_CHANGED',
    });
  });
});
