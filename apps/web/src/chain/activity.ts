import { type Address, type Hash, type Log, type PublicClient, pad } from 'viem';

/** Newest transactions that touch an address. */
export type Activity = { hashes: Hash[]; from: bigint };

/** Blocks read in full, newest first; without an index this bounds the cost of a page. */
const DEEP_BLOCKS = 240n;
const LOG_BLOCKS = 20_000n;
const SHOWN = 30;

/**
 * Finds transactions of an address by its logs (as emitter or as an indexed argument) over the last blocks, and by
 * sender and recipient in the newest ones.
 */
export async function readActivity(client: PublicClient, address: Address, latest: bigint): Promise<Activity> {
  const logsFrom = latest > LOG_BLOCKS ? latest - LOG_BLOCKS : 0n;
  const deepFrom = latest > DEEP_BLOCKS ? latest - DEEP_BLOCKS : 0n;
  const topic = pad(address).toLowerCase() as Hash;
  const range = { fromBlock: `0x${logsFrom.toString(16)}`, toBlock: `0x${latest.toString(16)}` } as const;
  const ask = (filter: object) => client.request({ method: 'eth_getLogs', params: [{ ...range, ...filter }] });
  const [emitted, first, second, third, blocks] = await Promise.all([
    ask({ address }),
    ask({ topics: [null, topic] }),
    ask({ topics: [null, null, topic] }),
    ask({ topics: [null, null, null, topic] }),
    readBlocks(client, deepFrom, latest),
  ]);
  const found = new Map<Hash, bigint>();
  for (const log of [...emitted, ...first, ...second, ...third]) {
    if (log.transactionHash === null || log.blockNumber === null) continue;
    found.set(log.transactionHash, order(log.blockNumber, log.transactionIndex ?? '0x0'));
  }
  const low = address.toLowerCase();
  for (const block of blocks) {
    for (const transaction of block.transactions) {
      if (transaction.from.toLowerCase() !== low && transaction.to?.toLowerCase() !== low) continue;
      if (transaction.from.toLowerCase() === SYSTEM_SENDER) continue;
      found.set(transaction.hash, (block.number << 20n) + BigInt(transaction.transactionIndex));
    }
  }
  const hashes = [...found].sort((a, b) => (a[1] < b[1] ? 1 : -1)).map(([hash]) => hash);
  return { hashes: hashes.slice(0, SHOWN), from: hashes.length > 0 ? logsFrom : deepFrom };
}

/** The sender of protocol transactions acts in nearly every block; its reads of the L1 are no activity worth a list. */
const SYSTEM_SENDER = '0x00000000000000000000000000000000007effff';

function order(block: NonNullable<Log['blockNumber']> | `0x${string}`, index: number | `0x${string}`): bigint {
  return (BigInt(block) << 20n) + BigInt(index);
}

async function readBlocks(client: PublicClient, from: bigint, to: bigint) {
  const numbers: bigint[] = [];
  for (let n = to; n >= from; n -= 1n) numbers.push(n);
  // First the light form: most blocks are empty and need no second look.
  const light = await Promise.all(numbers.map((blockNumber) => client.getBlock({ blockNumber })));
  const busy = light.filter((block) => block.transactions.length > 0).slice(0, 60);
  return Promise.all(busy.map((block) => client.getBlock({ blockNumber: block.number, includeTransactions: true })));
}
