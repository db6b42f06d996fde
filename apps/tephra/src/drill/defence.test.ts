import { createLogger } from '@tephra/core';
import { challengeManagerAbi, TransactionSender } from '@tephra/l1';
import type { Hex } from '@tephra/protocol';
import { ChallengeContract } from '@tephra/rollup/disputes';
import { seededRandom, waitUntil } from '@tephra/testing';
import { encodeFunctionData } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DisposableLayer, disposableLayer, PARTIES } from './disposableLayer.ts';
import { honestPack, postPack } from './liar.ts';

const logger = createLogger({ name: 'defence', level: 'fatal' });
let layer: DisposableLayer;
let attacker: TransactionSender;

beforeAll(async () => {
  layer = await disposableLayer(logger, 250);
  const { rpcUrl } = layer;
  attacker = await TransactionSender.create(
    { rpcUrl, chainId: layer.l1ChainId, privateKey: PARTIES.user.privateKey, pollIntervalMs: 50 },
    { logger },
  );
});
afterAll(() => layer?.[Symbol.asyncDispose]());

it('an honest node defends a right pack against somebody who objects for the sake of it', {
  timeout: 200_000,
}, async () => {
  const { l1, disputeGame, rollup, node, createdAtBlock } = layer;
  await waitUntil(() => (node.store?.head()?.number ?? 0n) > 2n, { what: 'blocks' });
  const honest = honestPack(layer, 3);
  await postPack(layer, honest);
  const contract = new ChallengeContract(disputeGame, l1);
  const send = (data: Hex, value = 0n) => attacker.send({ to: disputeGame, data, value });
  const { challenge: bond } = await contract.bonds();
  const args = [rollup, honest.pack, 0, 1n] as const;
  await send(encodeFunctionData({ abi: challengeManagerAbi, functionName: 'challenge', args }), bond);
  const [id] = await contract.opened(rollup, { from: createdAtBlock, to: await l1.getBlockNumber() });
  const random = seededRandom(3);
  let picks = 0;
  for (let status = 'open'; status === 'open'; ) {
    const challenge = await contract.challenge(id!);
    for (const { gameId, turn, shown, place } of await contract.games(challenge)) {
      if (turn !== 'challenger' || shown === null) continue;
      const isLast = place.position === 0 && place.height <= 3;
      const child = isLast ? 1 + Math.floor(random() * (shown.length - 1)) : Math.floor(random() * shown.length);
      const pick = [gameId, child, shown[child]!] as const;
      await send(encodeFunctionData({ abi: challengeManagerAbi, functionName: 'pick', args: pick }));
      picks++;
    }
    const now = await contract.challenge(id!);
    // A game that the node lost leaves the challenge open.
    status = now.games > 0 && now.openGames === 0 ? now.status.replace('open', 'lost') : now.status;
  }
  const { status, games } = await contract.challenge(id!);
  expect([status, games]).toEqual(['failed', 1]);
  expect(picks).toBe(15);
  const answer = await rpc(layer, 'tephra_getPackStatus', ['0x1']);
  expect(answer).toMatchObject({
    index: '0x1',
    opinion: { right: true, why: null },
    challenges: [{ id: `0x${id!.toString(16)}` }],
  });
});

async function rpc({ node }: DisposableLayer, method: string, params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${node.port}`, { method: 'POST', headers, body });
  return ((await response.json()) as { result: unknown }).result;
}
