import type { AvsAnswer, OperatorAnswer, OperatorDetail, SlashAnswer, StakerAnswer, StrategyTotals } from '@tephra/api';
import { avsDeploymentAnswer } from '@tephra/api';
import type { Clock } from '@tephra/core';
import type { Database } from '@tephra/db';
import type { AvsDeployment, L1Client } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { getAddress } from 'viem';
import type { IndexedDeployments } from '../follow/contracts.ts';
import type { MetadataStore } from '../metadata/metadata-store.ts';
import { type AvsState, readAvsState } from '../queries/avs-state.ts';
import { type LogRow, latestLogs } from '../queries/logs.ts';
import {
  allocationsOf,
  delegatorCounts,
  delegatorsOf,
  maxMagnitudes,
  operatorPage,
  operatorShares,
  registeredAt,
} from '../queries/operator-state.ts';
import type { RewardsBook } from '../queries/rewards-book.ts';
import { slashCounts, slashesOf } from '../queries/slashes.ts';
import { readStaker } from '../queries/staker-state.ts';
import { StrategyRates, underlyingOf } from '../queries/strategy-rates.ts';

const WAD = 10n ** 18n;
/** Delegators that an answer names. */
const MOST_DELEGATORS = 1_000;

export type IndexViewDeps = {
  db: Database;
  client: L1Client;
  metadata: MetadataStore;
  rewards: RewardsBook;
  /** Newest indexed block, and a number that changes whenever rows do. */
  position: () => { block: number; version: number };
  blockTimeMs: number;
  clock: Clock;
};

/** The index in the words of the API. */
export class IndexView {
  readonly #deployments: IndexedDeployments;
  readonly #deps: IndexViewDeps;
  readonly #rates: StrategyRates;
  readonly #symbols: ReadonlyMap<string, string>;
  #avsStates: { version: number; states: Promise<Map<string, AvsState>> } | undefined;

  constructor(deployments: IndexedDeployments, deps: IndexViewDeps) {
    const { deployment } = deployments;
    const native = deployment.strategies.find(({ kind }) => kind === 'native');
    this.#deployments = deployments;
    this.#deps = deps;
    this.#rates = new StrategyRates(deps.client, {
      strategy: native?.strategy ?? deployment.nativeEthManager,
      manager: deployment.nativeEthManager,
    });
    this.#symbols = new Map(deployment.strategies.map(({ strategy, symbol }) => [strategy.toLowerCase(), symbol]));
  }

  async strategies(): Promise<StrategyTotals[]> {
    const { strategies } = this.#deployments.deployment;
    const rates = await this.#ratesOf(strategies.map(({ strategy }) => strategy.toLowerCase()));
    return strategies.map((strategy) => {
      const rate = rates.get(strategy.strategy.toLowerCase());
      return {
        ...strategy,
        totalShares: String(rate?.totalShares ?? 0n),
        totalUnderlying: String(rate?.totalUnderlying ?? 0n),
        sharesToUnderlying: String(rate?.perShare ?? 0n),
      };
    });
  }

  /** A page in the order of registration; `nextCursor` counts operators. */
  async operators(page: { limit: number; cursor?: string | undefined }) {
    const offset = Number(page.cursor ?? 0);
    const found = await operatorPage(this.#deps.db, { offset, limit: page.limit + 1 });
    const items = await this.#operators(found.slice(0, page.limit));
    return { items, nextCursor: found.length > page.limit ? String(offset + page.limit) : null };
  }

  /** Undefined for who is no operator. */
  async operator(address: Address): Promise<OperatorDetail | undefined> {
    const { db } = this.#deps;
    const operator = address.toLowerCase();
    const since = await registeredAt(db, operator);
    if (!since) return undefined;
    const magnitudes = await maxMagnitudes(db, operator);
    const { block } = this.#deps.position();
    const [[answer], delegators, slashes, allocations] = await Promise.all([
      this.#operators([{ operator, registeredAt: since }]),
      delegatorsOf(db, operator, magnitudes),
      slashesOf(db, [operator]),
      allocationsOf(db, operator, block),
    ]);
    return {
      ...answer!,
      delegators: delegators.slice(0, MOST_DELEGATORS).map(({ staker, since: at, shares }) => ({
        staker: checksummed(staker),
        since: at.toISOString(),
        shares: [...shares].map(([strategy, amount]) => ({ strategy: checksummed(strategy), shares: String(amount) })),
      })),
      slashes: slashes.map((log) => this.#slash(log)),
      allocations: allocations.map(({ avs, operatorSetId, strategy, magnitude, pending }) => ({
        avs: this.#avsName(avs),
        operatorSetId,
        strategy: checksummed(strategy),
        magnitude: String(magnitude),
        maxMagnitude: String(magnitudes.get(strategy) ?? WAD),
        pending: pending && { delta: String(pending.delta), effectBlock: pending.effectBlock },
      })),
    };
  }

  async staker(address: Address): Promise<StakerAnswer> {
    const { db, client, rewards, blockTimeMs, clock } = this.#deps;
    const { deployment } = this.#deployments;
    const { block } = this.#deps.position();
    const [state, earned] = await Promise.all([
      readStaker({ db, client, delegationManager: deployment.delegationManager }, address, block),
      rewards.of(address, block),
    ]);
    const rates = await this.#ratesOf(state.deposits.map(({ strategy }) => strategy.toLowerCase()));
    return {
      address: checksummed(address),
      delegatedTo: state.delegatedTo && checksummed(state.delegatedTo),
      deposits: state.deposits.map(({ strategy, depositShares, withdrawableShares }) => ({
        strategy: checksummed(strategy),
        symbol: this.#symbol(strategy),
        depositShares: String(depositShares),
        withdrawableShares: String(withdrawableShares),
        underlying: String(underlyingOf(withdrawableShares, rates.get(strategy.toLowerCase()))),
      })),
      queuedWithdrawals: state.withdrawals.map(({ root, withdrawal, shares, sharesWhenQueued }) => {
        // The delay must have passed, so the first block is the one after it.
        const completableAtBlock = withdrawal.startBlock + deployment.withdrawalDelayBlocks + 1;
        const waitMs = Math.max(0, completableAtBlock - block) * blockTimeMs;
        return {
          root,
          withdrawal: {
            ...withdrawal,
            nonce: String(withdrawal.nonce),
            strategies: withdrawal.strategies.map(checksummed),
            scaledShares: withdrawal.scaledShares.map(String),
          },
          strategies: withdrawal.strategies.map(checksummed),
          shares: shares.map(String),
          queuedAtBlock: withdrawal.startBlock,
          completableAtBlock,
          completableAt: new Date(clock.now() + waitMs).toISOString(),
          slashedShares: shares.map((now, index) => {
            const before = sharesWhenQueued[index] ?? now;
            return String(before > now ? before - now : 0n);
          }),
        };
      }),
      ...earned,
    };
  }

  async avss(): Promise<AvsAnswer[]> {
    const states = await this.#states();
    const uris = [...states.values()].map(({ metadataUri }) => metadataUri);
    const documents = await this.#deps.metadata.get(uris);
    return this.#deployments.avss.map((avs) => {
      const state = states.get(avs.name)!;
      return { ...avsAnswerOf(avs, state), metadata: documents.get(state.metadataUri) ?? null };
    });
  }

  async #operators(found: readonly { operator: string; registeredAt: Date }[]): Promise<OperatorAnswer[]> {
    const { db, metadata } = this.#deps;
    const operators = found.map(({ operator }) => operator);
    const [shares, counts, slashes, uris, states] = await Promise.all([
      operatorShares(db, operators),
      delegatorCounts(db, operators),
      slashCounts(db, operators),
      latestLogs(db, { source: 'delegation', events: ['OperatorMetadataURIUpdated'], operators }, ['operator']),
      this.#states(),
    ]);
    const uriOf = new Map(uris.map(({ operator, args }) => [operator, String(args.metadataURI)]));
    const [documents, rates] = await Promise.all([
      metadata.get([...uriOf.values()]),
      this.#ratesOf([...shares.values()].flatMap((stakes) => [...stakes.keys()])),
    ]);
    return found.map(({ operator, registeredAt: at }) => {
      const metadataUri = uriOf.get(operator) ?? '';
      const memberships = this.#deployments.avss.flatMap((avs) => {
        const state = states.get(avs.name);
        const member = state?.members.get(operator);
        return state && member ? [{ avs, state, member }] : [];
      });
      return {
        address: checksummed(operator),
        operatorId: memberships.at(-1)?.member.operatorId ?? null,
        metadataUri,
        metadata: documents.get(metadataUri) ?? null,
        registeredAt: at.toISOString(),
        delegatorCount: counts.get(operator) ?? 0,
        stakes: [...(shares.get(operator) ?? [])].map(([strategy, amount]) => ({
          strategy: checksummed(strategy),
          symbol: this.#symbol(strategy),
          shares: String(amount),
          underlying: String(underlyingOf(amount, rates.get(strategy))),
        })),
        registrations: memberships.map(({ avs, state, member }) => ({
          avs: avs.name,
          quorums: member.quorums,
          status: member.registered ? 'registered' : 'deregistered',
          weightPerQuorum: member.quorums.map((quorum) => ({
            quorum,
            weight: String(member.weights.get(quorum) ?? 0n),
            minimum: String(state.minimums.get(quorum) ?? 0n),
          })),
          socket: member.socket,
          allowlisted: state.allowlist.operators.has(operator),
        })),
        slashCount: slashes.get(operator) ?? 0,
      };
    });
  }

  #states(): Promise<Map<string, AvsState>> {
    const { version } = this.#deps.position();
    if (this.#avsStates?.version !== version) {
      const states = Promise.all(
        this.#deployments.avss.map(
          async (avs): Promise<[string, AvsState]> => [avs.name, await readAvsState(this.#deps.db, avs)],
        ),
      ).then((entries) => new Map(entries));
      this.#avsStates = { version, states };
      states.catch(() => {
        this.#avsStates = undefined;
      });
    }
    return this.#avsStates.states;
  }

  #ratesOf(strategies: readonly string[]) {
    return this.#rates.at(this.#deps.position().block, strategies);
  }

  #slash({ args, avs, at, block, transaction_hash: hash }: LogRow): SlashAnswer {
    const wads = args.wadSlashed as string[];
    return {
      avs: this.#avsName(avs ?? ''),
      operatorSetId: Number((args.operatorSet as { id: unknown }).id),
      operator: checksummed(String(args.operator)),
      at: at.toISOString(),
      l1Block: block,
      transactionHash: hash as `0x${string}`,
      description: String(args.description),
      strategies: (args.strategies as string[]).map((strategy, index) => ({
        strategy: checksummed(strategy),
        wadSlashed: wads[index] ?? '0',
      })),
    };
  }

  #avsName(serviceManager: string): string {
    const known = this.#deployments.avss.find((avs) => avs.serviceManager.toLowerCase() === serviceManager);
    return known?.name ?? checksummed(serviceManager);
  }

  /** Strategies that are not of the deployment have no name here. */
  #symbol(strategy: string): string {
    return this.#symbols.get(strategy.toLowerCase()) ?? '';
  }
}

function avsAnswerOf(avs: AvsDeployment, state: AvsState): Omit<AvsAnswer, 'metadata'> {
  const members = [...state.members.values()].filter(({ registered }) => registered);
  const weightsOf = (weights: Map<number, bigint>) =>
    [...weights].map(([quorum, weight]) => ({ quorum, weight: String(weight) })).sort((a, b) => a.quorum - b.quorum);
  const totals = new Map(avs.quorums.map(({ number }) => [number, 0n]));
  for (const { weights } of members) {
    for (const [quorum, weight] of weights) totals.set(quorum, (totals.get(quorum) ?? 0n) + weight);
  }
  const answer = avsDeploymentAnswer(avs);
  return {
    ...answer,
    quorums: answer.quorums.map((quorum) => ({
      ...quorum,
      minimumStake: String(state.minimums.get(quorum.number) ?? quorum.minimumStake),
    })),
    metadataUri: state.metadataUri,
    operators: members.map(({ operator, operatorId, quorums, weights }) => ({
      address: checksummed(operator),
      operatorId,
      quorums,
      weights: weightsOf(weights),
    })),
    totals: weightsOf(totals),
    allowlist: { enabled: state.allowlist.enabled, operators: [...state.allowlist.operators].map(checksummed) },
  };
}

function checksummed(address: string): Address {
  return getAddress(address);
}
