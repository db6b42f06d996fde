import { type Clock, type Logger, systemClock, TephraError } from '@tephra/core';
import { LIES } from '@tephra/dispute/drill';
import { bridgeAbi, challengeManagerAbi, createL1Client, rollupAbi } from '@tephra/l1';
import type { Hash, Hex } from '@tephra/protocol';
import { encodeFunctionData, parseEther, parseEventLogs } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { type DisposableLayer, disposableLayer, PARTIES } from './disposableLayer.ts';
import { type DrillKind, LyingDefender, type LyingPack, lyingPack, postPack } from './liar.ts';

export const DRILL_KINDS: readonly DrillKind[] = [...LIES, 'wrong-frame'];

/** Something that happened on the L1, in the order in which it did. */
export type DrillEvent = { seconds: number; text: string; l1TransactionHash: Hash | null };

export type DrillResult = {
  kind: DrillKind;
  /** Whether the lie fell. */
  reverted: boolean;
  block: bigint;
  /** From the lie on the L1 to the objection, and to its fall. */
  detectedSeconds: number;
  fellSeconds: number;
  moves: number;
  gasOfMoves: bigint;
  slashedWei: bigint;
  /** The step that the liar could not prove, as the honest node sees it; null where the liar never came so far. */
  step: unknown;
  events: DrillEvent[];
};

/**
 * - NOTHING_TO_LIE: no block of the layer gave anything to lie about.
 * - TOO_LONG: the dispute did not end.
 */
export class DrillError extends TephraError<'NOTHING_TO_LIE' | 'TOO_LONG'> {}

const LIMIT_MS = 300_000;

/** A proposer lies once, on a layer and an L1 of its own; an honest node finds out and wins. */
export async function fraudDrill(
  kind: DrillKind,
  deps: {
    logger: Logger;
    signal: AbortSignal;
    onEvent: (event: DrillEvent) => void;
    clock?: Clock;
    /** How often the L1 makes a block; default a second. */
    l1BlockMs?: number;
  },
): Promise<DrillResult> {
  const clock = deps.clock ?? systemClock;
  const started = clock.now();
  const events: DrillEvent[] = [];
  const tell = (text: string, l1TransactionHash: Hash | null = null): void => {
    const event = { seconds: Math.round((clock.now() - started) / 100) / 10, text, l1TransactionHash };
    events.push(event);
    deps.onEvent(event);
  };
  const lie = async (layer: DisposableLayer): Promise<DrillResult> => {
    tell('a layer runs on an L1 of its own, with an honest node');
    const lying = await findLie(layer, kind, { ...deps, clock });
    const { pack, mind } = lying;
    const hash = await postPack(layer, lying);
    const posted = clock.now();
    tell(`the proposer posts blocks 1 to ${pack.lastBlock} and lies: ${kind}`, hash);
    const liar = new LyingDefender(layer, mind, { logger: deps.logger, clock });
    liar.start();
    try {
      const watched = await watch(layer, tell, { ...deps, clock, posted });
      return { kind, block: pack.lastBlock, ...watched, events };
    } finally {
      await liar.stop();
    }
  };
  await using layer = await disposableLayer(deps.logger, deps.l1BlockMs);
  return await lie(layer);
}

/** Gives the layer something to lie about, and waits until it is on a block. */
async function findLie(
  layer: DisposableLayer,
  kind: DrillKind,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<LyingPack> {
  await useLayer(layer, kind);
  const end = clock.now() + 60_000;
  while (clock.now() < end) {
    signal.throwIfAborted();
    const lying = await lyingPack(layer, kind);
    if (lying !== null) return lying;
    await clock.sleep(500, signal);
  }
  throw new DrillError('NOTHING_TO_LIE', `no block of the layer can be lied about by ${kind}`, {
    hint: 'Try again; with --log-level debug the node tells more.',
  });
}

/** SSTORE of 1 to slot 0 while the contract is made. */
const STORES: Hex = '0x60015f5500';

async function useLayer({ node, sender, bridge, config }: DisposableLayer, kind: DrillKind): Promise<void> {
  const user = privateKeyToAccount(PARTIES.user.privateKey);
  const layer = createL1Client({ rpcUrl: `http://127.0.0.1:${node.port}` });
  const common = {
    chainId: Number(config.chainId),
    type: 'eip1559',
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
  } as const;
  const to = PARTIES.node.address;
  const transfer = (nonce: number) => user.signTransaction({ ...common, nonce, to, value: 7n, gas: 21_000n });
  if (kind === 'forged-deposit') {
    const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'depositEth', args: [user.address] });
    await sender.send({ to: bridge, data, value: parseEther('1') });
    return;
  }
  if (kind === 'dropped-forced-tx') {
    const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'forceTransaction', args: [await transfer(0)] });
    await sender.send({ to: bridge, data });
    return;
  }
  await layer.sendRawTransaction({ serializedTransaction: await transfer(0) });
  const creation = await user.signTransaction({ ...common, nonce: 1, data: STORES, gas: 200_000n });
  await layer.sendRawTransaction({ serializedTransaction: creation });
}

type Watched = Pick<
  DrillResult,
  'reverted' | 'detectedSeconds' | 'fellSeconds' | 'moves' | 'gasOfMoves' | 'slashedWei' | 'step'
>;

/** Follows the dispute on the L1 until the pack fell, or the objection did. */
async function watch(
  { l1, disputeGame, rollup, createdAtBlock, node }: DisposableLayer,
  tell: (text: string, hash: Hash | null) => void,
  { clock, signal, posted }: { clock: Clock; signal: AbortSignal; posted: number },
): Promise<Watched> {
  const result: Watched = {
    reverted: false,
    detectedSeconds: 0,
    fellSeconds: 0,
    moves: 0,
    gasOfMoves: 0n,
    slashedWei: 0n,
    step: null,
  };
  let isOver = false;
  const seconds = () => Math.round((clock.now() - posted) / 100) / 10;
  for (let from = createdAtBlock; clock.now() - posted < LIMIT_MS; ) {
    signal.throwIfAborted();
    const head = await l1.getBlockNumber();
    const logs =
      head < from ? [] : await l1.getLogs({ address: [disputeGame, rollup], fromBlock: from, toBlock: head });
    from = head + 1n;
    for (const log of parseEventLogs({ abi: [...challengeManagerAbi, ...rollupAbi], logs })) {
      const hash = log.transactionHash;
      const said = (text: string) => tell(text, hash);
      const move = async (text: string) => {
        result.moves++;
        result.gasOfMoves += (await l1.getTransactionReceipt({ hash })).gasUsed;
        said(text);
      };
      switch (log.eventName) {
        case 'ChallengeOpened':
          result.detectedSeconds = seconds();
          said(
            `the honest node objects to ${log.args.kind === 0 ? `block ${log.args.blockIndex + 1n}` : 'the content'}`,
          );
          break;
        case 'DefenceEntered':
          said('the liar commits to every state of the claim');
          break;
        case 'NodesRevealed':
          await move(`liar: opens a node at level ${log.args.level}, height ${log.args.height}`);
          break;
        case 'ChildPicked':
          await move(
            `node: points to ${log.args.level === 0 ? 'segment' : 'step'} node ${log.args.position} at height ${log.args.height}`,
          );
          break;
        case 'StepsCommitted':
          await move(`liar: commits to every step of segment ${log.args.segment}`);
          break;
        case 'GameEnded':
          result.step = await stepOf(node.port, log.args.gameId);
          said(`the game is over${log.args.byTimeout ? ': no step proves the lie, and time ran out' : ''}`);
          break;
        case 'BondSlashed':
          result.slashedWei = log.args.amount;
          said(`the proposer loses its bond of ${log.args.amount} wei`);
          break;
        case 'PacksReverted':
          result.reverted = true;
          said(`pack ${log.args.fromIndex} is void; revert epoch ${log.args.revertEpoch}`);
          break;
        case 'ChallengeResolved':
          result.fellSeconds = seconds();
          said(log.args.status === 3 ? 'the objection succeeded' : 'the objection failed');
          isOver = true;
          break;
      }
    }
    // What follows from the verdict is in the same transaction.
    if (isOver) return result;
    await clock.sleep(500, signal);
  }
  throw new DrillError('TOO_LONG', `the dispute was not over after ${LIMIT_MS / 1_000} s`);
}

/** What the honest node says of the step that a game came to. */
async function stepOf(port: number, gameId: bigint): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tephra_getDisputeStep',
      params: [`0x${gameId.toString(16)}`],
    }),
  });
  return ((await response.json()) as { result?: unknown }).result ?? null;
}
