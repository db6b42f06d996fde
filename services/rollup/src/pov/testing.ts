import { InvalidTransactionError, nodeValidateDeps } from '@tephra/engine';
import type { GenesisConfig, Hex, PovMessage } from '@tephra/protocol';
import { concatHex, getContractAddress, type Hash, pad, size, toHex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { ScriptedL1, TEST_CHAIN_ID, TEST_USERS, testGenesis } from '../producer/testing.ts';
import { type ParentBlock, type SealedBlock, TransitionError } from '../transition/index.ts';
import { BlockLine } from '../transition/testing.ts';
import { type BuiltPov, buildPov } from './buildPov.ts';

export const povDeps = nodeValidateDeps();

/** Init code that returns `runtime`. */
const deploying = (runtime: Hex): Hex =>
  concatHex(['0x61', toHex(size(runtime), { size: 2 }), '0x80600a5f395ff3', runtime]);

/** Contracts that do what proofs must cover; words of calldata are their arguments. */
export const CONTRACTS = {
  /** sstore(word 0, word 1), logs word 0 as a topic over 32 bytes. */
  writer: '0x6020355f35555f3560205fa100',
  /** sstore(number, blockhash(number - word 0)) */
  looker: '0x5f35430340435500',
  /** Calls the precompiled contract in word 0 with what follows; stores hash of the answer + success there. */
  caller: '0x6020360360205f375f5f602036035f5f355afa3d5f5f3e3d5f20015f355500',
  /** CREATE2 (salt word 0) of one that writes a slot and destroys itself, then CREATE of one that stays. */
  maker: '0x66600160025533ff5f525f35600760195ff55f35600101556b60016002555f5f5360015ff35f52600c601434f05000',
  /** selfdestruct(caller) */
  killer: '0x33ff',
  reverter: '0x60016001555f5ffd',
} as const satisfies Record<string, Hex>;
export type ContractName = keyof typeof CONTRACTS;
const NAMES = Object.keys(CONTRACTS) as ContractName[];

export const word = (value: bigint): Hex => pad(toHex(value), { size: 32 });

export type SentTransaction = {
  from?: number;
  to?: Hex | null;
  data?: Hex;
  value?: bigint;
  gas?: bigint;
  type?: 'legacy' | 'eip2930' | 'eip1559' | 'eip7702';
  accessList?: { address: Hex; storageKeys: Hash[] }[];
  /** Of type eip7702: which users are to stand for whom; their nonces are right unless `nonceOffset` says otherwise. */
  authorizations?: { by: number; address: Hex; chainId?: number; nonceOffset?: number }[];
  /** Added to the sender's nonce. */
  nonceOffset?: number;
};

const PRICE = 3_000_000_000n;

/** A chain whose blocks are made one by one and proven afterwards. */
export class ProvenLine {
  readonly l1: ScriptedL1;
  readonly line: BlockLine;
  readonly #parents: ParentBlock[] = [];
  readonly #sealed: SealedBlock[] = [];
  #time = 0n;

  private constructor(l1: ScriptedL1, line: BlockLine) {
    this.l1 = l1;
    this.line = line;
  }

  static async create(overrides: Partial<GenesisConfig> = {}): Promise<ProvenLine> {
    const l1 = new ScriptedL1(2);
    return new ProvenLine(l1, await BlockLine.create(testGenesis(l1, overrides)));
  }

  /** Block 1: has all {@link CONTRACTS}. */
  static async withContracts(overrides: Partial<GenesisConfig> = {}): Promise<ProvenLine> {
    const proven = await ProvenLine.create(overrides);
    await proven.block(NAMES.map((name) => ({ to: null, data: deploying(CONTRACTS[name]), gas: 300_000n })));
    return proven;
  }

  contract(name: ContractName): Hex {
    return getContractAddress({ from: TEST_USERS[0]!.address, nonce: BigInt(NAMES.indexOf(name)) });
  }

  async sign(sent: SentTransaction, nonce: number): Promise<Hex> {
    const { from = 0, to = null, data = '0x', value = 0n, gas = 1_000_000n, type = 'eip1559', accessList } = sent;
    const account = TEST_USERS[from] as PrivateKeyAccount;
    const common = { chainId: Number(TEST_CHAIN_ID), nonce: nonce + (sent.nonceOffset ?? 0), to, data, value, gas };
    if (type === 'legacy') return account.signTransaction({ ...common, type, gasPrice: PRICE });
    if (type === 'eip2930') return account.signTransaction({ ...common, type, gasPrice: PRICE, accessList });
    const fees = { maxFeePerGas: PRICE, maxPriorityFeePerGas: 7n };
    if (type === 'eip1559') return account.signTransaction({ ...common, type, ...fees, accessList });
    const authorizationList = [];
    for (const { by, address, chainId = common.chainId, nonceOffset = 0 } of sent.authorizations ?? []) {
      // The sender's own nonce has been counted up by then.
      const next = (await this.nonceOf(by)) + Number(by === from) + nonceOffset;
      authorizationList.push(
        await (TEST_USERS[by] as PrivateKeyAccount).signAuthorization({ address, chainId, nonce: next }),
      );
    }
    return account.signTransaction({
      ...common,
      to: to ?? account.address,
      type,
      ...fees,
      accessList,
      authorizationList,
    });
  }

  async nonceOf(from: number): Promise<number> {
    const address = TEST_USERS[from]!.address.toLowerCase() as Hex;
    return Number((await this.line.engine.getAccount(address, 'open'))?.nonce ?? 0n);
  }

  /** Seals a block with those of the transactions that can be in it, signed or raw. @param later seconds after its parent */
  async block(transactions: (SentTransaction | Hex)[], later = 0n): Promise<SealedBlock> {
    this.#parents.push(this.line.parent);
    this.#time = this.line.parent.header.timestamp + later;
    const builder = await this.line.begin(this.l1, this.line.parent.mode === 'active' ? this.#time : undefined);
    for (const sent of transactions) {
      const raw = typeof sent === 'string' ? sent : await this.sign(sent, await this.nonceOf(sent.from ?? 0));
      try {
        await builder.execute(this.line.decode(Buffer.from(raw.slice(2), 'hex')));
      } catch (error) {
        if (!(error instanceof InvalidTransactionError || error instanceof TransitionError)) throw error;
      }
    }
    const sealed = await this.line.seal(builder);
    this.#sealed.push(sealed);
    return sealed;
  }

  get count(): number {
    return this.#sealed.length;
  }

  blocks(first: number, last: number): SealedBlock['block'][] {
    return this.#sealed.slice(first - 1, last).map(({ block }) => block);
  }

  /** What block `number` was built upon. */
  parent(number: number): ParentBlock {
    return this.#parents[number - 1]!;
  }

  /** Proof of blocks `first` to `last`, counted from 1. */
  prove(first: number, last: number): BuiltPov {
    const parent = this.parent(first);
    let position = parent.output.inboxPosition;
    const blocks = this.blocks(first, last).map((block) => {
      const messages: PovMessage[] = this.l1.messages(position, block.l1Origin.number);
      position = block.output.inboxPosition;
      return { ...block, messages };
    });
    const { chainId } = this.line.genesis;
    return buildPov({ chainId, rules: this.line.genesis, parent, blocks }, {}, { ...povDeps, store: this.line.store });
  }
}
