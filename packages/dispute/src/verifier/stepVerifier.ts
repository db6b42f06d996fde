import { bytesToHex, floorGas, type GenesisAccount, hexToBytes, WasmEngine } from '@tephra/engine';
import { STEP_FAMILIES } from '@tephra/l1';
import { stepAbi } from '@tephra/l1/abis';
import { codeRegistryBytecode, inboxBytecode, originRegistryBytecode } from '@tephra/l1/bytecode';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import type { Digest } from '../commit/hash.ts';
import type { ChainEnv } from '../machine/env.ts';
import { greater } from '../machine/lesser.ts';
import { OPS } from '../machine/step.ts';
import { FAMILIES, type StepWitness } from '../witness/witness.ts';
import { frameSlots, inboxSlots, type L1Facts, originSlots, registrySlots } from './slots.ts';

const ADDRESSES = new Map(FAMILIES.map((family, i) => [family, addressOf(0x57e9_0000 + i)]));
const REGISTRY = addressOf(0xc0de);
const INBOX = addressOf(0x1b0c);
const ORIGINS = addressOf(0x0419);
const CALLER = addressOf(0xca11);
const ZERO_HASH: Hash = `0x${'00'.repeat(32)}`;
/** Far more than a step on the L1 may take: what it takes is what is measured. */
const CALL_GAS = 1n << 34n;
const CONTEXT = {
  number: 1n,
  timestamp: 1n,
  gasLimit: 1n << 40n,
  baseFeePerGas: 0n,
  coinbase: CALLER,
  baseFeeRecipient: CALLER,
  prevRandao: ZERO_HASH,
  parentBeaconBlockRoot: ZERO_HASH,
};

function addressOf(number: number): Address {
  return `0x${number.toString(16).padStart(40, '0')}`;
}

/** The compiled contracts that check steps, run in our own engine. */
export class StepVerifier {
  readonly #engine: WasmEngine;
  readonly #stateRoot: Hash;

  private constructor(engine: WasmEngine, stateRoot: Hash) {
    this.#engine = engine;
    this.#stateRoot = stateRoot;
  }

  /** @param mutant an opcode that the contracts shall not know, to show that tests notice */
  static async create(mutant?: number): Promise<StepVerifier> {
    const nodes = new Map<string, Uint8Array>();
    const engine = new WasmEngine(
      { chainId: 1n, capPrecompiles: false, systemCalls: false },
      { store: { get: (key) => nodes.get(bytesToHex(key)) }, blockHash: () => undefined },
    );
    const empty = await engine.genesis([]);
    const codeOf = async (creation: Hex): Promise<Hex> => {
      const call = { from: CALLER, to: null, data: creation, value: 0n, gas: CALL_GAS, gasPrice: 0n };
      return (await engine.call(call, { stateRoot: empty.stateRoot, context: CONTEXT })).returnData;
    };
    const accounts: GenesisAccount[] = [];
    const place = (address: Address, code: Hex) => void accounts.push({ address, balance: 0n, nonce: 1n, code });
    place(REGISTRY, await codeOf(codeRegistryBytecode));
    place(INBOX, await codeOf(inboxBytecode));
    place(ORIGINS, await codeOf(originRegistryBytecode));
    for (const [i, { bytecode }] of STEP_FAMILIES.entries()) {
      const code = await codeOf(bytecode);
      place(ADDRESSES.get(FAMILIES[i]!)!, mutant === undefined ? code : without(code, mutant));
    }
    const { stateRoot, writes } = await engine.genesis(accounts);
    for (const [key, value] of writes) nodes.set(bytesToHex(key), value);
    return new StepVerifier(engine, stateRoot);
  }

  /**
   * @param chain the chain's rules
   * @param l1 what the L1 knows of its own blocks and of the chain's inbox; nothing unless it is given
   * @returns digest of the state after the step and the gas that it takes in a transaction; undefined where it is refused
   */
  async step(
    pre: Digest,
    witness: StepWitness,
    chain: ChainEnv,
    l1: L1Facts = NOTHING,
  ): Promise<{ post: Digest; gas: bigint } | undefined> {
    const data = encodeFunctionData({
      abi: stepAbi,
      functionName: 'step',
      args: [
        { ...envOf(chain), codes: REGISTRY, inbox: INBOX, origins: ORIGINS },
        bytesToHex(pre),
        bytesToHex(witness.bytes),
      ],
    });
    const call = { from: CALLER, to: ADDRESSES.get(witness.family)!, data, value: 0n, gas: CALL_GAS, gasPrice: 0n };
    const known = {
      [REGISTRY]: { stateDiff: registrySlots(witness.codes) },
      [INBOX]: { stateDiff: inboxSlots(l1) },
      [ORIGINS]: { stateDiff: originSlots(l1) },
      [ADDRESSES.get('reading')!]: { stateDiff: frameSlots(witness.frames ?? []) },
    };
    const outcome = await this.#engine.call(call, { stateRoot: this.#stateRoot, context: CONTEXT }, known);
    if (outcome.status !== 'success') return undefined;
    // EIP-7623: no transaction of the L1 with that calldata takes less.
    const least = floorGas(hexToBytes(data), 'prague');
    return { post: hexToBytes(outcome.returnData), gas: greater(outcome.gasUsed, least) };
  }
}

const NOTHING: L1Facts = { messages: [], origins: new Map() };

/** A chain's rules as steps are told of them, but for the L1's own contracts. */
export const envOf = (chain: ChainEnv) => ({
  fork: chain.fork === 'prague' ? 1n : 0n,
  chainId: chain.chainId,
  blockGasLimit: chain.blockGasLimit,
  gasless: BigInt(chain.gasless),
  minBaseFee: chain.minBaseFee,
  dataFeePerByte: chain.dataFeePerByte,
  capped: BigInt(chain.capped),
});

/** The table of instructions that the contracts have: words taken, words given, constant gas. */
export const opcodeTable = (): string =>
  Array.from({ length: 256 }, (_, opcode) => {
    const op = OPS[opcode];
    if (op === undefined) return 'ff000000';
    const [takes, gives] = [op.takes, op.gives].map((count) => count.toString(16).padStart(2, '0'));
    return `${takes}${gives}${op.gas.toString(16).padStart(4, '0')}`;
  }).join('');

/** Code whose table has an instruction less; contracts that check no instructions have no table. */
function without(code: Hex, opcode: number): Hex {
  const table = opcodeTable();
  const at = code.indexOf(table);
  if (at === -1) return code;
  const row = at + opcode * 8;
  return `${code.slice(0, row)}ff000000${code.slice(row + 8)}` as Hex;
}
