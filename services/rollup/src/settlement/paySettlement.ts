import { bridgeAbi, type L1Client, type TransactionSender } from '@tephra/l1';
import { type Address, type Hash, type OutboxMessage, rangeProof } from '@tephra/protocol';
import { encodeFunctionData, type Hex, parseEventLogs, type TransactionReceipt, zeroAddress } from 'viem';
import type { OutboxRecord } from './outboxMessages.ts';
import type { Stretch } from './payOrder.ts';

export type Payment = { index: bigint; paid: boolean; transactionHash: Hash };
export type PayResult = 'complete' | 'escrow-spent';

/** Below the L1's cap of 16,777,216 gas per transaction (EIP-7825), with room for an estimate that is a little low. */
const MAX_BATCH_GAS = 14_000_000n;
const MAX_BATCH_BYTES = 100_000;
const FIRST_BATCH = 64;
/** Batches that wait for the L1 side by side; about what one L1 block holds. */
const MAX_IN_FLIGHT = 4;
/** Gas for what an estimate leaves out: the refund from the escrow is skipped where the gas price is zero. */
const GAS_MARGIN = 150_000n;

/**
 * Executes messages of a finalised pack on the L1 in ranges, each as large as a transaction's gas allows. What is already
 * executed is passed over, so anybody can continue where somebody stopped. Stops when the escrow can
 * no longer refund the next batch: what is left stays claimable by its owner.
 */
export async function paySettlement(
  options: {
    bridge: Address;
    packIndex: bigint;
    /** Every message under the pack's outbox root, in order of index. */
    messages: OutboxRecord[];
    /** What of them is paid, and in which order. */
    order: Stretch[];
    /** Keep paying at the caller's own cost when the escrow is spent. */
    beyondEscrow: boolean;
    /** Whose books the pack is paid from: the proposer of an isolated addendum; default everybody's. */
    poster?: Address;
    createdAtBlock: bigint;
  },
  deps: {
    client: L1Client;
    sender: TransactionSender;
    onPayments: (payments: Payment[], gasUsed: bigint) => void;
    signal: AbortSignal;
  },
): Promise<PayResult> {
  const { bridge, messages } = options;
  const leaves = messages.map((message) => message.leaf);
  const executed = new Map<bigint, Payment>();
  for (const payment of await pastPayments(deps.client, options)) executed.set(payment.index, payment);
  if (executed.size > 0) deps.onPayments([...executed.values()], 0n);

  const flights = new Set<Promise<void>>();
  let gasInFlight = 0n;
  const launch = async (data: Hex, gas: bigint): Promise<void> => {
    gasInFlight += gas;
    try {
      const { receipt } = await deps.sender.send({ to: bridge, data, gas: gas + gas / 10n + GAS_MARGIN });
      const payments = paymentsOf(receipt);
      for (const payment of payments) executed.set(payment.index, payment);
      deps.onPayments(payments, receipt.gasUsed);
    } finally {
      gasInFlight -= gas;
    }
  };

  let batch = FIRST_BATCH;
  const todo = options.order.map((stretch) => ({ ...stretch }));
  try {
    for (let stretch = todo[0]; stretch; stretch = todo[0]) {
      deps.signal.throwIfAborted();
      const { start, end } = stretch;
      if (start >= end) {
        todo.shift();
        continue;
      }
      if (executed.has(messages[start]!.index) || isClaim(messages[start]!)) {
        stretch.start++;
        continue;
      }
      const count = rangeLength(messages, { start, end: Math.min(end, start + batch) }, executed);
      const range = messages.slice(start, start + count);
      const data = encodeFunctionData({
        abi: bridgeAbi,
        functionName: 'execute',
        args: [
          options.packIndex,
          BigInt(start),
          range.map(({ kind, payload }) => ({ kind, payload })),
          rangeProof(leaves, start, count),
        ],
      });
      const gas = await estimate(deps, bridge, data);
      if (gas === 'too-much' || gas > MAX_BATCH_GAS) {
        if (count === 1) throw new Error(`message ${messages[start]!.index} does not fit one L1 transaction`);
        batch = Math.max(1, Math.floor(count / 2));
        continue;
      }
      if (!options.beyondEscrow && !(await escrowCovers(deps.client, bridge, gasInFlight + gas))) {
        await Promise.all(flights);
        return 'escrow-spent';
      }
      const flight = launch(data, gas);
      flights.add(flight);
      const landed = flight.then(() => void flights.delete(flight));
      if (range.some(deploysTwin)) await landed;
      else if (flights.size >= MAX_IN_FLIGHT) await Promise.race(flights);
      stretch.start += count;
      if (gas < MAX_BATCH_GAS / 2n) batch = count * 2;
    }
    await Promise.all(flights);
    return 'complete';
  } finally {
    await Promise.allSettled(flights);
  }
}

const DEPLOYING: ReadonlySet<string> = new Set<OutboxMessage['kind']>([
  'mintNative',
  'erc20Metadata',
  'collection',
  'collection1155',
]);

/** After one of these a twin exists that later messages are estimated against. */
function deploysTwin({ message }: OutboxRecord): boolean {
  return DEPLOYING.has(message.kind);
}

/** Of old chains: recorded on the layer, without a payee. */
function isClaim(message: OutboxRecord): boolean {
  return message.message.kind === 'claim';
}

function rangeLength(messages: OutboxRecord[], { start, end }: Stretch, executed: Map<bigint, Payment>): number {
  let bytes = 0;
  let count = 0;
  while (start + count < end) {
    const message = messages[start + count]!;
    if (executed.has(message.index) || isClaim(message)) break;
    bytes += message.payload.length / 2 + 160;
    if (count > 0 && bytes > MAX_BATCH_BYTES) break;
    count++;
  }
  return count;
}

async function estimate(
  deps: { client: L1Client; sender: TransactionSender },
  bridge: Address,
  data: Hex,
): Promise<bigint | 'too-much'> {
  try {
    return await deps.client.estimateGas({ account: deps.sender.address, to: bridge, data });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/gas|exceed|cap/i.test(message) && !/revert/i.test(message)) return 'too-much';
    throw error;
  }
}

async function escrowCovers(client: L1Client, bridge: Address, gas: bigint): Promise<boolean> {
  const [escrow, gasPrice] = await Promise.all([
    client.readContract({ address: bridge, abi: bridgeAbi, functionName: 'escrow' }),
    client.getGasPrice(),
  ]);
  return escrow >= gas * gasPrice;
}

/** What the bridge logged so far of the books that the pack is paid from. */
async function pastPayments(
  client: L1Client,
  options: { bridge: Address; poster?: Address; createdAtBlock: bigint },
): Promise<Payment[]> {
  const { bridge, poster = zeroAddress, createdAtBlock } = options;
  const contract = { address: bridge, abi: bridgeAbi, strict: true } as const;
  const payments: Payment[] = [];
  const head = await client.getBlockNumber();
  const span = 5_000n;
  for (let fromBlock = createdAtBlock; fromBlock <= head; fromBlock += span) {
    const range = { ...contract, fromBlock, toBlock: fromBlock + span - 1n < head ? fromBlock + span - 1n : head };
    const logs =
      poster === zeroAddress
        ? await client.getContractEvents({ ...range, eventName: 'MessageExecuted' })
        : await client.getContractEvents({ ...range, eventName: 'IsolatedMessageExecuted', args: { poster } });
    payments.push(...logs.map(paymentOf));
  }
  return payments;
}

/** A transaction carries out messages of one pack, so of one set of books. */
function paymentsOf({ logs }: TransactionReceipt): Payment[] {
  return parseEventLogs({ abi: bridgeAbi, eventName: ['MessageExecuted', 'IsolatedMessageExecuted'], logs }).map(
    paymentOf,
  );
}

/** An isolated addendum only mints, which can't fail. */
function paymentOf(log: { args: { index: bigint; paid?: boolean }; transactionHash: Hash }): Payment {
  return { index: log.args.index, paid: log.args.paid ?? true, transactionHash: log.transactionHash };
}
