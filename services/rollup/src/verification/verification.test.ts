import { createLogger } from '@tephra/core';
import { encodeSigners, type NonSignerStakesAndSignature } from '@tephra/l1';
import { type Address, encodeVitalBlock, type Hash, type VitalBlockStatement } from '@tephra/protocol';
import { BaseError, keccak256, RpcRequestError, toHex } from 'viem';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChainReader } from '../chain.ts';
import { CertificateBook } from './certificateBook.ts';
import { Verification } from './verification.ts';

const ROLLUP: Address = `0x${'0a'.repeat(20)}`;
const ATTESTATION: Address = `0x${'0b'.repeat(20)}`;
const hashOf = (text: string): Hash => keccak256(toHex(text));

const statement = (number: bigint, block = `block ${number}`): VitalBlockStatement => ({
  rollup: ROLLUP,
  revertEpoch: 0n,
  number,
  blockHash: hashOf(block),
  outputRoot: hashOf(`output of ${block}`),
  l1OriginNumber: 100n + number,
  l1OriginHash: hashOf(`origin ${number}`),
  referenceBlock: 100 + Number(number),
});
const POINT = { X: 1n, Y: 2n };
const SIGNERS: NonSignerStakesAndSignature = {
  nonSignerQuorumBitmapIndices: [0],
  nonSignerPubkeys: [POINT],
  quorumApks: [POINT],
  apkG2: { X: [1n, 2n], Y: [3n, 4n] },
  sigma: POINT,
  quorumApkIndices: [0],
  totalStakeIndices: [0],
  nonSignerStakeIndices: [[0]],
};

/** A node's chain and an L1 that answers as a test wants. */
class World {
  blocks = new Map<bigint, string>();
  meta = new Map<string, unknown>();
  epoch = 0n;
  asked: bigint[] = [];
  refuses = false;
  wait: Promise<void> = Promise.resolve();
  readonly chain = {
    head: () => ({ number: [...this.blocks.keys()].at(-1) ?? 0n }),
    sealedMode: () => 'active',
    headerByNumber: (number: bigint) => {
      const block = this.blocks.get(number);
      return block === undefined ? undefined : { hash: hashOf(block) };
    },
  } as ChainReader;
  readonly store = {
    readMeta: <T>(key: string) => structuredClone(this.meta.get(key)) as T | undefined,
    writeMeta: (key: string, value: unknown) => void this.meta.set(key, structuredClone(value)),
  };

  constructor() {
    for (let number = 1n; number <= 20n; number++) this.blocks.set(number, `block ${number}`);
  }

  verification(): Verification {
    const client = {
      readContract: async ({ functionName, args }: { functionName: string; args?: [VitalBlockStatement] }) => {
        if (functionName === 'revertEpoch') return this.epoch;
        this.asked.push(args![0].number);
        await this.wait;
        if (this.refuses) {
          const cause = new RpcRequestError({ body: {}, url: '', error: { code: 3, message: 'execution reverted' } });
          throw new BaseError('refused', { cause });
        }
        return [hashOf('record'), { signedStakeForQuorum: [67n, 2n], totalStakeForQuorum: [100n, 3n] }];
      },
    };
    return new Verification(
      { rollup: ROLLUP, attestation: ATTESTATION, povBlocks: 6 },
      {
        chain: this.chain,
        store: this.store,
        client: client as never,
        logger: createLogger({ name: 'verification', level: 'silent' }),
        proposal: () => undefined,
      },
    );
  }
}

let world: World;
let verification: Verification;
const bring = (said: VitalBlockStatement) => verification.accept(encodeVitalBlock(said), encodeSigners(SIGNERS));
beforeEach(() => {
  world = new World();
  verification = world.verification();
});

describe('certificates that are brought to a node', () => {
  it('count once the L1 has confirmed them, for the block and all before it', async () => {
    let told = 0;
    verification.onCertificate(() => told++);
    expect(verification.status()).toMatchObject({ newest: 18n, certified: 0n });
    expect(await bring(statement(6n))).toBe(true);
    expect(told).toBe(1);
    expect(verification.certified).toBe(6n);
    expect(verification.covering(3n)).toMatchObject({
      statement: { number: 6n },
      signedPercentages: [67, 66],
      nonSignerIds: [expect.stringMatching(/^0x[0-9a-f]{64}$/)],
      taskId: `block:${ROLLUP}:0:6:106-${hashOf('origin 6')}`,
    });
    expect(verification.covering(7n)).toBeUndefined();
    // Nothing new, and the L1 is not asked again.
    expect(await bring(statement(6n))).toBe(false);
    expect(world.asked).toEqual([6n]);
    await bring(statement(12n));
    expect(verification.covering(3n)?.statement.number).toBe(6n);
    expect(verification.covering(7n)?.statement.number).toBe(12n);
  });

  it('are refused when they speak of something else, without a question to the L1', async () => {
    await expect(bring(statement(6n, 'another block'))).rejects.toMatchObject({ code: 'CERTIFICATE_FOREIGN' });
    await expect(bring(statement(24n))).rejects.toMatchObject({ code: 'CERTIFICATE_FOREIGN' });
    await expect(bring({ ...statement(6n), rollup: ATTESTATION })).rejects.toMatchObject({
      code: 'CERTIFICATE_FOREIGN',
    });
    await expect(verification.accept('0x1234', '0x')).rejects.toMatchObject({ code: 'CERTIFICATE_MALFORMED' });
    expect(world.asked).toEqual([]);
  });

  it('are refused when the contract refuses them, or packs were voided since', async () => {
    world.refuses = true;
    await expect(bring(statement(6n))).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED' });
    world.refuses = false;
    world.epoch = 1n;
    await expect(bring(statement(6n))).rejects.toMatchObject({ code: 'CERTIFICATE_FOREIGN' });
    expect(verification.certified).toBe(0n);
  });

  it('are checked two at a time: anybody may send them', async () => {
    const gate = Promise.withResolvers<void>();
    world.wait = gate.promise;
    const first = [bring(statement(6n)), bring(statement(12n))];
    await expect(bring(statement(18n))).rejects.toMatchObject({ code: 'CERTIFICATE_BUSY', retryable: true });
    gate.resolve();
    expect(await Promise.all(first)).toEqual([true, true]);
    expect(await bring(statement(18n))).toBe(true);
  });
});

describe('CertificateBook', () => {
  it('survives a restart, and shows nothing of blocks that were rolled back', async () => {
    await bring(statement(6n));
    await bring(statement(12n));
    const again = new CertificateBook(world);
    expect(again.newest).toBe(12n);
    expect(again.covering(1n)?.statement).toEqual(statement(6n));
    world.blocks.set(12n, 'what came instead');
    expect(again.newest).toBe(6n);
    expect(again.covering(7n)).toBeUndefined();
    world.blocks.set(12n, 'block 12');
    expect(again.newest).toBe(12n);
  });

  it('keeps the newest ones only', () => {
    const book = new CertificateBook(world);
    for (let number = 1n; number <= 100n; number++) {
      world.blocks.set(number, `block ${number}`);
      const certificate = { statement: statement(number), attestation: ATTESTATION, taskId: '' };
      expect(book.add({ ...certificate, nonSignerIds: [], signedPercentages: [] })).toBe(true);
    }
    expect(book.covering(1n)?.statement.number).toBe(37n);
    expect(book.newest).toBe(100n);
  });
});
