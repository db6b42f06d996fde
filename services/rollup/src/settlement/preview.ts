import type { Engine, StateRef } from '@tephra/engine';
import { l2BridgeAbi } from '@tephra/l1';
import { type Address, PREDEPLOYS } from '@tephra/protocol';
import { erc20Abi, zeroAddress } from 'viem';
import type { ChainReader } from '../chain.ts';
import { collectFromLog, EXCLUDED_HOLDERS, noCandidates, tracesOf } from './candidates.ts';
import type { TokenStandard } from './ledger.ts';
import { standardOf, type Traces } from './standardOf.ts';
import { headState, type View, viewer } from './view.ts';

/**
 * What a settlement would look at if the chain were closed now. Holders and tokens are candidates, so they are upper
 * bounds: an account that gave everything away, or a burnt token, is counted until the Settler asks.
 */
export type SettlementPreview = {
  native: { holders: number; total: bigint };
  /** Bridged tokens; `total` is the supply on the layer. */
  erc20: { token: Address; l1Token: Address; holders: number; total: bigint }[];
  bridgedErc721: { token: Address; l1Token: Address; tokens: number }[];
  /** `units` = pairs of id and account. */
  bridgedErc1155: { token: Address; l1Token: Address; units: number }[];
  /** Born on the layer, as are those that follow: minted on an L1 twin. */
  bornErc20: { token: Address; holders: number; total: bigint }[];
  collections: { token: Address; tokens: number }[];
  collections1155: { token: Address; units: number }[];
};

/** Blocks and accounts read before others get their turn: the node makes blocks meanwhile. */
const BLOCKS_AT_ONCE = 50n;
const ACCOUNTS_AT_ONCE = 200;

/** Counts what a settlement would do on a living chain; remembers the logs that it has read. */
export class SettlementPreviewer {
  readonly #chain: ChainReader;
  readonly #engine: Engine;
  readonly #candidates = noCandidates();
  /** Of tokens born on the layer; null for what does not answer as any. */
  readonly #standards = new Map<Address, TokenStandard | null>();
  #read = 0n;
  #running: Promise<SettlementPreview> | undefined;

  constructor(chain: ChainReader, engine: Engine) {
    this.#chain = chain;
    this.#engine = engine;
  }

  /** Callers at the same time share one answer. */
  preview(): Promise<SettlementPreview> {
    this.#running ??= this.#count().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #count(): Promise<SettlementPreview> {
    await this.#readLogs();
    const at = headState(this.#chain);
    const view = viewer(this.#engine, at);
    const preview: SettlementPreview = {
      native: await this.#native(at),
      erc20: [],
      bridgedErc721: [],
      bridgedErc1155: [],
      bornErc20: [],
      collections: [],
      collections1155: [],
    };
    for (const token of this.#candidates.appeared) {
      const traces = tracesOf(this.#candidates, token);
      const answer = await view(PREDEPLOYS.l2Bridge, l2BridgeAbi, 'l1TokenOf', [token]);
      const [l1Token, bridged] = (answer as [Address, boolean] | undefined) ?? [zeroAddress, false];
      if (bridged) await countBridged(preview, { token, l1Token }, traces, view);
      else await countBorn(preview, token, await this.#standardOf(view, token, traces), traces, view);
      await turn();
    }
    return preview;
  }

  async #standardOf(view: View, token: Address, traces: Traces): Promise<TokenStandard | null> {
    let standard = this.#standards.get(token);
    if (standard === undefined) {
      standard = (await standardOf(view, token, traces)) ?? null;
      this.#standards.set(token, standard);
    }
    return standard;
  }

  async #readLogs(): Promise<void> {
    const head = this.#chain.head().number;
    // A rollback of the chain may leave candidates of dropped blocks, which is harmless in an upper bound.
    while (this.#read < head) {
      const number = ++this.#read;
      for (const receipt of this.#chain.blockByNumber(number)?.receipts ?? []) {
        for (const log of receipt.logs) collectFromLog(this.#candidates, log);
      }
      if (number % BLOCKS_AT_ONCE === 0n) await turn();
    }
  }

  async #native(at: StateRef): Promise<SettlementPreview['native']> {
    const native = { holders: 0, total: 0n };
    let read = 0;
    for (const address of this.#chain.accounts()) {
      if (++read % ACCOUNTS_AT_ONCE === 0) await turn();
      if (isExcluded(address)) continue;
      const balance = (await this.#engine.getAccount(address, at))?.balance ?? 0n;
      if (balance === 0n) continue;
      native.holders++;
      native.total += balance;
    }
    return native;
  }
}

async function countBridged(
  preview: SettlementPreview,
  where: { token: Address; l1Token: Address },
  { holders, ids, byId }: Traces,
  view: View,
): Promise<void> {
  if (holders.size > 0) {
    const total = await supplyOf(view, where.token);
    if (total > 0n) preview.erc20.push({ ...where, holders: countHolders(holders), total });
  }
  if (ids.size > 0) preview.bridgedErc721.push({ ...where, tokens: ids.size });
  if (byId.size > 0) preview.bridgedErc1155.push({ ...where, units: countUnits(byId) });
}

async function countBorn(
  preview: SettlementPreview,
  token: Address,
  standard: TokenStandard | null,
  { holders, ids, byId }: Traces,
  view: View,
): Promise<void> {
  if (standard === 'erc721') preview.collections.push({ token, tokens: ids.size });
  if (standard === 'erc1155') preview.collections1155.push({ token, units: countUnits(byId) });
  if (standard === 'erc20') {
    preview.bornErc20.push({ token, holders: countHolders(holders), total: await supplyOf(view, token) });
  }
}

async function supplyOf(view: View, token: Address): Promise<bigint> {
  return ((await view(token, erc20Abi, 'totalSupply', [])) as bigint | undefined) ?? 0n;
}

function countHolders(holders: Iterable<Address>): number {
  return [...holders].filter((account) => account !== zeroAddress && !isExcluded(account)).length;
}

function countUnits(byId: Traces['byId']): number {
  return [...byId.values()].reduce((sum, holders) => sum + countHolders(holders), 0);
}

function isExcluded(account: Address): boolean {
  return EXCLUDED_HOLDERS.has(account.toLowerCase());
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
