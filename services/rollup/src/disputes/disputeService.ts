import { type Clock, errorMessage, type Logger, type Metrics, type Service, systemClock } from '@tephra/core';
import { type L1Client, rollupAbi, type TransactionSender } from '@tephra/l1';
import type { Address, ChainRules, Hash, StepReport } from '@tephra/protocol';
import { isAddressEqual, zeroAddress } from 'viem';
import type { PostedPack } from '../batcher/index.ts';
import type { ChainReader } from '../chain.ts';
import type { ChainStore } from '../store/index.ts';
import { challengeData, withdrawData } from './calls.ts';
import { ChallengeContract, type ChallengeView } from './challengeContract.ts';
import type { Claim, ClaimMind } from './claim.ts';
import { claimInputOf } from './claimInput.ts';
import { ClaimMinds } from './claimMinds.ts';
import { Judge, type ReadPack, type Verdict } from './judge.ts';
import { Player } from './player.ts';
import { envOf } from './verifierEnv.ts';

export type DisputeOptions = {
  chainId: bigint;
  rules: ChainRules;
  rollup: Address;
  createdAtBlock: bigint;
  /** Object to packs that are wrong; needs funds for bonds and gas. */
  challenge: boolean;
  /** Folder of the chain's database. */
  storePath: string;
  pollIntervalMs: number;
};

export type DisputeDeps = {
  client: L1Client;
  sender: Pick<TransactionSender, 'send' | 'address'>;
  packs: { packs(): readonly PostedPack[] };
  chain: ChainReader;
  store: ChainStore;
  logger: Logger;
  clock?: Clock;
  metrics?: Metrics;
};

/** L1 blocks that are read again for challenges: room for a reorganisation. */
const MARGIN = 64n;

/**
 * Challenges of one claim that a node may lose: one for having been away too long. Who loses more is wrong itself, and each costs a
 * bond.
 */
const MAX_LOST = 2;

/** Where disputes about this chain are settled. */
type Court = {
  contract: ChallengeContract;
  inbox: Address;
  bonds: { challenge: bigint; defence: bigint };
  judge: Judge;
  player: Player;
};

/** What is known of a pack that stands on the L1. */
type Judged = { packHash: Hash; verdict: Verdict };

/**
 * Looks at every pack of the chain: objects to wrong ones, defends right ones that somebody objects to, and plays these games.
 * What it has judged it keeps in memory only; all else follows from the contract at each look, so that an end at any moment,
 * moves that were lost and reorganisations of the L1 change nothing but time.
 */
export class DisputeService implements Service {
  readonly #options: DisputeOptions;
  readonly #deps: DisputeDeps;
  readonly #clock: Clock;
  readonly #minds: ClaimMinds;
  readonly #judged = new Map<bigint, Judged>();
  /** Challenges of this chain's packs, by id; those that are decided are not read again. */
  readonly #challenges = new Map<bigint, ChallengeView>();
  /** Of the L1, as soon as it has answered; null where no contract may void packs. */
  #court: Court | null | undefined;
  #scanned: bigint;
  #seen: Hash | undefined;
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: DisputeOptions, deps: DisputeDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#minds = new ClaimMinds(options.storePath);
    this.#scanned = options.createdAtBlock - 1n;
    deps.metrics?.gauge({
      name: 'disputes_open',
      help: 'Challenges of packs of this chain that are not decided',
      collect: () => this.#open().length,
    });
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#loop = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#minds.stop();
    await this.#loop;
  }

  /** What this node thinks of a pack on the L1; null while it has no opinion. */
  opinionOf(index: bigint): { right: boolean; why: string | null } | null {
    const verdict = this.#judged.get(index)?.verdict;
    if (verdict === undefined || verdict.kind === 'unknown') return null;
    return { right: verdict.kind === 'right', why: verdict.kind === 'wrong' ? verdict.why : null };
  }

  /** Challenges of a pack, oldest first. */
  challengesOf(index: bigint): ChallengeView[] {
    return [...this.#challenges.values()].filter(({ packIndex }) => packIndex === index);
  }

  /** The step that a game came to; null while it has not, and for games about other chains. */
  async stepOf(gameId: bigint): Promise<StepReport | null> {
    const court = this.#court ?? null;
    if (court === null) return null;
    const game = await court.contract.game(gameId);
    const challenge = this.#challenges.get(game.challengeId);
    if (challenge === undefined) return null;
    const known = await this.#claimOf(court, challenge);
    if (known === null) return null;
    const number = known.claim.pack.firstBlock + BigInt(known.claim.blockIndex);
    const hashes = this.#deps.chain.blockByNumber(number)?.transactions.map(({ hash }) => hash) ?? [];
    return known.mind.report(game, hashes);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#look();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        this.#deps.logger.warn({ reason: errorMessage(error), failures }, 'looking after disputes failed');
      }
      const pause = Math.min(15_000, this.#options.pollIntervalMs * 2 ** Math.min(failures, 8));
      await this.#clock.sleep(pause, signal).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { client } = this.#deps;
    const head = await client.getBlock();
    if (head.hash === this.#seen) return;
    if (this.#court === undefined) this.#court = await this.#findCourt();
    const court = this.#court;
    if (court === null) return;
    await this.#readChallenges(court, head.number);
    await this.#judgePacks(court);
    if (this.#options.challenge) await this.#objectToWrongPacks(court, head.timestamp);
    await Promise.all(this.#open().map((challenge) => this.#play(court, challenge, head.timestamp)));
    await this.#takeCredit(court);
    this.#seen = head.hash;
  }

  async #findCourt(): Promise<Court | null> {
    const { chainId, rules, rollup } = this.#options;
    const { client, sender, logger, store } = this.#deps;
    const at = { address: rollup, abi: rollupAbi } as const;
    const [manager, inbox, batchRegistry] = await Promise.all([
      client.readContract({ ...at, functionName: 'disputeGame' }),
      client.readContract({ ...at, functionName: 'inbox' }),
      client.readContract({ ...at, functionName: 'batchRegistry' }),
    ]);
    if (manager === zeroAddress) return null;
    const contract = new ChallengeContract(manager, client);
    const [bonds, { codes, origins }] = await Promise.all([contract.bonds(), contract.registries()]);
    const env = envOf({ chainId, rules }, { codes, origins, inbox });
    return {
      contract,
      inbox,
      bonds,
      judge: new Judge({ chainId, rules, inbox, batchRegistry }, { client, store }),
      player: new Player({ defenceBond: bonds.defence }, { contract, client, sender, env, logger }),
    };
  }

  #open(): ChallengeView[] {
    return [...this.#challenges.values()].filter(({ status }) => status === 'open');
  }

  async #readChallenges({ contract }: Court, head: bigint): Promise<void> {
    const from =
      this.#scanned > this.#options.createdAtBlock + MARGIN ? this.#scanned - MARGIN : this.#options.createdAtBlock;
    const ids = await contract.opened(this.#options.rollup, { from, to: head });
    const undecided = this.#open().map(({ id }) => id);
    const fresh = ids.filter((id) => !this.#challenges.has(id));
    for (const id of new Set([...fresh, ...undecided])) {
      const challenge = await contract.challenge(id);
      // A reorganisation of the L1 may have taken it away.
      if (challenge.status === 'none') this.#challenges.delete(id);
      else this.#challenges.set(id, challenge);
    }
    this.#scanned = head;
  }

  /** Each pack once, until it is final; those that fell are forgotten with their place. */
  async #judgePacks({ judge }: Court): Promise<void> {
    const packs = this.#deps.packs.packs();
    const finalized = this.#deps.chain.finalizedNumber();
    let first = packs.length;
    while (first > 0 && packs[first - 1]!.lastBlock > finalized) first--;
    for (const index of this.#judged.keys()) {
      if (index > BigInt(packs.length) || index <= BigInt(first)) this.#judged.delete(index);
    }
    for (const posted of packs.slice(first)) {
      const known = this.#judged.get(posted.index);
      if (known?.packHash === posted.packHash && known.verdict.kind !== 'unknown') continue;
      const verdict = await judge.judge(posted);
      this.#judged.set(posted.index, { packHash: posted.packHash, verdict });
      if (verdict.kind !== 'wrong') continue;
      const { claim, why } = verdict;
      this.#deps.logger.error(
        { pack: posted.index, claim: claim.kind, block: claim.blockIndex, why },
        'a pack on the L1 is wrong',
      );
      // What follows it falls with it.
      return;
    }
  }

  async #objectToWrongPacks({ contract, player, bonds }: Court, now: bigint): Promise<void> {
    for (const [index, { verdict, packHash }] of this.#judged) {
      if (verdict.kind !== 'wrong') continue;
      const posted = this.#deps.packs.packs()[Number(index) - 1];
      const isStanding = posted?.packHash === packHash && now < posted.windowEnd;
      const { claim } = verdict;
      const ours = this.challengesOf(index).filter(
        ({ challenger, kind, blockIndex }) =>
          isAddressEqual(challenger, player.address) && kind === claim.kind && blockIndex === claim.blockIndex,
      );
      const lost = ours.filter(({ status }) => status === 'failed').length;
      if (!isStanding || lost >= MAX_LOST || ours.some(({ status }) => status === 'open')) continue;
      const data = challengeData(this.#options.rollup, claim);
      await this.#deps.sender.send({ to: contract.address, data, value: bonds.challenge });
      this.#deps.logger.warn({ pack: index, claim: claim.kind, block: claim.blockIndex }, 'objected to a pack');
    }
  }

  async #play(court: Court, challenge: ChallengeView, now: bigint): Promise<void> {
    const known = await this.#claimOf(court, challenge);
    if (known === null) return;
    await court.player.play(challenge, now, { mind: known.mind, defend: known.isRight });
  }

  /** What a challenge is about, and what this node knows of it; null where it knows nothing. */
  async #claimOf(
    court: Court,
    challenge: ChallengeView,
  ): Promise<{ claim: Claim; mind: ClaimMind; isRight: boolean } | null> {
    const { kind, packIndex, blockIndex } = challenge;
    const judged = this.#judged.get(packIndex);
    if (judged === undefined || judged.verdict.kind === 'unknown') return null;
    const { read } = judged.verdict;
    const claim: Claim = { kind, pack: read.pack, blockIndex };
    const mind = await this.#mindOf(court, claim, read, judged.packHash);
    if (mind === null) return null;
    return { claim, mind, isRight: isRight(claim, judged.verdict) };
  }

  async #mindOf({ inbox }: Court, claim: Claim, read: ReadPack, packHash: Hash): Promise<ClaimMind | null> {
    if (claim.kind === 'reading') {
      return this.#minds.of(`${packHash}:reading`, { kind: 'reading', pack: claim.pack, frames: read.frames });
    }
    // Blocks behind the first wrong one follow from what this node does not have.
    const parent = this.#deps.store.recordByNumber(claim.pack.firstBlock + BigInt(claim.blockIndex) - 1n);
    const before = claim.blockIndex === 0 ? claim.pack.parentOutputRoot : claim.pack.outputRoots[claim.blockIndex - 1];
    if (parent === undefined || parent.outputRoot !== before) return null;
    const input = await claimInputOf(claim, read, { ...this.#options, inbox }, this.#deps);
    return this.#minds.of(`${packHash}:${claim.blockIndex}`, input);
  }

  async #takeCredit({ contract }: Court): Promise<void> {
    const { sender, logger } = this.#deps;
    const credit = await contract.creditOf(sender.address);
    if (credit === 0n) return;
    await sender.send({ to: contract.address, data: withdrawData() });
    logger.info({ amount: credit }, 'took bonds back from the dispute contract');
  }
}

/** A pack's frames are looked at before its blocks, and these from left to right: what lies before the first fault is right. */
function isRight({ kind, blockIndex }: Claim, verdict: Verdict): boolean {
  if (verdict.kind !== 'wrong') return verdict.kind === 'right';
  if (verdict.claim.kind === 'reading') return false;
  return kind === 'reading' || blockIndex < verdict.claim.blockIndex;
}
