import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import { hexToBytes } from '../bytes.ts';
import { decodeTransaction, decodeUnrecovered } from '../transaction/decode.ts';
import type { SignedDigest } from '../transaction/signature.ts';
import { SenderRecovery } from './senderRecovery.ts';

const CHAIN_ID = 1n;
const KEYS = 150;

async function signed(index: number): Promise<{ signed: SignedDigest; sender: string }> {
  const account = privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, '0')}`);
  const common = { nonce: index, gas: 21_000n, to: account.address, chainId: Number(CHAIN_ID) };
  const raw = hexToBytes(
    await account.signTransaction(
      index % 3 === 0
        ? { ...common, type: 'legacy', gasPrice: 1n }
        : index % 3 === 1
          ? {
              ...common,
              type: 'eip1559',
              maxFeePerGas: 1n,
              data: `0x${'ab'.repeat(index === 148 ? 70_000 : index * 40)}`,
            }
          : { ...common, type: 'eip2930', gasPrice: 1n, accessList: [{ address: account.address, storageKeys: [] }] },
    ),
  );
  const decoded = decodeUnrecovered(raw, { chainId: CHAIN_ID });
  expect(decodeTransaction(raw, { chainId: CHAIN_ID }).sender).toBe(account.address.toLowerCase());
  return { signed: decoded.signed!, sender: account.address.toLowerCase() };
}
const nobody = (): SignedDigest => ({
  digest: new Uint8Array(32).fill(1),
  yParity: 0,
  // No point of the curve has this x.
  signature: new Uint8Array(64).fill(5).fill(0, 0, 31),
});

let recovery: SenderRecovery;
afterEach(() => recovery.stop());

describe.each([0, 1, 3])('sender recovery on %i threads', (threads) => {
  it('finds every sender, and settles in the order of the calls', { timeout: 30_000 }, async () => {
    recovery = new SenderRecovery({ threads });
    const all = await Promise.all(Array.from({ length: KEYS }, (_, i) => signed(i)));
    // The first crowd starts the threads; later ones, and single ones among them, must not overtake.
    for (let round = 0; round < 4; round++) {
      const order: number[] = [];
      const recovered = all.map(async (item, i) => {
        const sender = await recovery.recover(item.signed);
        order.push(i);
        return sender;
      });
      await new Promise((resolve) => setImmediate(resolve));
      const last = recovery.recover(all[7]!.signed).then((sender) => {
        order.push(KEYS);
        return sender;
      });
      expect(await Promise.all(recovered)).toEqual(all.map(({ sender }) => sender));
      expect(await last).toBe(all[7]!.sender);
      expect(order).toEqual(Array.from({ length: KEYS + 1 }, (_, i) => i));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('refuses a signature that nobody made, and only that', async () => {
    recovery = new SenderRecovery({ threads });
    const { signed: good, sender } = await signed(1);
    for (let round = 0; round < 3; round++) {
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => recovery.recover(i === 9 ? nobody() : good)),
      );
      for (const [i, result] of results.entries()) {
        if (i === 9) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'MALFORMED' } });
        else expect(result).toEqual({ status: 'fulfilled', value: sender });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('goes on when its threads are ended in the middle', async () => {
    recovery = new SenderRecovery({ threads });
    const { signed: good, sender } = await signed(2);
    const crowd = () => Promise.all(Array.from({ length: 200 }, () => recovery.recover(good)));
    await crowd();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const given = crowd();
    await new Promise((resolve) => setImmediate(resolve));
    await recovery.stop();
    expect(new Set(await given)).toEqual(new Set([sender]));
    expect(new Set(await crowd())).toEqual(new Set([sender]));
  });
});
