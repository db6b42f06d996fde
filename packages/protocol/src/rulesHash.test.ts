import { concat, keccak256, toHex } from 'viem';
import { expect, test } from 'vitest';
import { rulesHash } from './rulesHash.ts';

const rules = {
  chainId: 77n,
  hardfork: 'prague',
  blockGasLimit: 30_000_000n,
  gasless: false,
  minBaseFee: 5n,
  dataFeePerByte: 16n,
} as const;

test('the hash of rules is over their six words', () => {
  const words = [1n, 77n, 30_000_000n, 0n, 5n, 16n].map((word) => toHex(word, { size: 32 }));
  expect(rulesHash(rules)).toBe(keccak256(concat(words)));
});

test('every rule is in it', () => {
  const others = [
    { chainId: 78n },
    { hardfork: 'cancun' as const },
    { blockGasLimit: 30_000_001n },
    { gasless: true },
    { minBaseFee: 0n },
    { dataFeePerByte: 17n },
  ];
  const hashes = others.map((change) => rulesHash({ ...rules, ...change }));
  expect(new Set([...hashes, rulesHash(rules)]).size).toBe(others.length + 1);
});
