import { decodeTransaction, hexToBytes, rootReference, type StateReference, stateReferences } from '@tephra/engine';
import { PREDEPLOY_CODE } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { numberToHex } from 'viem';
import { openStore } from '../../producer/openChain.ts';
import { loadParent } from '../../producer/recover.ts';
import { ScriptedL1, signTransfer, TEST_CHAIN_ID, TEST_USERS, testGenesis } from '../../producer/testing.ts';
import { BlockBuilder, type ParentBlock } from '../../transition/index.ts';
import type { ChainStore } from '../chainStore.ts';

/** Init code of a contract that stores the second word of its call data in the slot that the first names. */
const STORER = '0x6007600c60003960076000f3602035600035550000' as const;
const [owner] = TEST_USERS as [(typeof TEST_USERS)[0]];

/** A store whose blocks a test makes one by one, with a contract in it whose slots it sets. */
export class BlockByBlock {
  readonly store: ChainStore;
  readonly #engine: Awaited<ReturnType<typeof openStore>>['engine'];
  readonly #genesis: ReturnType<typeof testGenesis>;
  #parent: ParentBlock;
  #nonce = 0;
  #contract: Address | undefined;

  private constructor(
    opened: Awaited<ReturnType<typeof openStore>>,
    genesis: ReturnType<typeof testGenesis>,
    parent: ParentBlock,
  ) {
    this.store = opened.store;
    this.#engine = opened.engine;
    this.#genesis = genesis;
    this.#parent = parent;
  }

  static async open(dataDir: string): Promise<BlockByBlock> {
    const genesis = testGenesis(new ScriptedL1(2));
    const opened = await openStore({ dataDir, genesis, predeployCode: PREDEPLOY_CODE });
    const parent = await loadParent(opened);
    const chain = new BlockByBlock(opened, genesis, parent);
    const at = { stateRoot: parent.header.stateRoot, context: parent.header };
    chain.#nonce = Number((await opened.engine.getAccount(owner.address, at))?.nonce ?? 0n);
    chain.#contract = opened.store.blockByNumber(1n)?.receipts[0]?.contractAddress ?? undefined;
    return chain;
  }

  /** A block that sets slots of the contract; the first of all deploys it instead. Not necessarily in the database yet. */
  async block(slots: [slot: number, value: number][]): Promise<void> {
    const { header, l1Origin } = this.#parent;
    const start = { number: header.number + 1n, timestamp: header.timestamp + 1n, l1Origin, protocolTransactions: [] };
    const options = { chainId: TEST_CHAIN_ID, rules: this.#genesis };
    // The engine asks the store for what it sealed last.
    await this.store.persisted();
    const builder = await BlockBuilder.begin(options, { engine: this.#engine }, this.#parent, start);
    const execute = async (fields: { to?: Address | undefined; data: Hex }) => {
      const raw = await signTransfer(owner, { nonce: this.#nonce++, gas: 200_000n, ...fields });
      return builder.execute(decodeTransaction(raw, { chainId: TEST_CHAIN_ID }));
    };
    if (this.#contract === undefined) {
      this.#contract = (await execute({ data: STORER })).receipt.contractAddress ?? undefined;
    }
    for (const [slot, value] of slots) {
      const words = [slot, value].map((each) => numberToHex(each, { size: 32 }).slice(2));
      await execute({ to: this.#contract, data: `0x${words.join('')}` });
    }
    const sealed = await builder.seal();
    this.store.append(sealed, '0x');
    this.#parent = sealed.parent;
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await this.store.close();
  }
}

/** State roots from a block to the head. */
export function rootsFrom(store: ChainStore, first: bigint): Uint8Array[] {
  const roots: Uint8Array[] = [];
  for (let number = first; number <= store.head()!.number; number++) {
    roots.push(hexToBytes(store.headerByNumber(number)!.stateRoot));
  }
  return roots;
}

/** Adds the keys (latin1) of everything that a block's state consists of. @throws Error when a part is missing */
export function statePartsOf(store: ChainStore, number: bigint, seen = new Set<string>()): Set<string> {
  const root = rootReference(hexToBytes(store.headerByNumber(number)!.stateRoot));
  const stack: StateReference[] = root === null ? [] : [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const key = Buffer.from(next.key).toString('latin1');
    if (seen.has(key)) continue;
    const bytes = store.get(next.key);
    if (bytes === undefined) throw new Error(`block ${number} lacks ${Buffer.from(next.key).toString('hex')}`);
    seen.add(key);
    if (next.kind !== 'code') stack.push(...stateReferences(Uint8Array.from(bytes), next.kind));
  }
  return seen;
}

/** Of all kept states together. */
export function keptStateParts(store: ChainStore): Set<string> {
  const seen = new Set<string>();
  for (let number = store.stateFrom; number <= store.head()!.number; number++) statePartsOf(store, number, seen);
  return seen;
}
