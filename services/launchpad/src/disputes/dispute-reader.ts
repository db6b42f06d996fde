import type { DisputeDetail, DisputeList, PackDetail, PackList } from '@tephra/api';
import { type Clock, errorMessage } from '@tephra/core';
import type { L1Client } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { LaunchpadError } from '../errors.ts';
import type { Layer } from '../store/layer-store.ts';
import { challengeAnswerOf, challengeDetailOf } from './challenge-view.ts';
import { L1Facts } from './l1-facts.ts';
import { packContentOf } from './pack-content.ts';
import { packAnswerOf } from './pack-view.ts';
import { RecentMap } from './recent-map.ts';
import { type RollupState, RollupView } from './rollup-view.ts';

/** Chains whose events are kept. */
const KEPT_CHAINS = 64;

export type DisputeReaderDeps = { client: L1Client; clock: Clock; batchRegistry: Address };
type Page = { limit: number; cursor?: string | undefined };

/** Packs and disputes of layers as the L1 has them; also of layers that ended, whose contracts stay. */
export class DisputeReader {
  readonly #deps: DisputeReaderDeps;
  readonly #facts: L1Facts;
  readonly #views = new RecentMap<Address, RollupView>(KEPT_CHAINS);

  constructor(deps: DisputeReaderDeps) {
    this.#deps = deps;
    this.#facts = new L1Facts({ client: deps.client });
  }

  /** @throws LaunchpadError UNAVAILABLE */
  async packs(layer: Layer, { block, ...page }: Page & { block?: number | undefined }): Promise<PackList> {
    const state = await this.#read(layer);
    if (state === null) return { ...NOTHING_POSTED, l1Timestamp: await this.#l1Time(), items: [], nextCursor: null };
    const { postings } = state;
    const all = postings
      .filter((each) => block === undefined || (each.firstBlock <= block && each.lastBlock >= block))
      .reverse();
    const { shown, nextCursor } = cut(all, page, (posting) => posting.ordinal);
    const items = await this.#asking(() => Promise.all(shown.map((each) => packAnswerOf(each, state, this.#facts))));
    return { ...nowOf(state), items, nextCursor };
  }

  /** @throws LaunchpadError NOT_FOUND, UNAVAILABLE */
  async pack(layer: Layer, index: number): Promise<PackDetail> {
    const state = await this.#read(layer);
    const postings = state?.postings.filter((each) => Number(each.index) === index).reverse() ?? [];
    const [newest] = postings;
    if (state === null || newest === undefined) {
      throw new LaunchpadError('NOT_FOUND', `Layer ${layer.name} has no pack ${index} on the L1.`, {
        hint: `GET /v1/flashlayer/${layer.id}/packs lists all.`,
      });
    }
    return this.#asking(async () => ({
      ...nowOf(state),
      postings: await Promise.all(postings.map((each) => packAnswerOf(each, state, this.#facts))),
      content: await packContentOf(newest, await this.#facts.transaction(newest.posted), this.#deps),
    }));
  }

  /** @throws LaunchpadError UNAVAILABLE */
  async disputes(layer: Layer, page: Page): Promise<DisputeList> {
    const state = await this.#read(layer);
    const { shown, nextCursor } = cut([...(state?.challenges ?? [])].reverse(), page, ({ id }) => Number(id));
    if (state === null) return { ...(await this.#terms(null)), items: [], nextCursor: null };
    const context = this.#context(state);
    const items = await this.#asking(() => Promise.all(shown.map((each) => challengeAnswerOf(each, context))));
    return { ...(await this.#terms(state)), items, nextCursor };
  }

  /** @throws LaunchpadError NOT_FOUND, UNAVAILABLE */
  async dispute(layer: Layer, challengeId: bigint): Promise<DisputeDetail> {
    const state = await this.#read(layer);
    const challenge = state?.challenges.find(({ id }) => id === challengeId);
    if (!state || !challenge) {
      throw new LaunchpadError('NOT_FOUND', `Layer ${layer.name} has no challenge ${challengeId}.`, {
        hint: `GET /v1/flashlayer/${layer.id}/disputes lists all.`,
      });
    }
    const detail = await this.#asking(() => challengeDetailOf(challenge, this.#context(state)));
    return { ...(await this.#terms(state)), ...detail };
  }

  #context(state: RollupState) {
    const { postings, challenges, terms } = state;
    return { postings, challenges, facts: this.#facts, clockSeconds: terms?.clock ?? 0n };
  }

  async #terms(state: RollupState | null) {
    const terms = state?.terms ?? null;
    return {
      challengeManager: terms?.manager ?? null,
      l1Timestamp: state === null ? await this.#l1Time() : Number(state.head.timestamp),
      challengeBondWei: (terms?.challengeBond ?? 0n).toString(),
      defenceBondWei: (terms?.defenceBond ?? 0n).toString(),
    };
  }

  async #l1Time(): Promise<number> {
    const { timestamp } = await this.#asking(() => this.#deps.client.getBlock());
    return Number(timestamp);
  }

  /** Null while the layer has no contracts. */
  async #read({ rollup, created_at_block: createdAtBlock }: Layer): Promise<RollupState | null> {
    if (rollup === null || createdAtBlock === null) return null;
    let view = this.#views.get(rollup);
    view ??= new RollupView({ rollup, createdAtBlock: BigInt(createdAtBlock) }, this.#deps);
    this.#views.set(rollup, view);
    const found = view;
    return this.#asking(() => found.read());
  }

  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw new LaunchpadError('UNAVAILABLE', `The L1 does not answer: ${errorMessage(error).split('\n')[0]}`, {
        hint: 'Try again in a few seconds.',
        retryable: true,
        cause: error,
      });
    }
  }
}

const NOTHING_POSTED = { finalisedPack: 0, firstContested: null } as const;

function nowOf(state: RollupState): Omit<PackList, 'items' | 'nextCursor'> {
  return {
    l1Timestamp: Number(state.head.timestamp),
    finalisedPack: Number(state.finalisedPack),
    firstContested: state.firstContested === null ? null : Number(state.firstContested),
  };
}

/** One page of a list, newest first; `numberOf` descends and is the cursor. */
function cut<T>(all: readonly T[], { limit, cursor }: Page, numberOf: (each: T) => number) {
  const rest = cursor === undefined ? all : all.filter((each) => numberOf(each) < Number(cursor));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return { shown, nextCursor: rest.length > limit && last !== undefined ? String(numberOf(last)) : null };
}
