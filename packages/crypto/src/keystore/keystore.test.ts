import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadBls } from '../bls/bls.ts';
import { operatorId } from '../bls/operatorId.ts';
import { BlsSecretKey } from '../bls/secretKey.ts';
import { parseG1, readBlsKeystore, writeBlsKeystore, writeEip2335BlsKeystore } from './bls.ts';
import { compressG2 } from './compressG2.ts';
import { readEcdsaKeystore, writeEcdsaKeystore } from './ecdsa.ts';
import { decryptEip2335 } from './eip2335.ts';

/** Cheap to open: what is tested is the format. The files of other tools below keep their own cost. */
const FAST = { n: 1024, r: 8, p: 1 };
const PASSWORDS = ['with spaces and / and $HOME', 'quote \' and " and \\', 'pässwörd 🔑 ｆｕｌｌ', ' leading', ''];

/** An operator's key file in the form of the operators' tools, public test data with an empty password. */
const OPERATOR_BLS_FILE = {
  pubKey:
    'E([643552363890320897587044283125191574906281609959531590546948318138132520777,7028377728703212953187883551402495866059211864756496641401904395458852281995])',
  crypto: {
    cipher: 'aes-128-ctr',
    ciphertext: '8221f69293d98ca9d46c52a2747b61755c6bb71f41e951154af3bcbc0daef2b8',
    cipherparams: { iv: 'd8a38c68f3400aeb93084672b6e3ae61' },
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      n: 262144,
      p: 1,
      r: 8,
      salt: 'c41150482e6acfc2f0fcfd68b67f28ef22de8aa3f982048bdaf793c2e3ac3730',
    },
    mac: '879c2831169d9ac70c662ebca90b9f3cd63761d0924bdbbde0a82a306baf44cd',
  },
};

/** Public test data of the same tools: an ECDSA key file and its password. */
const OPERATOR_ECDSA_FILE =
  '{"address":"7dbc809c1ec153d45ffb0c75fb4fded68e34699e","crypto":{"cipher":"aes-128-ctr","ciphertext":"4152a6e1f742b561761813b43520c6a0bf54df2192201ec846a05f7995ee53af","cipherparams":{"iv":"522e00dd72923680cb4bdbf7bfbec063"},"kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":1,"r":8,"salt":"d15d722e4b070bf447904f5ef513530a382d9aab24dcab97a7951db5bec9b6a1"},"mac":"2a69553d8b0ee3fcc127d6e2f521255950a3e95829769baaa0dd0b2383b7b842"},"id":"25c9845e-534f-4318-b0ff-eeeedf28c88d","version":3}';

/** The test vector of EIP-2335 with scrypt. */
const EIP2335_FILE = {
  crypto: {
    kdf: {
      function: 'scrypt',
      params: {
        dklen: 32,
        n: 262144,
        p: 1,
        r: 8,
        salt: 'd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3',
      },
      message: '',
    },
    checksum: {
      function: 'sha256',
      params: {},
      message: 'd2217fe5f3e9a1e34581ef8a78f7c9928e436d36dacc5e846690a5581e8ea484',
    },
    cipher: {
      function: 'aes-128-ctr',
      params: { iv: '264daa3f303d7259501c93d997d84fe6' },
      message: '06ae90d55fe0a6e9c5c3bc5b170827b2e5cce3929ed3f116c2811e6366dfe20f',
    },
  },
  pubkey: '9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae4040902382ae2910c15e2b420d07',
  path: 'm/12381/60/3141592653/589793238',
  uuid: '1d85ae20-35c5-4611-98e8-aa14a633906f',
  version: 4,
};
const EIP2335_PASSWORD = '𝔱𝔢𝔰𝔱𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡🔑';

describe('files of other tools', () => {
  test('an operator’s BLS key file opens', async () => {
    const bls = await loadBls();
    const { g1 } = bls.publicKeys(await readBlsKeystore(JSON.stringify(OPERATOR_BLS_FILE), ''));
    expect(g1).toEqual(parseG1(OPERATOR_BLS_FILE.pubKey));
    expect(operatorId(g1)).toMatch(/^0x[0-9a-f]{64}$/);
  });

  test('an operator’s ECDSA key file opens', async () => {
    expect(await readEcdsaKeystore(OPERATOR_ECDSA_FILE, 'HhzcmbpkHCQpvBlXrvLB')).toMatch(/^0x[0-9a-f]{64}$/);
  });

  test('EIP-2335 with scrypt and with pbkdf2, with the password of its test vectors', async () => {
    const secret = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
    expect(Buffer.from(await decryptEip2335(EIP2335_FILE, EIP2335_PASSWORD)).toString('hex')).toBe(secret);
    const pbkdf2 = structuredClone(EIP2335_FILE) as Record<string, unknown> & typeof EIP2335_FILE;
    Object.assign(pbkdf2.crypto.kdf, {
      function: 'pbkdf2',
      params: { dklen: 32, c: 262144, prf: 'hmac-sha256', salt: EIP2335_FILE.crypto.kdf.params.salt },
    });
    pbkdf2.crypto.checksum.message = '8a9f5d9912ed7e75ea794bc5a89bca5f193721d30868ade6f73043c6ea6febf1';
    pbkdf2.crypto.cipher.message = 'cee03fde2af33149775b7223e7845e4fb2c8ae1792e5f99fe9ecf474cc8c16ad';
    expect(Buffer.from(await decryptEip2335(pbkdf2, EIP2335_PASSWORD)).toString('hex')).toBe(secret);
  });
});

describe('files of our own', () => {
  test('open with their password, whatever stands in it', async () => {
    const bls = await loadBls();
    const key = bls.generateSecretKey();
    for (const password of PASSWORDS) {
      const file = await writeBlsKeystore(key, password, FAST);
      expect(file.pubKey).toMatch(/^E\(\[\d+,\d+\]\)$/);
      expect(BlsSecretKey.reveal(await readBlsKeystore(file, password))).toBe(BlsSecretKey.reveal(key));
      const other = await writeEip2335BlsKeystore(key, password, FAST);
      expect(BlsSecretKey.reveal(await readBlsKeystore(JSON.stringify(other), password))).toBe(
        BlsSecretKey.reveal(key),
      );
    }
  });

  test('hold an ECDSA key under its address', async () => {
    const key = `0x${'00'.repeat(31)}07` as const;
    const file = await writeEcdsaKeystore(key, 'p', FAST);
    expect(file).toMatchObject({ version: 3, address: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await readEcdsaKeystore(JSON.stringify(file), 'p')).toBe(key);
  });

  test('say so when the password is wrong, and repeat neither password nor key', async () => {
    const bls = await loadBls();
    const key = bls.secretKey(987_654_321_987_654_321n);
    for (const file of [
      await writeBlsKeystore(key, 'right', FAST),
      await writeEip2335BlsKeystore(key, 'right', FAST),
    ]) {
      const error: unknown = await readBlsKeystore(file, 'wrong-secret').catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'WRONG_PASSWORD' });
      expect(inspect(error) + JSON.stringify(error)).not.toMatch(/wrong-secret|987654321/);
    }
    const ecdsa = await writeEcdsaKeystore(`0x${'11'.repeat(32)}`, 'right', FAST);
    await expect(readEcdsaKeystore(ecdsa, 'right ')).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
  });

  test('are refused when they name another key than theirs', async () => {
    const bls = await loadBls();
    const [a, b] = [bls.secretKey(5n), bls.secretKey(6n)];
    const file = { ...(await writeBlsKeystore(a, 'p', FAST)), pubKey: (await writeBlsKeystore(b, 'p', FAST)).pubKey };
    await expect(readBlsKeystore(file, 'p')).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
    const other = { ...(await writeEip2335BlsKeystore(a, 'p', FAST)), pubkey: compressG2(bls.publicKeys(b).g2) };
    await expect(readBlsKeystore(other, 'p')).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
    const ecdsa = { ...(await writeEcdsaKeystore(`0x${'11'.repeat(32)}`, 'p', FAST)), address: '00'.repeat(20) };
    await expect(readEcdsaKeystore(ecdsa, 'p')).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
  });
});

describe('files that nobody should open', () => {
  test.each([
    ['no JSON', 'x'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['another curve', JSON.stringify({ ...EIP2335_FILE, curve: 'bls12-381' })],
    ['an ECDSA key', OPERATOR_ECDSA_FILE],
    ['a pubKey of another form', JSON.stringify({ ...OPERATOR_BLS_FILE, crypto: {}, pubKey: 'O' })],
  ])('%s', async (_, source) => {
    await expect(readBlsKeystore(source, '')).rejects.toMatchObject({ code: 'INVALID_KEYSTORE' });
  });

  test.each([
    ['all memory', { n: 2 ** 26 }],
    ['a cost that is no power of two', { n: 1000 }],
    ['a short key', { dklen: 16 }],
    ['no salt', { salt: '' }],
    ['a salt that is no hex', { salt: 'zz' }],
    ['ages', { p: 1e6 }],
  ])('parameters that ask for %s', async (_, change) => {
    const file = structuredClone(OPERATOR_BLS_FILE);
    Object.assign(file.crypto.kdfparams, change);
    await expect(readBlsKeystore(file, '')).rejects.toMatchObject({ code: 'INVALID_KEYSTORE' });
  });
});
