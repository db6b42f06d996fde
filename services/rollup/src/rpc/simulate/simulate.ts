import {
  type BlockContext,
  blockSize,
  bytesToHex,
  type CallOutcome,
  encodeReceipt,
  headerHash,
  hexToBytes,
  type Log,
  logsBloom,
  orderedRoot,
  type SimulatedCall,
  type Simulation,
} from '@tephra/engine';
import { type Hash, nextBaseFee } from '@tephra/protocol';
import type { Header, StoredTransaction } from '../../chain.ts';
import { rewordTimeout } from '../call.ts';
import type { RpcContext } from '../context.ts';
import { invalidParams, RPC_ERROR, RpcError, revertError } from '../errors.ts';
import { formatBlock } from '../format/block.ts';
import { formatLog } from '../format/log.ts';
import { quantity, ZERO_HASH } from '../hex.ts';
import type { BlockRef, CallArguments } from '../params.ts';
import { headerOf, requireState } from '../resolve.ts';
import { SIMULATION_ERROR, simulationError } from './errors.ts';
import type { BlockOverrides, SimulationRequest } from './params.ts';
import { rawCall } from './rawCall.ts';
import { TransferTracer } from './transferTracer.ts';

type BlockStateCall = SimulationRequest['blockStateCalls'][number];
type Executed = { transaction: StoredTransaction; type: number; outcome: CallOutcome; logs: Log[] };

/** Blocks of one simulation, with those that fill gaps. */
const MAX_BLOCKS = 256n;
const ZERO_ADDRESS = `0x${'00'.repeat(20)}` as const;

/**
 * eth_simulateV1: executes calls in blocks on top of a stored one, as if they had been sent. `pending` is the newest
 * sealed block here. BLOCKHASH knows stored blocks only.
 * @throws RpcError with the method's own codes when a call can't be in its block
 */
export async function simulate(context: RpcContext, request: SimulationRequest, ref: BlockRef): Promise<unknown[]> {
  const { blockStateCalls } = request;
  if (blockStateCalls.length === 0) throw invalidParams('empty input');
  const base = requireState(context, headerOf(context, ref));
  const timeoutMs = context.limits.callTimeoutMs;
  const blocks = fillGaps(base, blockStateCalls);
  return rewordTimeout(timeoutMs, () =>
    context.engine.simulate(base.stateRoot, performance.now() + timeoutMs, async (simulation) => {
      const results: unknown[] = [];
      let length = 0;
      let parent = base;
      for (const block of blocks) {
        const { header, result } = await runBlock(context, simulation, parent, block, request);
        length += JSON.stringify(result).length;
        if (length > context.limits.maxResponseLength) {
          throw new RpcError(RPC_ERROR.responseTooLarge, 'response too large: simulate fewer calls');
        }
        results.push(result);
        parent = header;
      }
      return results;
    }),
  );
}

/** Puts empty blocks where numbers are left out. */
function fillGaps(base: Header, blocks: BlockStateCall[]): BlockStateCall[] {
  const filled: BlockStateCall[] = [];
  let last = base.number;
  for (const block of blocks) {
    const number = block.blockOverrides?.number ?? last + 1n;
    if (number <= last) {
      throw new RpcError(SIMULATION_ERROR.blockNumber, `block numbers must be in order: ${number} <= ${last}`);
    }
    if (number - base.number > MAX_BLOCKS) throw new RpcError(SIMULATION_ERROR.tooManyBlocks, 'too many blocks');
    while (++last < number) filled.push({});
    filled.push(block);
  }
  return filled;
}

function contextOf(rpc: RpcContext, parent: Header, overrides: BlockOverrides, validation: boolean): BlockContext {
  const timestamp = overrides.time ?? parent.timestamp + 1n;
  if (timestamp <= parent.timestamp) {
    throw new RpcError(
      SIMULATION_ERROR.timestamp,
      `block timestamps must be in order: ${timestamp} <= ${parent.timestamp}`,
    );
  }
  return {
    number: parent.number + 1n,
    timestamp,
    gasLimit: overrides.gasLimit ?? parent.gasLimit,
    // Calls without a price are welcome unless they are to be valid.
    baseFeePerGas: overrides.baseFeePerGas ?? (validation && !rpc.gasless ? nextBaseFee(parent, rpc.minBaseFee) : 0n),
    coinbase: overrides.feeRecipient ?? parent.coinbase,
    baseFeeRecipient: parent.baseFeeRecipient,
    prevRandao: overrides.prevRandao ?? ZERO_HASH,
    parentBeaconBlockRoot: overrides.beaconRoot ?? parent.parentBeaconBlockRoot,
    parentHash: parent.hash,
    ...(parent.requestsHash === undefined ? {} : { requestsHash: parent.requestsHash }),
  };
}

async function runBlock(
  rpc: RpcContext,
  simulation: Simulation,
  parent: Header,
  { blockOverrides, stateOverrides, calls }: BlockStateCall,
  { validation = false, traceTransfers = false, returnFullTransactions = false }: SimulationRequest,
): Promise<{ header: Header; result: unknown }> {
  const block = contextOf(rpc, parent, blockOverrides ?? {}, validation);
  await simulation.begin(block, stateOverrides);
  const executed: Executed[] = [];
  let gasUsed = 0n;
  for (const args of calls ?? []) {
    const call = callOf(rpc, simulation, args, block, gasUsed, validation);
    const { raw, hash, type } = rawCall(rpc.chain.chainId, args, call);
    const tracer = traceTransfers ? new TransferTracer() : undefined;
    let outcome: CallOutcome;
    try {
      outcome = await simulation.execute(call, { strict: validation, tracer });
    } catch (error) {
      throw simulationError(error);
    }
    gasUsed += outcome.gasUsed;
    const transaction = { hash, raw, sender: call.from, blockNumber: block.number, index: executed.length };
    executed.push({ transaction, type, outcome, logs: tracer?.logs ?? outcome.logs });
  }
  const header = sealed(block, parent.hash, simulation.seal(), executed);
  const transactions = executed.map(({ transaction }) => transaction);
  const result = {
    ...formatBlock({ header, transactions }, returnFullTransactions),
    calls: formatCalls(header, executed),
  };
  return { header, result };
}

/** The call with what it leaves out filled in. @throws RpcError when it doesn't fit the block */
function callOf(
  rpc: RpcContext,
  simulation: Simulation,
  args: CallArguments,
  block: BlockContext,
  gasUsed: bigint,
  validation: boolean,
): SimulatedCall {
  const left = block.gasLimit - gasUsed;
  if (args.gas !== undefined && args.gas > left) {
    throw new RpcError(SIMULATION_ERROR.blockGasLimit, `block gas limit reached: ${args.gas} > ${left}`);
  }
  let gas = args.gas ?? left;
  if (gas > rpc.limits.callGas) gas = rpc.limits.callGas;
  const from = args.from ?? ZERO_ADDRESS;
  const cap = args.gasPrice ?? args.maxFeePerGas ?? 0n;
  if ((validation || cap > 0n) && cap < block.baseFeePerGas) {
    throw new RpcError(
      SIMULATION_ERROR.feeCapTooLow,
      `max fee per gas less than block base fee: address ${from}, maxFeePerGas: ${cap}, baseFee: ${block.baseFeePerGas}`,
    );
  }
  const offered = args.gasPrice ?? block.baseFeePerGas + (args.maxPriorityFeePerGas ?? 0n);
  return {
    from,
    to: args.to ?? null,
    data: args.input ?? args.data ?? '0x',
    value: args.value ?? 0n,
    gas,
    gasPrice: offered < cap ? offered : cap,
    nonce: args.nonce ?? simulation.nonceOf(from),
    ...(args.accessList === undefined ? {} : { accessList: args.accessList }),
    ...(args.authorizationList === undefined ? {} : { authorizationList: args.authorizationList }),
  };
}

function sealed(block: BlockContext, parentHash: Hash, stateRoot: Hash, executed: Executed[]): Header {
  const raws = executed.map(({ transaction }) => hexToBytes(transaction.raw));
  let cumulativeGasUsed = 0n;
  const receipts = executed.map(({ type, outcome }) => {
    cumulativeGasUsed += outcome.gasUsed;
    const status = outcome.status === 'success' ? 'success' : 'reverted';
    return encodeReceipt({ type, status, cumulativeGasUsed, logs: outcome.logs });
  });
  const fields = {
    ...block,
    parentHash,
    stateRoot,
    transactionsRoot: bytesToHex(orderedRoot(raws)),
    receiptsRoot: bytesToHex(orderedRoot(receipts)),
    logsBloom: logsBloom(executed.flatMap(({ outcome }) => outcome.logs)),
    gasUsed: cumulativeGasUsed,
  };
  return { ...fields, hash: headerHash(fields), size: blockSize(fields, raws) };
}

function formatCalls(header: Header, executed: Executed[]): unknown[] {
  let logIndex = 0;
  return executed.map(({ transaction, outcome, logs }) => ({
    returnData: outcome.returnData,
    logs: logs.map((log) => formatLog(log, header, transaction, logIndex++)),
    gasUsed: quantity(outcome.gasUsed),
    status: outcome.status === 'success' ? '0x1' : '0x0',
    ...failure(outcome),
  }));
}

function failure({ status, returnData, haltReason }: CallOutcome): object {
  if (status === 'success') return {};
  if (status === 'halted') return { error: { code: SIMULATION_ERROR.halted, message: haltReason ?? 'vm error' } };
  const { code, message, data } = revertError(returnData);
  return { error: { code, message, data } };
}
