import type { CallOutcome, CallRequest, StateOverrides } from '@tephra/engine';
import { callAt, callRequest, requireSuccess } from './call.ts';
import type { RpcContext } from './context.ts';
import { RPC_ERROR, RpcError } from './errors.ts';
import { EMPTY_CODE_HASH } from './hex.ts';
import type { BlockRef, CallArguments } from './params.ts';
import { readState, type StateView } from './resolve.ts';

const TRANSFER_GAS = 21_000n;
/** Gas that a call with value hands to its callee for nothing. */
const CALL_STIPEND = 2_300n;
/** The search ends when the bounds are closer than this share of the upper one, in thousandths (go-ethereum: 1.5 %). */
const TOLERANCE_THOUSANDTHS = 15n;
/** Per transaction (PROTOCOL.md section 4). */
const MAX_TRANSACTION_GAS = 1n << 25n;

/**
 * Smallest gas limit with which the transaction succeeds, within 1.5 % above. First runs with all the gas there is; then
 * with the gas used plus the 1/64 that every call keeps back (EIP-150) and a stipend, which nearly always is the answer's
 * neighbourhood; then bisects.
 * @throws RpcError code 3 when it reverts with any limit; -32000 when the limit or the sender's balance is too small
 */
export function estimateGas(
  context: RpcContext,
  args: CallArguments,
  ref: BlockRef,
  overrides: StateOverrides | undefined,
): Promise<bigint> {
  return readState(context, ref, async (view) => {
    const base = callRequest(context, args, view.context);
    let high = await upperBound(context, args, base, view, overrides);
    const cap = high;

    if (await isPlainTransfer(context, base, view, overrides)) {
      if (high >= TRANSFER_GAS) {
        const outcome = await run(context, base, TRANSFER_GAS, view, overrides);
        if (outcome.status === 'success') return TRANSFER_GAS;
      }
    }

    const first = await run(context, base, high, view, overrides);
    if (first.status === 'halted') {
      if (isOutOfGas(first)) throw new RpcError(RPC_ERROR.server, `gas required exceeds allowance (${cap})`);
    }
    requireSuccess(first);

    let low = first.gasUsed - 1n;
    const guess = ((first.gasUsed + CALL_STIPEND) * 64n) / 63n;
    if (guess < high) {
      if (await succeeds(context, base, guess, view, overrides)) high = guess;
      else low = guess;
    }
    while (low + 1n < high) {
      if ((high - low) * 1_000n < high * TOLERANCE_THOUSANDTHS) break;
      let middle = (low + high) / 2n;
      // Most limits lie close above the gas used, so the first steps lean that way.
      if (middle > low * 2n) middle = low * 2n;
      if (await succeeds(context, base, middle, view, overrides)) high = middle;
      else low = middle;
    }
    return high;
  });
}

/** The lowest of the block's limit, the caller's, RPC's and what the sender can pay. */
async function upperBound(
  context: RpcContext,
  args: CallArguments,
  request: CallRequest,
  view: StateView,
  overrides: StateOverrides | undefined,
): Promise<bigint> {
  let high = view.context.gasLimit;
  if (args.gas !== undefined && args.gas >= TRANSFER_GAS) high = args.gas;
  for (const limit of [context.limits.callGas, MAX_TRANSACTION_GAS]) if (high > limit) high = limit;
  if (request.gasPrice === 0n) return high;

  const overridden = overrides?.[request.from]?.balance;
  const balance = overridden ?? (await context.engine.getAccount(request.from, view.at))?.balance ?? 0n;
  if (request.value >= balance && request.value > 0n) {
    throw new RpcError(RPC_ERROR.server, 'insufficient funds for transfer');
  }
  // The whole cap is set aside, not only the price of this block.
  const price = args.maxFeePerGas ?? request.gasPrice;
  const allowance = (balance - request.value) / price;
  return high > allowance ? allowance : high;
}

async function isPlainTransfer(
  context: RpcContext,
  request: CallRequest,
  view: StateView,
  overrides: StateOverrides | undefined,
): Promise<boolean> {
  if (request.to === null || request.data !== '0x' || request.accessList?.length || request.authorizationList) {
    return false;
  }
  const code = overrides?.[request.to]?.code;
  if (code !== undefined) return code === '0x';
  const account = await context.engine.getAccount(request.to, view.at);
  return account === null || account.codeHash === EMPTY_CODE_HASH;
}

function run(
  context: RpcContext,
  request: CallRequest,
  gas: bigint,
  view: StateView,
  overrides: StateOverrides | undefined,
): Promise<CallOutcome> {
  return callAt(context, { ...request, gas }, view, overrides);
}

/** A limit below the intrinsic gas is refused by the engine before it runs; that is a failure like any other here. */
async function succeeds(...parameters: Parameters<typeof run>): Promise<boolean> {
  try {
    return (await run(...parameters)).status === 'success';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'INTRINSIC_GAS') return false;
    throw error;
  }
}

function isOutOfGas(outcome: CallOutcome): boolean {
  return outcome.haltReason?.includes('out of gas') ?? false;
}
