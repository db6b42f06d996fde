import { expect, it } from 'vitest';
import { affirmationsOf } from './affirmations.ts';

const word = (byte: string) => `0x${byte.repeat(32)}` as const;
const address = (byte: string) => `0x${byte.repeat(20)}` as const;

it('tells who is in the certificate from who affirmed the block after it', () => {
  const signer = (byte: string, verdict: 'signed' | 'missed' | 'wrong') => ({
    operatorId: word(byte),
    operator: address(byte),
    signedAt: null,
    verdict,
  });
  const signers = [signer('aa', 'signed'), signer('bb', 'signed'), signer('cc', 'missed'), signer('dd', 'wrong')];
  expect(affirmationsOf(signers, [word('BB'), word('cc')])).toEqual({
    certified: [address('aa')],
    since: [address('bb')],
  });
});
