import fc from 'fast-check';
import { encodeAbiParameters, keccak256, parseAbiParameters, sha256 } from 'viem';
import { describe, expect, test } from 'vitest';
import { blockContext, EMPTY_REQUESTS_HASH, genesisContext, nextBaseFee, type ParentBlock } from './blockContext.ts';
import { PREDEPLOYS } from './predeploys.ts';
import type { GenesisConfig } from './types.ts';

const hash = (byte: string) => keccak256(`0x${byte}`);
const parent: ParentBlock = {
  hash: hash('09'),
  number: 9n,
  timestamp: 100n,
  gasUsed: 0n,
  gasLimit: 30_000_000n,
  baseFeePerGas: 1_000_000_000n,
  l1OriginNumber: 50n,
  l1OriginHash: hash('50'),
};
const origin = { number: 51n, hash: hash('51'), timestamp: 101n };
const content = { number: 10n, timestamp: 102n, l1OriginNumber: 51n };
const rules = {
  blockGasLimit: 30_000_000n,
  gasless: false,
  minBaseFee: 1n,
  dataFeePerByte: 0n,
  hardfork: 'prague',
} as const;

test('the header follows from parent, origin and what was chosen', () => {
  expect(blockContext(parent, content, origin, rules)).toEqual({
    number: 10n,
    timestamp: 102n,
    gasLimit: 30_000_000n,
    baseFeePerGas: 875_000_000n,
    coinbase: PREDEPLOYS.priorityFeeVault,
    baseFeeRecipient: PREDEPLOYS.baseFeeVault,
    dataFeeRecipient: PREDEPLOYS.dataFeeVault,
    prevRandao: keccak256(encodeAbiParameters(parseAbiParameters('bytes32, uint256'), [origin.hash, 10n])),
    parentBeaconBlockRoot: origin.hash,
    parentHash: parent.hash,
    requestsHash: EMPTY_REQUESTS_HASH,
  });
  expect(blockContext(parent, content, origin, { ...rules, hardfork: 'cancun' })).not.toHaveProperty('requestsHash');
  expect(EMPTY_REQUESTS_HASH).toBe(sha256('0x'));
  expect(blockContext(parent, content, origin, { ...rules, gasless: true }).baseFeePerGas).toBe(0n);
});

test('block 0 has the configuration’s time and origin', () => {
  const config = { ...rules, l1Origin: origin, timestamp: 105n, blockGasLimit: 40_000_000n } as GenesisConfig;
  expect(genesisContext(config)).toMatchObject({
    number: 0n,
    timestamp: 105n,
    gasLimit: 40_000_000n,
    baseFeePerGas: 1_000_000_000n,
  });
  expect(genesisContext({ ...config, minBaseFee: 5_000_000_000n }).baseFeePerGas).toBe(5_000_000_000n);
  expect(genesisContext({ ...config, gasless: true }).baseFeePerGas).toBe(0n);
});

describe('what the producer may not choose', () => {
  test.each([
    ['a number that does not follow', { number: 11n }, {}, 'BLOCK_NUMBER_MISMATCH'],
    ['a time before the parent’s', { timestamp: 99n }, { timestamp: 1n }, 'BLOCK_TIMESTAMP_INVALID'],
    ['a time before the origin’s', { timestamp: 100n }, {}, 'BLOCK_TIMESTAMP_INVALID'],
    ['another origin than is given', { l1OriginNumber: 52n }, {}, 'BLOCK_ORIGIN_INVALID'],
    ['an older origin', { l1OriginNumber: 49n }, { number: 49n }, 'BLOCK_ORIGIN_INVALID'],
    ['the same origin with another hash', { l1OriginNumber: 50n }, { number: 50n }, 'BLOCK_ORIGIN_INVALID'],
  ])('%s', (_, chosen, l1, code) => {
    expect(() => blockContext(parent, { ...content, ...chosen }, { ...origin, ...l1 }, rules)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('in SETTLE mode time stands still while the origin may advance', () => {
    const frozen = { ...rules, frozen: true };
    expect(
      blockContext(parent, { ...content, timestamp: 100n }, { ...origin, timestamp: 5_000n }, frozen).timestamp,
    ).toBe(100n);
    expect(() => blockContext(parent, content, origin, frozen)).toThrow(
      expect.objectContaining({ code: 'BLOCK_TIMESTAMP_INVALID' }),
    );
  });
});

describe('base fee (EIP-1559)', () => {
  test.each([
    ['at the target stays', 15_000_000n, 1_000_000_000n],
    ['empty falls by an eighth', 0n, 875_000_000n],
    ['full rises by an eighth', 30_000_000n, 1_125_000_000n],
    ['half way up', 22_500_000n, 1_062_500_000n],
  ])('%s', (_, gasUsed, expected) => {
    expect(nextBaseFee({ ...parent, gasUsed }, 1n)).toBe(expected);
  });

  test('an empty chain comes to rest at its floor and leaves it when it fills', () => {
    const empty = { gasLimit: 30_000_000n, gasUsed: 0n };
    let baseFeePerGas = 1_000_000_000n;
    for (let block = 0; block < 200; block++) baseFeePerGas = nextBaseFee({ ...empty, baseFeePerGas }, 5_000_000n);
    expect(baseFeePerGas).toBe(5_000_000n);
    expect(nextBaseFee({ ...empty, gasUsed: 30_000_000n, baseFeePerGas }, 5_000_000n)).toBe(5_625_000n);
    expect(
      blockContext({ ...parent, baseFeePerGas: 1_000n }, content, origin, { ...rules, minBaseFee: 990n }).baseFeePerGas,
    ).toBe(990n);
  });

  test('always rises from a crowded block and never falls to zero from above', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 1n << 60n }),
        fc.bigInt({ min: 0n, max: 30_000_000n }),
        fc.bigInt({ min: 0n, max: 1n << 60n }),
        (baseFeePerGas, gasUsed, minBaseFee) => {
          const next = nextBaseFee({ gasLimit: 30_000_000n, gasUsed, baseFeePerGas }, minBaseFee);
          if (gasUsed > 15_000_000n) expect(next).toBeGreaterThan(baseFeePerGas);
          expect(next).toBeGreaterThan(0n);
          expect(next).toBeGreaterThanOrEqual(minBaseFee);
        },
      ),
    );
  });
});
