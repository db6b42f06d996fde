/**
 * Makes vectors/state-tests-prague.json.gz: cases of what Prague adds, with what both engines give. Ends with the first case
 * in which they differ. The same sources give the same bytes. Run: node packages/engine/bench/vectors.ts
 */
import { deepStrictEqual } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Address, Hex } from '@tephra/protocol';
import { privateKeyToAccount, sign } from 'viem/accounts';
import { bytesToHex } from '../src/bytes.ts';
import { executeCase } from '../src/statetest/runStateTest.ts';
import { stateTestCases } from '../src/statetest/stateTestCase.ts';
import { createStateTestEngine } from '../src/statetest/stateTestEngine.ts';
import { OWNER_KEY, pragueCases, SENDER_KEY, type Sign } from '../src/testing/pragueCases.ts';
import { authorizationDigest } from '../src/transaction/authorization.ts';

const OUTPUT = new URL('../vectors/state-tests-prague.json.gz', import.meta.url);
const addressOf = (key: Hex): Address => privateKeyToAccount(key).address.toLowerCase() as Address;
const hex = (value: bigint): Hex => `0x${value.toString(16)}`;

/** Makes all cases once to learn what is to be signed: signing waits, making them doesn't. */
async function signer(): Promise<Sign> {
  const wanted: Parameters<Sign>[] = [];
  const nothing: Omit<ReturnType<Sign>, 'address'> = { chainId: '0x', nonce: '0x', v: '0x', r: '0x', s: '0x' };
  pragueCases(
    (...request) => {
      wanted.push(request);
      return { ...nothing, address: request[1].address };
    },
    addressOf(SENDER_KEY),
    addressOf(OWNER_KEY),
  );
  const keyOf = (...[key, { chainId, address, nonce }]: Parameters<Sign>) => [key, chainId, address, nonce].join();
  const signed = new Map<string, ReturnType<Sign>>();
  for (const request of wanted) {
    const [privateKey, { chainId, address, nonce }] = request;
    const { digest } = authorizationDigest({ chainId, address, nonce, yParity: 0, r: 1n, s: 1n })!;
    const hash = bytesToHex(digest);
    const { r, s, yParity } = await sign({ hash, privateKey });
    const v = hex(BigInt(yParity!));
    signed.set(keyOf(...request), { chainId: hex(chainId), address, nonce: hex(nonce), v, r, s });
  }
  return (...request) => signed.get(keyOf(...request))!;
}

const engines = (['wasm', 'ethereumjs'] as const).map((name) => createStateTestEngine(name, 'prague'));
const tests = Object.fromEntries(pragueCases(await signer(), addressOf(SENDER_KEY), addressOf(OWNER_KEY)));
for (const [name, test] of Object.entries(tests)) {
  const blank = { indexes: { data: 0, gas: 0, value: 0 }, txbytes: '0x', hash: '0x', logs: '0x' } as const;
  test.post.Prague = [blank];
  const [filled] = stateTestCases({ [name]: test }, 'prague');
  const [ours, theirs] = [await executeCase(filled!, engines[0]!), await executeCase(filled!, engines[1]!)];
  deepStrictEqual(ours, theirs, name);
  const { stateRoot, logsHash, refused } = ours;
  const exception = refused === undefined ? {} : { expectException: refused };
  test.post.Prague = [{ ...blank, hash: stateRoot, logs: logsHash, ...exception }];
}
writeFileSync(OUTPUT, gzipSync(JSON.stringify({ 'prague.json': tests }), { level: 9 }));
console.log(`${Object.keys(tests).length} cases`);
