import { validityRegistryAbi, validityVerifierAbi } from '@tephra/l1/abis';
import { validityRegistryBytecode } from '@tephra/l1/bytecode';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil, type TempDir, tempDir } from '@tephra/testing';
import { createPublicClient, createWalletClient, http, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeGroth16Proof, groth16Key, publicInputsOf } from './groth16.ts';
import { PronicCircuit } from './testing/pronicCircuit.ts';

const ROOT = (1n << 127n) - 1n;
/** Its halves are ROOT and ROOT - 1. */
const TRUE_STATEMENT = toHex((ROOT << 128n) | (ROOT - 1n), { size: 32 });

let dir: TempDir;
let anvil: Anvil;
let circuit: PronicCircuit;
let verify: (statement: Hash, proof: Hex) => Promise<boolean>;

beforeAll(async () => {
  dir = await tempDir();
  anvil = await startAnvil();
  circuit = await PronicCircuit.create(dir.path);
  const chain = { transport: http(anvil.rpcUrl) };
  const reader = createPublicClient(chain);
  const account = privateKeyToAccount(ANVIL_KEYS[0]);
  const writer = createWalletClient({ ...chain, account });
  const mined = async (hash: Promise<Hash>) => reader.waitForTransactionReceipt({ hash: await hash });
  const { contractAddress } = await mined(
    writer.deployContract({ abi: validityRegistryAbi, bytecode: validityRegistryBytecode, chain: null }),
  );
  const registry = { address: contractAddress as Address, abi: validityRegistryAbi };
  const args = [groth16Key(circuit.key)] as const;
  const { result: keyHash } = await reader.simulateContract({ ...registry, functionName: 'register', args, account });
  await mined(writer.writeContract({ ...registry, functionName: 'register', args, chain: null }));
  const verifier = await reader.readContract({ ...registry, functionName: 'verifierOf', args: [keyHash] });
  verify = (statement, proof) =>
    reader.readContract({
      address: verifier,
      abi: validityVerifierAbi,
      functionName: 'verify',
      args: [statement, proof],
    });
}, 120_000);
afterAll(async () => {
  await PronicCircuit.stop();
  await anvil.stop();
  await dir.remove();
});

describe('Groth16Verifier', () => {
  it('takes a proof that snarkjs made, for its statement alone', { timeout: 60_000 }, async () => {
    const proof = encodeGroth16Proof(await circuit.prove(publicInputsOf(TRUE_STATEMENT), ROOT));
    expect(await verify(TRUE_STATEMENT, proof)).toBe(true);
    const other = toHex(BigInt(TRUE_STATEMENT) ^ 1n, { size: 32 });
    expect(await verify(other, proof)).toBe(false);
    for (const byte of [0, 40, 70, 130, 170, 255]) {
      const bytes = Buffer.from(proof.slice(2), 'hex');
      bytes[byte]! ^= 1;
      expect(await verify(TRUE_STATEMENT, toHex(bytes)).catch(() => false), `byte ${byte}`).toBe(false);
    }
    expect(await verify(TRUE_STATEMENT, `${proof}00`)).toBe(false);
    expect(await verify(TRUE_STATEMENT, '0x')).toBe(false);
  });

  it('has no proof of a false statement', async () => {
    await expect(circuit.prove([3n, 5n], 4n)).rejects.toThrow(/Assert Failed/);
  });
});
