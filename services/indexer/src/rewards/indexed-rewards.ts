import type { Database } from '@tephra/db';
import type { L1Client, RestakingDeployment } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { getAddress, parseAbi } from 'viem';
import { allLogs, type LogRow } from '../queries/logs.ts';
import type { EarnerRewards, RewardsBook } from '../queries/rewards-book.ts';
import { calculateRewards } from './calculate-rewards.ts';
import { EarnerTree } from './earner-tree.ts';
import { readRewardsHistory } from './read-history.ts';

const TOKEN = parseAbi(['function symbol() view returns (string)']);
/** Trees that are kept; a root is asked for until the next one is active. */
const KEPT_TREES = 4;
const NOTHING: EarnerRewards = { rewards: [], rewardsClaim: null };

type PostedRoot = { index: number; root: Hash; end: number; activatedAt: number };

/**
 * Earnings and claims, calculated from the index. Nothing of them is stored: a root names the second up to which it was
 * calculated, and what happened until then gives the same tree again.
 */
export class IndexedRewards implements RewardsBook {
  readonly #deployment: RestakingDeployment;
  readonly #db: Database;
  readonly #client: L1Client;
  readonly #trees = new Map<number, Promise<EarnerTree | undefined>>();
  readonly #symbols: Map<string, Promise<string>>;

  constructor(deployment: RestakingDeployment, deps: { db: Database; client: L1Client }) {
    this.#deployment = deployment;
    this.#db = deps.db;
    this.#client = deps.client;
    this.#symbols = new Map(
      deployment.strategies.flatMap(({ token, symbol }) =>
        token === null ? [] : [[token.toLowerCase(), Promise.resolve(symbol)]],
      ),
    );
  }

  /**
   * Earnings up to second `end`, a multiple of the calculation interval; undefined when nobody earned anything.
   * @param fresh calculates anew, after rows changed
   */
  treeAt(end: number, fresh = false): Promise<EarnerTree | undefined> {
    if (fresh) this.#trees.delete(end);
    let tree = this.#trees.get(end);
    if (!tree) {
      tree = this.#calculate(end);
      tree.catch(() => this.#trees.delete(end));
      this.#trees.set(end, tree);
      const oldest = this.#trees.keys().next().value;
      if (this.#trees.size > KEPT_TREES && oldest !== undefined) this.#trees.delete(oldest);
    }
    return tree;
  }

  async of(earner: Address, block: number): Promise<EarnerRewards> {
    const posted = await this.#claimableRoot(block);
    if (!posted) return NOTHING;
    const id = earner.toLowerCase() as Address;
    // An L1 reorg may have changed rows since the tree was made; a root that still differs was posted by other rules.
    let tree = await this.treeAt(posted.end);
    if (tree?.root !== posted.root) tree = await this.treeAt(posted.end, true);
    if (tree?.root !== posted.root) return NOTHING;
    const claimed = await this.#claimed(id, block);
    const rewards = tree.earnings(id).map(([token, earned]) => {
      const taken = claimed.get(token) ?? 0n;
      return { token, earned, claimed: taken, claimable: earned > taken ? earned - taken : 0n };
    });
    const open = rewards.filter(({ claimable }) => claimable > 0n).map(({ token }) => token);
    return {
      rewards: await Promise.all(
        rewards.map(async (each) => ({
          token: getAddress(each.token),
          symbol: await this.#symbol(each.token),
          earned: String(each.earned),
          claimed: String(each.claimed),
          claimable: String(each.claimable),
        })),
      ),
      rewardsClaim: tree.claim(posted.index, id, open),
    };
  }

  async #calculate(end: number): Promise<EarnerTree | undefined> {
    const history = await readRewardsHistory(this.#db, end);
    const earnings = calculateRewards(history, end, this.#deployment.calculationIntervalSeconds);
    return earnings.size === 0 ? undefined : new EarnerTree(earnings);
  }

  /** The newest root that claims can be made from at an indexed block. */
  async #claimableRoot(block: number): Promise<PostedRoot | undefined> {
    const logs = (await this.#logs(['DistributionRootSubmitted', 'DistributionRootDisabled'])).filter(
      (log) => log.block <= block,
    );
    if (logs.length === 0) return undefined;
    const disabled = new Set(
      logs.filter(({ event }) => event === 'DistributionRootDisabled').map(({ args }) => Number(args.rootIndex)),
    );
    const { timestamp } = await this.#client.getBlock({ blockNumber: BigInt(block) });
    return logs
      .filter(({ event }) => event === 'DistributionRootSubmitted')
      .map(({ args }) => ({
        index: Number(args.rootIndex),
        root: args.root as Hash,
        end: Number(args.rewardsCalculationEndTimestamp),
        activatedAt: Number(args.activatedAt),
      }))
      .findLast(({ index, activatedAt }) => !disabled.has(index) && BigInt(activatedAt) <= timestamp);
  }

  async #claimed(earner: Address, block: number): Promise<Map<string, bigint>> {
    const claimed = new Map<string, bigint>();
    for (const { args, block: at } of await this.#logs(['RewardsClaimed'], earner)) {
      if (at > block) continue;
      const token = String(args.token);
      claimed.set(token, (claimed.get(token) ?? 0n) + BigInt(String(args.claimedAmount)));
    }
    return claimed;
  }

  #logs(events: string[], staker?: string): Promise<LogRow[]> {
    return allLogs(this.#db, { source: 'rewards', events, ...(staker === undefined ? {} : { staker }) });
  }

  /** Empty for a token that does not say. */
  #symbol(token: string): Promise<string> {
    const known = this.#symbols.get(token);
    if (known) return known;
    const asked = this.#client
      .readContract({ address: token as Address, abi: TOKEN, functionName: 'symbol' })
      .catch(() => '');
    this.#symbols.set(token, asked);
    return asked;
  }
}
