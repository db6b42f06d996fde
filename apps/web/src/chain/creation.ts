import { type Address, type Hash, isAddressEqual, numberToHex, type PublicClient } from 'viem';
import { z } from 'zod';
import { type CallFrame, frame } from './trace.ts';

/** Where a contract came from. */
export type Creation =
  | { kind: 'genesis' }
  | { kind: 'transaction'; hash: Hash; creator: Address; blockNumber: bigint; byContract: boolean };

const traces = z.array(z.object({ txHash: z.custom<Hash>((value) => typeof value === 'string'), result: frame }));
type TraceRequest = (call: { method: 'debug_traceBlockByNumber'; params: unknown[] }) => Promise<unknown>;

/**
 * Finds the transaction that created a contract: a binary search for the block after which it has code, then the receipts
 * of that block, then its traces when another contract created it. Null when nothing there did.
 * @throws the node's error where it has dropped the state of old blocks.
 */
export async function readCreation(client: PublicClient, address: Address, latest: bigint): Promise<Creation | null> {
  const hasCode = async (blockNumber: bigint) => {
    const code = await client.getCode({ address, blockNumber });
    return code !== undefined && code !== '0x';
  };
  if (await hasCode(0n)) return { kind: 'genesis' };
  let low = 0n;
  let high = latest;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (await hasCode(middle)) high = middle;
    else low = middle;
  }
  const receipts = await client.request({
    method: 'eth_getBlockReceipts' as never,
    params: [numberToHex(high)] as never,
  });
  for (const receipt of z.array(receiptShape).parse(receipts)) {
    if (receipt.contractAddress !== null && isAddressEqual(receipt.contractAddress, address)) {
      const { transactionHash: hash, from: creator } = receipt;
      return { kind: 'transaction', hash, creator, blockNumber: high, byContract: false };
    }
  }
  const request = client.request as TraceRequest;
  const all = traces.parse(
    await request({ method: 'debug_traceBlockByNumber', params: [numberToHex(high), { tracer: 'callTracer' }] }),
  );
  for (const { txHash, result } of all) {
    const creator = creatorIn(result, address);
    if (creator !== null) return { kind: 'transaction', hash: txHash, creator, blockNumber: high, byContract: true };
  }
  return null;
}

const addressShape = z.custom<Address>((value) => typeof value === 'string' && /^0x[0-9a-f]{40}$/i.test(value));
const receiptShape = z.object({
  transactionHash: z.custom<Hash>((value) => typeof value === 'string'),
  from: addressShape,
  contractAddress: addressShape.nullable(),
});

/** The contract that ran CREATE or CREATE2 for the address, somewhere in a tree of calls. */
function creatorIn(top: CallFrame, address: Address): Address | null {
  if (top.type.startsWith('CREATE') && top.error === null && top.to !== null && isAddressEqual(top.to, address)) {
    return top.from;
  }
  for (const call of top.calls) {
    const found = creatorIn(call, address);
    if (found !== null) return found;
  }
  return null;
}
