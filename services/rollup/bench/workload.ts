import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { bigIntToBytes, encodeRlp, hexToBytes, keccak256 } from '@tephra/engine';
import { demoErc20Bytecode, demoNftBytecode } from '@tephra/l1';
import {
  type Address,
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  keccak256 as hashHex,
  parseAbi,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { TEST_CHAIN_ID } from '../src/producer/testing.ts';
import { merkleProof, merkleTree } from './merkle.ts';

const secp256k1 = createRequire(import.meta.url)('secp256k1/bindings');

export const WORKLOADS = ['transfers', 'erc20', 'mint'] as const;
export type WorkloadKind = (typeof WORKLOADS)[number];

type Sender = { key: Uint8Array; address: Address; nonce: number };
/** Executes a deployment. @returns where the contract is */
type Deploy = (raw: Uint8Array) => Promise<Address>;

/** Signed transactions of one kind, gasless, as a benchmark sends them. */
export class Workload {
  readonly senders: Sender[];
  readonly #kind: WorkloadKind;
  #make: ((i: number) => Uint8Array) | undefined;

  constructor(kind: WorkloadKind, count: number) {
    this.#kind = kind;
    // Everybody mints once.
    this.senders = Array.from({ length: kind === 'mint' ? count : 200 }, () => {
      const key = randomBytes(32);
      return { key, address: privateKeyToAccount(`0x${key.toString('hex')}`).address, nonce: 0 };
    });
  }

  /** Deploys what the transactions need. @param execute takes a transaction that isn't measured */
  async prepare(deploy: Deploy, execute: (raw: Uint8Array) => Promise<unknown>): Promise<void> {
    const { senders } = this;
    const owner = senders[0]!;
    if (this.#kind === 'transfers') {
      this.#make = (i) => sign(senders[i % senders.length]!, recipient(i), 21_000n, 1n, '0x');
    } else if (this.#kind === 'erc20') {
      const abi = parseAbi([
        'constructor(string, string)',
        'function transfer(address to, uint256 amount)',
        'function mint(address to, uint256 amount)',
      ]);
      const deployment = encodeDeployData({ abi, bytecode: demoErc20Bytecode, args: ['Token', 'TKN'] });
      const token = await deploy(sign(owner, null, 5_000_000n, 0n, deployment));
      for (const sender of senders) {
        const data = encodeFunctionData({ abi, functionName: 'mint', args: [sender.address, 10n ** 20n] });
        await execute(sign(owner, token, 200_000n, 0n, data));
      }
      this.#make = (i) => {
        const data = encodeFunctionData({ abi, functionName: 'transfer', args: [recipient(i), 1n] });
        return sign(senders[i % senders.length]!, token, 100_000n, 0n, data);
      };
    } else {
      const tree = merkleTree(
        senders.map(({ address }) => hashHex(hashHex(encodeAbiParameters([{ type: 'address' }], [address])))),
      );
      const abi = parseAbi(['constructor(string, string, string, bytes32, uint96)', 'function mint(bytes32[] proof)']);
      const args = ['Nft', 'NFT', 'https://example.org/', tree.at(-1)![0]!, 500n] as const;
      const nft = await deploy(
        sign(owner, null, 5_000_000n, 0n, encodeDeployData({ abi, bytecode: demoNftBytecode, args })),
      );
      this.#make = (i) => {
        const data = encodeFunctionData({ abi, functionName: 'mint', args: [merkleProof(tree, i)] });
        return sign(senders[i]!, nft, 200_000n, 0n, data);
      };
    }
  }

  /** The next `count` transactions, in the order in which their nonces want it. */
  transactions(count: number): Uint8Array[] {
    return Array.from({ length: count }, (_, i) => this.#make!(i));
  }
}

const recipient = (i: number): Hex => `0x${(0xabc0000000 + (i % 5_000)).toString(16).padStart(40, '0')}`;

function sign(sender: Sender, to: Hex | null, gas: bigint, value: bigint, data: Hex): Uint8Array {
  const fields = [
    bigIntToBytes(TEST_CHAIN_ID),
    bigIntToBytes(BigInt(sender.nonce++)),
    bigIntToBytes(0n),
    bigIntToBytes(0n),
    bigIntToBytes(gas),
    to === null ? new Uint8Array(0) : hexToBytes(to),
    bigIntToBytes(value),
    hexToBytes(data),
    [],
  ];
  const wrap = (payload: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.of(2), payload]);
  const { signature, recid } = secp256k1.ecdsaSign(keccak256(wrap(encodeRlp(fields))), sender.key);
  const strip = (word: Uint8Array): Uint8Array => bigIntToBytes(BigInt(`0x${Buffer.from(word).toString('hex')}`));
  return wrap(
    encodeRlp([
      ...fields,
      bigIntToBytes(BigInt(recid)),
      strip(signature.subarray(0, 32)),
      strip(signature.subarray(32)),
    ]),
  );
}
