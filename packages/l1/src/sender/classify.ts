import { rpcAnswer } from '../errors.ts';

/** What a node's refusal of eth_sendRawTransaction means for the sender. */
export type SendFailure =
  /** It has the transaction already: as good as accepted. */
  | 'known'
  | 'nonce-used'
  /** The pool holds another transaction of this nonce that pays about as much. */
  | 'underpriced'
  | 'fee-below-base'
  | 'insufficient-funds'
  | 'reverts'
  | 'rejected'
  /** No answer: the node may or may not have it. */
  | 'transport';

const PATTERNS: [RegExp, SendFailure][] = [
  [/already (known|imported)|known transaction|alreadyexists/i, 'known'],
  [/nonce too low|nonce is too low|invalid nonce.*lower|oldnonce/i, 'nonce-used'],
  [/replacement transaction underpriced|transaction underpriced|underpriced/i, 'underpriced'],
  [/less than block base fee|max fee per gas less|feetoolow/i, 'fee-below-base'],
  [/insufficient funds/i, 'insufficient-funds'],
  [/execution reverted/i, 'reverts'],
];

/** Classifies by the words of go-ethereum, reth, anvil, Nethermind and Besu, as their error codes are all alike. */
export function classifySendFailure(error: unknown): SendFailure {
  const answer = rpcAnswer(error);
  if (answer === undefined) return 'transport';
  for (const [pattern, failure] of PATTERNS) if (pattern.test(answer.message)) return failure;
  return 'rejected';
}
