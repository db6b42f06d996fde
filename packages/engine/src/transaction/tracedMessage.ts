import type { BlockContext } from '../engine.ts';
import type { TracedMessage } from '../tracing.ts';
import { authoritiesOf } from './authorization.ts';
import type { DecodedTransaction } from './decode.ts';

/** What a tracer is told of a transaction before its first instruction. */
export const tracedMessage = (
  { sender, to, gasLimit, authorizationList }: DecodedTransaction,
  { coinbase }: BlockContext,
): TracedMessage => ({ from: sender, to, gasLimit, coinbase, authorities: authoritiesOf(authorizationList) });
