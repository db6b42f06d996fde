import type { Hex } from '@tephra/protocol';
import type { Log } from 'viem';
import { CliError } from '../../cli/errors.ts';
import { rpcBatch } from '../../cli/rpc.ts';

export type SignedCall = { raw: Hex; hash: Hex };

/** The part of a receipt that the demo reads, in JSON-RPC form. */
export type DemoReceipt = {
  transactionHash: Hex;
  status: Hex;
  blockNumber: Hex;
  gasUsed: Hex;
  logs: Pick<Log<Hex, number, false>, 'address' | 'topics' | 'data'>[];
};

export type SendAllResult = {
  receipts: DemoReceipt[];
  /** Until the last transaction was executed and promised, milliseconds. */
  promisedMs: number;
  /** Until the last one was in a sealed block, milliseconds. */
  sealedMs: number;
};

const BATCH = 100;
const CONNECTIONS = 4;

/**
 * Sends plain eth_sendRawTransaction calls in HTTP batches over a few connections and waits for all receipts.
 * @throws CliError RPC_ERROR when one is refused, VERIFICATION_FAILED when one reverts.
 */
export async function sendAll(
  url: string,
  calls: SignedCall[],
  options: { signal: AbortSignal; onProgress?: (sent: number) => void },
): Promise<SendAllResult> {
  const started = performance.now();
  const batches = chunks(calls, BATCH);
  let next = 0;
  let sent = 0;
  const worker = async (): Promise<void> => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      const answers = await rpcBatch(
        url,
        batch.map(({ raw }) => ({ method: 'eth_sendRawTransaction', params: [raw] })),
        options.signal,
      );
      for (const answer of answers) if ('error' in answer) throw answer.error;
      sent += batch.length;
      options.onProgress?.(sent);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const promisedMs = performance.now() - started;
  const receipts = await awaitReceipts(url, calls, options.signal);
  return { receipts, promisedMs, sealedMs: performance.now() - started };
}

/** Receipts in the order of the calls. The last one is asked for first: the others are older. */
async function awaitReceipts(url: string, calls: SignedCall[], signal: AbortSignal): Promise<DemoReceipt[]> {
  const receipts = new Map<Hex, DemoReceipt>();
  let missing = calls.map(({ hash }) => hash);
  const last = missing.at(-1);
  while (missing.length > 0) {
    signal.throwIfAborted();
    const probe = receipts.size === 0 && last ? [last] : missing;
    let found = 0;
    for (const batch of chunks(probe, BATCH)) {
      const answers = await rpcBatch(
        url,
        batch.map((hash) => ({ method: 'eth_getTransactionReceipt', params: [hash] })),
        signal,
      );
      for (const answer of answers) {
        if ('error' in answer) throw answer.error;
        const receipt = answer.result as DemoReceipt | null;
        if (receipt === null) continue;
        if (receipt.status !== '0x1') {
          throw new CliError('VERIFICATION_FAILED', `transaction ${receipt.transactionHash} reverted`);
        }
        receipts.set(receipt.transactionHash, receipt);
        found++;
      }
    }
    missing = missing.filter((hash) => !receipts.has(hash));
    if (found === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return calls.map(({ hash }) => receipts.get(hash)!);
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
