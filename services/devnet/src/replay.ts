import type { AnvilRpc } from './anvil-rpc.ts';
import { DevnetError, RpcResponseError } from './errors.ts';
import type { JournalRecord, SegmentHeader } from './journal.ts';

export type L1Head = { number: number; hash: string; timestamp: number };

export async function readHead(rpc: AnvilRpc): Promise<L1Head> {
  const block = await rpc.call<{ number: string; hash: string; timestamp: string }>('eth_getBlockByNumber', [
    'latest',
    false,
  ]);
  return { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) };
}

/** Mines one block with exactly this timestamp. */
export async function mineBlock(rpc: AnvilRpc, timestamp: number): Promise<L1Head> {
  await rpc.call('evm_mine', [{ timestamp }]);
  return readHead(rpc);
}

/**
 * Loads a snapshot into a fresh anvil so that it continues exactly as the one it was taken from. A bare
 * `anvil_loadState` forgets the block hashes that BLOCKHASH answers with; `anvil_rollback` fills them from the loaded
 * blocks, but only to a block whose state it holds. Therefore one block is mined on top and rolled back, which
 * disturbs nothing but the next base fee, and that is set again.
 */
export async function loadSnapshot(rpc: AnvilRpc, header: SegmentHeader, state: Buffer): Promise<L1Head> {
  await rpc.call('anvil_loadState', [`0x${state.toString('hex')}`]);
  await rpc.call('evm_mine', [{ timestamp: header.timestamp + 1 }]);
  await rpc.call('anvil_rollback', [1]);
  await rpc.call('anvil_setNextBlockBaseFeePerGas', [header.baseFee]);
  for (const { m, p } of header.settings) await rpc.call(m, p);
  const head = await readHead(rpc);
  if (head.hash !== header.hash) throw mismatch(header.number, header.hash ?? '', head.hash);
  return head;
}

export type ReplayResult = {
  head: L1Head;
  offset: number;
  /** The last block was announced but its hash was not recorded before the crash. */
  unrecorded: boolean;
};

/** Repeats records on anvil and checks every recorded hash. @throws DevnetError L1_REPLAY_MISMATCH */
export async function replay(
  rpc: AnvilRpc,
  start: { head: L1Head; offset: number },
  records: Iterable<JournalRecord>,
): Promise<ReplayResult> {
  let { head, offset } = start;
  let unrecorded = false;
  for (const record of records) {
    if (record.k === 'tx') await repeat(rpc, 'eth_sendRawTransaction', [record.raw]);
    else if (record.k === 'call') await repeat(rpc, record.m, record.p);
    else if (record.k === 'offset') offset = record.s;
    else if (record.k === 'mine') {
      head = await mineBlock(rpc, record.t);
      unrecorded = true;
    } else {
      if (record.h !== head.hash || record.n !== head.number) throw mismatch(record.n, record.h, head.hash);
      unrecorded = false;
    }
  }
  return { head, offset, unrecorded };
}

async function repeat(rpc: AnvilRpc, method: string, params: unknown[]): Promise<void> {
  try {
    await rpc.call(method, params);
  } catch (error) {
    // It was accepted when it was recorded. If that matters, the next block's hash tells.
    if (!(error instanceof RpcResponseError)) throw error;
  }
}

function mismatch(number: number, expected: string, actual: string): DevnetError {
  return new DevnetError('L1_REPLAY_MISMATCH', `block ${number} of the L1 replayed to ${actual}, not ${expected}`, {
    details: { number, expected, actual },
    hint: 'The L1 program or its rules changed since the journal was written. Use the version that wrote it, or remove the L1 folder to begin a new L1.',
  });
}
