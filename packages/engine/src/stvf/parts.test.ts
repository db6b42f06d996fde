import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Hardfork, hardforkNumber } from '@tephra/protocol';
import fc from 'fast-check';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesToBigInt, bytesToHex, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import { recoverPublicKey } from '../crypto/recover.ts';
import { InvalidTransactionError } from '../errors.ts';
import { decodeRlp, encodeRlp, type RlpItem } from '../rlp.ts';
import { authorityOf } from '../transaction/authorization.ts';
import { decodeTransaction } from '../transaction/decode.ts';
import { floorGas, intrinsicGas } from '../transaction/intrinsicGas.ts';
import { EMPTY_ROOT, Trie } from '../trie/trie.ts';

const ASSEMBLY = fileURLToPath(new URL('../../assembly', import.meta.url));

type Parts = {
  memory: WebAssembly.Memory;
  reset(): void;
  take(size: number): number;
  failureCode(): number;
  openTrie(item: number): void;
  putInTrie(path: number, length: number, data: number, size: number): void;
  removeFromTrie(path: number, length: number): void;
  findInTrie(path: number, length: number): number;
  foundValue(): number;
  trieRoot(): number;
  isCanonicalRlp(at: number, size: number): number;
  decode(raw: number, size: number, chainId: bigint, rules: number): number;
  sender(): number;
  intrinsicGas(): bigint;
  floorGas(): bigint;
  authorizationCount(): number;
  authorizations(): number;
};

const toNibbles = (key: Uint8Array): Uint8Array => Uint8Array.from([...key].flatMap((byte) => [byte >> 4, byte & 15]));

/** Numbers of assembly/transaction.ts for what src/transaction/decode.ts says. */
const DECODE_CODES: Record<string, number> = { MALFORMED: 1, TYPE_UNSUPPORTED: 2, WRONG_CHAIN: 3 };

describe('parts of the program', () => {
  let dir: string | undefined;
  let parts: Parts;
  const store = new Map<string, Uint8Array>();
  let found: Uint8Array;

  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(parts.memory.buffer, at, length).slice();
  const put = (data: Uint8Array): number => {
    const at = parts.take(data.length);
    new Uint8Array(parts.memory.buffer).set(data, at);
    return at;
  };

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'tephra-parts-'));
    const output = path.join(dir, 'parts.wasm');
    const compiler = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');
    const flags = ['-O1', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory'];
    await promisify(execFile)(process.execPath, [compiler, path.join(ASSEMBLY, 'testing.ts'), ...flags, '-o', output]);
    const module = new WebAssembly.Module(readFileSync(output));
    const host: Record<string, WebAssembly.ImportValue> = {
      preimageSize: (hash: number) => {
        const node = store.get(bytesToHex(bytes(hash, 32)));
        found = node ?? found;
        return node?.length ?? -1;
      },
      readPreimage: (out: number) => new Uint8Array(parts.memory.buffer).set(found, out),
      recover: (hash: number, parity: number, signature: number, out: number) => {
        try {
          const key = recoverPublicKey(bytes(hash, 32), parity, bytes(signature, 64));
          new Uint8Array(parts.memory.buffer).set(key, out);
          return 1;
        } catch {
          return 0;
        }
      },
    };
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module: room, name } of WebAssembly.Module.imports(module)) {
      imports[room] ??= {};
      imports[room][name] = host[name] ?? (() => 0);
    }
    parts = new WebAssembly.Instance(module, imports).exports as Parts;
  });
  afterAll(async () => {
    if (dir !== undefined) await rm(dir, { recursive: true });
  });
  beforeEach(() => {
    parts.reset();
    store.clear();
  });

  it('keep tries as the TypeScript does, through any writes, deletions and reopenings', () => {
    // Short keys share long paths and make nodes that stand inside their parents.
    const key = fc.oneof(fc.nat(15), fc.nat(255)).map((n) => Uint8Array.of(n >> 4, n & 15, 0));
    const value = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 3 }),
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.constant(new Uint8Array(300).fill(7)),
    );
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ op: fc.constant('put' as const), key, value }) },
      { weight: 4, arbitrary: fc.record({ op: fc.constant('remove' as const), key }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('reopen' as const) }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('root' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        parts.reset();
        store.clear();
        const write = (hash: Uint8Array, node: Uint8Array) => void store.set(bytesToHex(hash), node);
        const read = (hash: Uint8Array) => store.get(bytesToHex(hash));
        let reference = new Trie(read);
        const sameRoot = (): Uint8Array => {
          const root = reference.commit(write);
          expect(bytesToHex(bytes(parts.trieRoot(), 32))).toBe(bytesToHex(root));
          return root;
        };
        for (const s of steps) {
          if (s.op === 'root') sameRoot();
          else if (s.op === 'reopen') {
            const root = sameRoot();
            reference = new Trie(read, root);
            parts.openTrie(put(Uint8Array.of(0xa0, ...root)));
          } else {
            const nibbles = toNibbles(s.key);
            const at = put(nibbles);
            if (s.op === 'put') {
              reference.put(s.key, s.value);
              parts.putInTrie(at, nibbles.length, put(s.value), s.value.length);
            } else {
              reference.delete(s.key);
              parts.removeFromTrie(at, nibbles.length);
            }
            const size = parts.findInTrie(at, nibbles.length);
            expect(size < 0 ? null : bytes(parts.foundValue(), size)).toEqual(reference.get(s.key));
          }
        }
        sameRoot();
        expect(parts.failureCode()).toBe(0);
      }),
      { numRuns: 400, seed: 31 },
    );
  });

  it('name the root of nothing, and say when a node is missing', () => {
    expect(bytes(parts.trieRoot(), 32)).toEqual(EMPTY_ROOT);
    parts.openTrie(put(Uint8Array.of(0xa0, ...keccak256(Uint8Array.of(1)))));
    expect(parts.findInTrie(put(toNibbles(new Uint8Array(32))), 64)).toBe(-1);
    expect(parts.failureCode()).toBe(2);
  });

  const item: fc.Arbitrary<RlpItem> = fc.letrec<{ item: RlpItem }>((tie) => ({
    item: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.uint8Array({ maxLength: 70 }),
      fc.array(tie('item'), { maxLength: 5 }),
    ),
  })).item;

  it('take the same RLP as the TypeScript', () => {
    const agree = (data: Uint8Array): void => {
      let canonical = true;
      try {
        decodeRlp(data);
      } catch {
        canonical = false;
      }
      expect(Boolean(parts.isCanonicalRlp(put(data), data.length)), bytesToHex(data)).toBe(canonical);
    };
    fc.assert(
      fc.property(item, fc.nat(), fc.nat(255), (value, at, byte) => {
        const encoded = encodeRlp(value);
        agree(encoded);
        const changed = encoded.slice();
        changed[at % changed.length] = byte;
        agree(changed);
        agree(encoded.subarray(0, at % encoded.length));
      }),
      { numRuns: 1_000, seed: 32 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 20 }), agree), { numRuns: 1_000, seed: 33 });
    for (const depth of [63, 64, 65, 66]) {
      let nested: RlpItem = [];
      for (let i = 0; i < depth; i++) nested = [nested];
      agree(encodeRlp(nested));
    }
  });

  it('read transactions as the TypeScript does, and refuse what it refuses, for the same reason', async () => {
    const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
    const accessList = [{ address: account.address, storageKeys: [`0x${'01'.repeat(32)}`] as `0x${string}`[] }];
    const common = { chainId: 77, nonce: 300, gas: 90_000n, value: 5n, data: '0x000102' } as const;
    const signed = await Promise.all([
      account.signTransaction({ ...common, type: 'legacy', gasPrice: 9n, to: account.address }),
      account.signTransaction({ ...common, type: 'legacy', gasPrice: 9n, nonce: 0, chainId: 78 }),
      account.signTransaction({ ...common, type: 'eip2930', gasPrice: 9n, to: account.address, accessList }),
      account.signTransaction({ ...common, type: 'eip1559', maxFeePerGas: 9n, maxPriorityFeePerGas: 1n, accessList }),
    ]);
    const other = privateKeyToAccount(`0x${'43'.repeat(32)}`);
    const authorizationList = await Promise.all([
      other.signAuthorization({ chainId: 0, nonce: 7, address: account.address }),
      account.signAuthorization({ chainId: 1_000_000, nonce: 0, address: `0x${'00'.repeat(20)}` }),
    ]);
    const setCode = { ...common, type: 'eip7702', maxFeePerGas: 9n, maxPriorityFeePerGas: 1n, accessList } as const;
    signed.push(
      await account.signTransaction({ ...setCode, to: account.address, authorizationList }),
      await account.signTransaction({ ...setCode, to: account.address, authorizationList: [] }),
    );
    const system = `0x7e${bytesToHex(
      encodeRlp([
        new Uint8Array(32).fill(1),
        new Uint8Array(20).fill(2),
        new Uint8Array(20).fill(3),
        new Uint8Array(0),
        Uint8Array.of(5),
        Uint8Array.of(0xff, 0xff),
        new Uint8Array(0),
        Uint8Array.of(1, 2, 3),
      ]),
    ).slice(2)}` as const;
    const raws = [...signed, system].map(hexToBytes);
    const agreeBy = (raw: Uint8Array, hardfork: Hardfork): number => {
      const code = parts.decode(put(raw), raw.length, 77n, hardforkNumber(hardfork));
      try {
        const tx = decodeTransaction(raw, { chainId: 77n, hardfork });
        expect(code, bytesToHex(raw)).toBe(0);
        expect(bytesToHex(bytes(parts.sender(), 20))).toBe(tx.sender);
        const { authorizationList = [] } = tx;
        expect(parts.intrinsicGas()).toBe(
          intrinsicGas(tx.data, tx.to === null, tx.accessList, authorizationList.length),
        );
        expect(parts.floorGas()).toBe(floorGas(tx.data, hardfork));
        expect(parts.authorizationCount()).toBe(authorizationList.length);
        const entries = parts.authorizations();
        for (const [i, authorization] of authorizationList.entries()) {
          const entry = bytes(entries + 88 * i, 88);
          const isSigned = entry[80] === 1;
          expect(bytesToBigInt(entry.subarray(0, 32))).toBe(authorization.chainId);
          expect(Buffer.from(entry).readBigUInt64LE(32)).toBe(authorization.nonce);
          expect(bytesToHex(entry.subarray(40, 60))).toBe(authorization.address);
          expect(isSigned ? bytesToHex(entry.subarray(60, 80)) : null).toBe(authorityOf(authorization));
        }
      } catch (error) {
        if (!(error instanceof InvalidTransactionError)) throw error;
        expect(code, bytesToHex(raw)).toBe(DECODE_CODES[error.code]);
      }
      return code;
    };
    const agree = (raw: Uint8Array): number => {
      agreeBy(raw, 'cancun');
      return agreeBy(raw, 'prague');
    };
    expect(raws.map(agree)).toEqual([0, 3, 0, 0, 0, 1, 0]);
    expect(raws.map((raw) => agreeBy(raw, 'cancun'))).toEqual([0, 3, 0, 0, 2, 2, 0]);
    fc.assert(
      fc.property(fc.constantFrom(...raws), fc.nat(), fc.nat(255), fc.nat(4), (raw, at, byte, cut) => {
        const changed = raw.slice();
        changed[at % changed.length] = byte;
        agree(changed);
        agree(raw.subarray(0, raw.length - cut));
      }),
      { numRuns: 3_000, seed: 34 },
    );
    // Fields that are well-formed RLP, but not what a transaction has there.
    fc.assert(
      fc.property(fc.constantFrom(...raws), fc.nat(), item, (raw, index, replacement) => {
        const typed = raw[0]! < 0xc0 ? 1 : 0;
        const fields = decodeRlp(raw.subarray(typed)) as RlpItem[];
        fields[index % (fields.length + 1)] = replacement;
        agree(Uint8Array.of(...raw.subarray(0, typed), ...encodeRlp(fields)));
      }),
      { numRuns: 2_000, seed: 35 },
    );
  });
});
