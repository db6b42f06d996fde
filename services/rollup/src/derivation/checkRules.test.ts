import { type GenesisConfig, rulesHash } from '@tephra/protocol';
import { expect, test } from 'vitest';
import { checkRules } from './checkRules.ts';

const rollup = `0x${'12'.repeat(20)}` as const;
const config = {
  chainId: 5n,
  hardfork: 'prague',
  blockGasLimit: 30_000_000n,
  gasless: false,
  minBaseFee: 1n,
  dataFeePerByte: 16n,
} as GenesisConfig;

test('a rollup that was made for the rules of its configuration is taken, another is not', () => {
  expect(() => checkRules(rollup, rulesHash(config), config)).not.toThrow();
  expect(() => checkRules(rollup, rulesHash({ ...config, dataFeePerByte: 0n }), config)).toThrow(
    expect.objectContaining({ code: 'RULES_MISMATCH', hint: expect.stringContaining('Disputes') }),
  );
});
