import { createLogger } from '@tephra/core';
import type { G1Point, Hash } from '@tephra/protocol';
import { FakeClock, type TempDir, tempDir } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SigningJournal } from './journal/signing-journal.ts';
import { SigningDesk } from './signing-desk.ts';

const logger = createLogger({ name: 'desk-test', level: 'silent' });
const digestOf = (byte: number): Hash => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;

let dir: TempDir;
let journal: SigningJournal;
let clock: FakeClock;
/** What left the signer, in order. */
let signed: Hash[];

beforeEach(async () => {
  dir = await tempDir();
  journal = await SigningJournal.open({ directory: dir.path });
  clock = new FakeClock();
  signed = [];
});
afterEach(async () => {
  await journal.close();
  await dir.remove();
});

function desk(sign?: (digest: Hash) => Promise<G1Point>): SigningDesk {
  const signer = {
    publicKeys: () => Promise.reject(new Error('not asked for')),
    sign: async (digest: Hash): Promise<G1Point> => {
      signed.push(digest);
      return sign ? sign(digest) : { X: BigInt(digest), Y: 1n };
    },
  };
  return new SigningDesk({ avs: 'echo' }, { journal, signer, logger, clock });
}

const meta = (createdAtBlock: bigint, ttl = 60_000) => ({
  response: '0xaa' as const,
  createdAtBlock,
  expiresAt: clock.now() + ttl,
});
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'signed',
    (error: { code: string }) => error.code,
  );

describe('SigningDesk', () => {
  it('signs once the journal holds the decision, and the same answer again under its number', async () => {
    const own = desk(async () => {
      expect(journal.find('echo', '1')).toMatchObject({ sequence: 1, digest: digestOf(1) });
      return { X: 1n, Y: 2n };
    });
    own.begin(10n);
    await own.trust(0);
    expect(await own.sign('1', digestOf(1), meta(11n))).toEqual({ sequence: 1, signature: { X: 1n, Y: 2n } });
    expect(await own.sign('1', digestOf(1), meta(11n))).toMatchObject({ sequence: 1 });
    expect(await code(own.sign('1', digestOf(2), meta(11n)))).toBe('CONFLICTING_ANSWER');
    expect(signed).toEqual([digestOf(1), digestOf(1)]);
  });

  it('signs what is younger than the start before anybody answers, and the older once the journal is known to be whole', async () => {
    const own = desk();
    own.begin(10n);
    expect(await code(own.sign('2', digestOf(2), meta(11n)))).toBe('signed');
    const older = own.sign('1', digestOf(1), meta(10n));
    await clock.advance(30_000);
    expect(signed).toEqual([digestOf(2)]);
    expect(own.state).toBe('asking');
    await own.trust(1);
    expect(await older).toMatchObject({ sequence: 2 });
  });

  it('leaves older tasks alone when nobody answers before they expire', async () => {
    const own = desk();
    own.begin(10n);
    const older = code(own.sign('1', digestOf(1), meta(10n, 5_000)));
    await clock.advance(5_000);
    expect(await older).toBe('TASK_EXPIRED');
    expect(signed).toEqual([]);
  });

  it('with a journal that is behind: answers nothing from before this start, for ever, and counts on', async () => {
    const own = desk();
    own.begin(10n);
    const older = code(own.sign('1', digestOf(1), meta(9n)));
    await own.trust(7);
    expect(await older).toBe('TASK_TOO_OLD');
    expect(await own.sign('5', digestOf(5), meta(11n))).toMatchObject({ sequence: 8 });
    // Another start, after which the aggregator has seen nothing that the journal does not hold.
    const next = desk();
    next.begin(20n);
    await next.trust(8);
    expect(await code(next.sign('1', digestOf(1), meta(9n)))).toBe('TASK_TOO_OLD');
    expect(await code(next.sign('4', digestOf(4), meta(12n)))).toBe('signed');
    // What it does hold may be repeated.
    expect(await next.sign('5', digestOf(5), meta(9n))).toMatchObject({ sequence: 8 });
  });

  it('repeats what the journal holds without asking anybody', async () => {
    const first = desk();
    first.begin(10n);
    await first.trust(0);
    await first.sign('1', digestOf(1), meta(10n));
    const second = desk();
    second.begin(30n);
    expect(await second.sign('1', digestOf(1), meta(10n))).toMatchObject({ sequence: 1 });
    expect(await code(second.sign('1', digestOf(9), meta(10n)))).toBe('CONFLICTING_ANSWER');
  });

  it('signs nothing before the head of the L1 is known', async () => {
    const own = desk();
    const early = own.sign('1', digestOf(1), meta(11n));
    await clock.advance(1_000);
    expect(signed).toEqual([]);
    own.begin(10n);
    expect(await early).toMatchObject({ sequence: 1 });
  });

  it('signs nothing after a stop, and lets go of those who wait', async () => {
    const own = desk();
    own.begin(10n);
    const waiting = code(own.sign('1', digestOf(1), meta(10n)));
    own.stop('another process signs');
    expect(await waiting).toBe('SIGNING_STOPPED');
    expect(await code(own.sign('2', digestOf(2), meta(11n)))).toBe('SIGNING_STOPPED');
    expect(own.reason).toBe('another process signs');
    expect(clock.pending).toBe(0);
  });

  it('keeps the decision when the signer fails, so that the answer can only be repeated', async () => {
    let fails = true;
    const own = desk(async () => {
      if (fails) throw new Error('signer away');
      return { X: 1n, Y: 1n };
    });
    own.begin(10n);
    await own.trust(0);
    await expect(own.sign('1', digestOf(1), meta(11n))).rejects.toThrow('signer away');
    fails = false;
    expect(await code(own.sign('1', digestOf(2), meta(11n)))).toBe('CONFLICTING_ANSWER');
    expect(await own.sign('1', digestOf(1), meta(11n))).toMatchObject({ sequence: 1 });
  });
});
