import { bytesToHex, hexToBytes } from '@tephra/engine';
import { STEP_FAMILIES } from '@tephra/l1';
import { codeRegistryAbi, oneStepVerifierAbi } from '@tephra/l1/abis';
import { codeRegistryBytecode, oneStepVerifierBytecode } from '@tephra/l1/bytecode';
import type { Address, Hex } from '@tephra/protocol';
import {
  type Abi,
  type Account,
  BaseError,
  createPublicClient,
  createWalletClient,
  ExecutionRevertedError,
  encodeFunctionData,
  http,
  type PublicClient,
  type WalletClient,
  zeroAddress,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Digest } from '../commit/hash.ts';
import type { ChainEnv, Code } from '../machine/env.ts';
import { FAMILIES, type StepWitness } from '../witness/witness.ts';
import { envOf } from './stepVerifier.ts';

/** What a transaction of the L1 has at most (EIP-7825). */
const CALL_GAS = 1n << 24n;
const POLL_MS = 20;

/** The contracts that check steps, on an L1: deployed, led to by their router, and shown code like in a dispute. */
export class L1Verifier {
  readonly #client: PublicClient;
  readonly #wallet: WalletClient;
  readonly #account: Account;
  readonly #registered = new Set<bigint>();
  #registry: Address = zeroAddress;
  #router: Address = zeroAddress;

  private constructor(rpcUrl: string, privateKey: Hex) {
    const options = { transport: http(rpcUrl), pollingInterval: POLL_MS, cacheTime: 0 };
    this.#client = createPublicClient(options);
    this.#wallet = createWalletClient(options);
    this.#account = privateKeyToAccount(privateKey);
  }

  /** @param privateKey of an account that pays for the deployment of the contracts and for showing code */
  static async create(rpcUrl: string, privateKey: Hex): Promise<L1Verifier> {
    const verifier = new L1Verifier(rpcUrl, privateKey);
    verifier.#registry = await verifier.#deploy(codeRegistryAbi, codeRegistryBytecode, []);
    const families: Address[] = [];
    for (const { bytecode } of STEP_FAMILIES) families.push(await verifier.#deploy([], bytecode, []));
    verifier.#router = await verifier.#deploy(oneStepVerifierAbi, oneStepVerifierBytecode, [families]);
    return verifier;
  }

  /** @returns digest of the state after the step; undefined where the contracts refuse it */
  async step(pre: Digest, { family, bytes, codes }: StepWitness, chain: ChainEnv): Promise<Digest | undefined> {
    for (const code of codes) await this.#register(code);
    const env = { ...envOf(chain), codes: this.#registry, inbox: zeroAddress, origins: zeroAddress } as const;
    try {
      const data = encodeFunctionData({
        abi: oneStepVerifierAbi,
        functionName: 'step',
        args: [env, bytesToHex(pre), true, FAMILIES.indexOf(family), bytesToHex(bytes)],
      });
      const { data: post } = await this.#client.call({ to: this.#router, data, gas: CALL_GAS });
      return hexToBytes(post!);
    } catch (error) {
      const isRevert = error instanceof BaseError && error.walk((e) => e instanceof ExecutionRevertedError) !== null;
      if (!isRevert) throw error;
      return undefined;
    }
  }

  async #register({ hash, bytes }: Code): Promise<void> {
    if (this.#registered.has(hash)) return;
    this.#registered.add(hash);
    await this.#mined(
      this.#wallet.writeContract({
        address: this.#registry,
        abi: codeRegistryAbi,
        functionName: 'register',
        args: [bytesToHex(bytes)],
        account: this.#account,
        chain: null,
      }),
    );
  }

  async #deploy(abi: Abi, bytecode: Hex, args: unknown[]): Promise<Address> {
    const { contractAddress } = await this.#mined(
      this.#wallet.deployContract({ abi, bytecode, args, account: this.#account, chain: null }),
    );
    return contractAddress!;
  }

  async #mined(sent: Promise<Hex>) {
    const receipt = await this.#client.waitForTransactionReceipt({ hash: await sent });
    if (receipt.status !== 'success') throw new Error(`transaction ${receipt.transactionHash} failed on the L1`);
    return receipt;
  }
}
