import type { PlatformInfo } from '@tephra/api';
import { isAddress } from 'viem';
import { type L1TokenView, useL1Token } from '../bridge/l1Token.ts';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { describeError } from '../lib/errors.ts';
import type { Draft } from './draft.ts';

/** The L1 token of a draft in mode erc20: what it says of itself, what the platform's account holds, what is wrong with it. */
export function useCurrencyToken(
  draft: Draft | null,
  platform: PlatformInfo | undefined,
): { facts: L1TokenView | undefined; error: string | undefined } {
  const wanted = draft?.currencyMode === 'erc20' ? draft.currencyToken.trim() : '';
  const client = platform === undefined ? undefined : publicClientOf(l1ChainOf(platform.l1));
  const account = platform?.l1.account;
  const token = useL1Token(client, wanted, account !== undefined && isAddress(account) ? account : undefined);
  const facts = token.data ?? undefined;
  if (token.isError) return { facts: undefined, error: describeError(token.error).message };
  if (facts === undefined) return { facts, error: undefined };
  if (facts.decimals === null) return { facts, error: 'It tells no decimals, so it is no ERC-20 token.' };
  if (facts.decimals !== 18) return { facts, error: `It has ${facts.decimals} decimals; a layer’s coin needs 18.` };
  return { facts, error: undefined };
}
