import { BaseError, ContractFunctionRevertedError } from 'viem';

export type ErrorText = { message: string; hint?: string; requestId?: string };

/**
 * Words for any failure: an answer of our API (envelope `{code, message, hint?, requestId?}`), an error of viem, or a lost
 * connection.
 */
export function describeError(error: unknown): ErrorText {
  if (error instanceof BaseError) return describeChainError(error);
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return {
      message: 'The platform did not answer.',
      hint: 'Check that ./tephra up is still running in its terminal; the page continues by itself when it is back.',
    };
  }
  if (error instanceof Error) {
    const extra = error as Error & { hint?: unknown; requestId?: unknown };
    return {
      message: error.message,
      hint: typeof extra.hint === 'string' ? extra.hint : undefined,
      requestId: typeof extra.requestId === 'string' ? extra.requestId : undefined,
    };
  }
  return { message: String(error) };
}

function describeChainError(error: BaseError): ErrorText {
  const reverted = error.walk((each) => each instanceof ContractFunctionRevertedError);
  if (reverted instanceof ContractFunctionRevertedError) {
    const name = reverted.data?.errorName ?? reverted.reason;
    return {
      message: name === undefined ? 'The contract reverted without a reason.' : `The contract reverted: ${name}.`,
    };
  }
  if (/HTTP request failed|fetch failed|Failed to fetch/i.test(error.message)) {
    return {
      message: 'The chain did not answer.',
      hint: 'Its node may be restarting; the page continues by itself when it is back.',
    };
  }
  if (/user rejected|denied/i.test(error.message))
    return { message: 'You refused the request in the wallet. Nothing was sent.' };
  if (/insufficient funds/i.test(error.message)) {
    return {
      message: 'The account holds too little for value and gas.',
      hint: 'Use the faucet, or choose another account.',
    };
  }
  return { message: error.shortMessage };
}
