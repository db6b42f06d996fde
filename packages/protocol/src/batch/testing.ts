import fc from 'fast-check';
import { bytesToHex, type Hex, serializeTransaction } from 'viem';
import { PREDEPLOYS } from '../predeploys.ts';
import { encodeSystemTransaction } from '../systemTransaction.ts';
import type { BlockContent } from '../types.ts';

const hex = (size: { min: number; max: number }) =>
  fc.uint8Array({ minLength: size.min, maxLength: size.max }).map((bytes) => bytesToHex(bytes));
const address = hex({ min: 20, max: 20 });
const word = hex({ min: 32, max: 32 });
/** With leading zeros now and then, which RLP strips. */
const scalar = fc.oneof(
  word,
  hex({ min: 30, max: 30 }).map((tail): Hex => `0x0000${tail.slice(2)}`),
);
const wei = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
const common = {
  nonce: fc.nat(),
  gas: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  to: fc.option(address, { nil: undefined }),
  value: wei,
  data: hex({ min: 0, max: 80 }),
};
const accessList = fc.array(fc.record({ address, storageKeys: fc.array(word, { maxLength: 3 }) }), { maxLength: 3 });
const signature = fc.record({ r: scalar, s: scalar, yParity: fc.constantFrom(0, 1) });
const chainId = fc.integer({ min: 1, max: 2 ** 50 });
const authorizationList = fc.array(
  fc.record({ chainId: fc.nat(), address, nonce: fc.nat(), yParity: fc.constantFrom(0, 1), r: scalar, s: scalar }),
  { maxLength: 3 },
);
const transaction: fc.Arbitrary<Hex> = fc.oneof(
  fc
    .record({ ...common, gasPrice: wei, chainId: fc.option(chainId, { nil: undefined }), signature })
    .map(({ signature: { yParity, ...rest }, ...fields }) =>
      serializeTransaction(
        { type: 'legacy', ...fields },
        {
          ...rest,
          v: fields.chainId === undefined ? 27n + BigInt(yParity) : BigInt(fields.chainId) * 2n + 35n + BigInt(yParity),
        },
      ),
    ),
  fc
    .record({ ...common, gasPrice: wei, chainId, accessList, signature })
    .map(({ signature: s, ...fields }) => serializeTransaction({ type: 'eip2930', ...fields }, s)),
  fc
    .record({ ...common, maxFeePerGas: wei, chainId, accessList, signature })
    .map(({ signature: s, ...fields }) =>
      serializeTransaction({ type: 'eip1559', maxPriorityFeePerGas: fields.maxFeePerGas / 2n, ...fields }, s),
    ),
  fc
    .record({ ...common, to: address, maxFeePerGas: wei, chainId, accessList, authorizationList, signature })
    .map(({ signature: s, ...fields }) =>
      serializeTransaction({ type: 'eip7702', maxPriorityFeePerGas: fields.maxFeePerGas / 3n, ...fields }, s),
    ),
  fc
    .record({
      sourceHash: word,
      value: wei,
      gasLimit: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      data: common.data,
    })
    .map((fields) => encodeSystemTransaction({ from: PREDEPLOYS.system, to: PREDEPLOYS.settler, ...fields })),
  // The codec is total: what the columns cannot hold travels as it is.
  hex({ min: 1, max: 100 }),
);
/** Blocks of transactions of every kind. */
export const anyBlocks: fc.Arbitrary<BlockContent[]> = fc
  .tuple(
    fc.bigInt({ min: 1n, max: 1n << 40n }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.array(transaction, { maxLength: 8 })), { minLength: 1, maxLength: 8 }),
  )
  .map(([first, list]) =>
    list.map(([timestamp, origin, transactions], i) => ({
      number: first + BigInt(i),
      timestamp: BigInt(timestamp),
      l1OriginNumber: BigInt(origin),
      transactions,
    })),
  );

/** Reproducible bytes that do not compress. */
export function noise(length: number, seed = 1): Uint8Array {
  let x = seed;
  return Uint8Array.from({ length }, () => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return x >>> 24;
  });
}
