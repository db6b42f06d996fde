import type { ValidatedBlock } from '@tephra/engine/stvf';
import { type Hash, hexToBytes, isHex, numberToHex, type PublicClient } from 'viem';
import { z } from 'zod';
import { tephraRequest } from '../chain/finality.ts';
import type { Verdict } from './verifyWorker.ts';

const answerJson = z.object({ proof: z.custom<`0x${string}`>((value) => isHex(value)) });

export type Verification = {
  verdict: Verdict;
  /** Of the proof. */
  bytes: number;
  downloadMs: number;
  /** What of the layer's own answers the proof contradicts; empty when it shows the same. */
  contradictions: string[];
};

/** What the page shows of the block, from the layer's answers. */
export type ShownBlock = {
  number: bigint;
  hash: Hash;
  parentHash: Hash;
  stateRoot: Hash;
  receiptsRoot: Hash;
  transactionCount: number;
  chainId: number;
  gasless: boolean;
};

/** Downloads the proof of a block and executes it in a worker. @throws when either can't be had */
export async function verifyBlock(client: PublicClient, shown: ShownBlock): Promise<Verification> {
  const started = performance.now();
  const answer = answerJson.parse(await tephraRequest(client, 'tephra_getPov', [numberToHex(shown.number)]));
  const proof = hexToBytes(answer.proof);
  const downloadMs = performance.now() - started;
  const bytes = proof.length;
  const verdict = await inWorker(proof);
  return { verdict, bytes, downloadMs, contradictions: contradictionsOf(verdict, shown) };
}

/** In which ways a proof that holds is about another block than the one that is shown. */
export function contradictionsOf(verdict: Verdict, shown: ShownBlock): string[] {
  if (!verdict.holds) return [];
  const { rules, parent, blocks } = verdict.validated;
  const [block] = blocks;
  if (block === undefined || blocks.length !== 1) return ['it is not of one block'];
  const found: string[] = [];
  const compare = (what: string, holds: boolean): void => {
    if (!holds) found.push(what);
  };
  const same = (field: keyof ValidatedBlock, value: Hash): boolean => block[field] === value.toLowerCase();
  compare('it is of another chain', rules.chainId === BigInt(shown.chainId));
  compare('it is of a chain with other fees', rules.gasless === shown.gasless);
  compare('it begins at another parent', parent.blockHash === shown.parentHash.toLowerCase());
  compare('it is of another block number', block.number === shown.number);
  compare('its block has another hash', same('blockHash', shown.hash));
  compare('its block leads to another state', same('stateRoot', shown.stateRoot));
  compare('its block has other receipts', same('receiptsRoot', shown.receiptsRoot));
  compare('its block has other transactions', block.transactionCount === BigInt(shown.transactionCount));
  return found;
}

function inWorker(proof: Uint8Array): Promise<Verdict> {
  const worker = new Worker(new URL('./verifyWorker.ts', import.meta.url), { type: 'module' });
  return new Promise<Verdict>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<{ verdict: Verdict } | { fault: string }>) => {
      if ('verdict' in data) resolve(data.verdict);
      else reject(new Error(data.fault));
    });
    worker.addEventListener('error', (event) => {
      reject(new Error(event.message || 'The program could not be started in this browser.'));
    });
    worker.postMessage(proof, [proof.buffer as ArrayBuffer]);
  }).finally(() => worker.terminate());
}
