import { PREDEPLOYS, SKIP_REASONS, type SkipReason } from '@tephra/protocol';
import { type Address, isAddressEqual, zeroAddress } from 'viem';
import { formatUnits } from '../lib/format.ts';
import { decodeCall, reader } from './decode.ts';
import { address, type Part, text } from './parts.ts';
import type { SentenceInput } from './sentence.ts';

const SKIPPED: Record<SkipReason, string> = {
  malformed: 'its bytes are no transaction',
  wrongChain: 'it is signed for another chain',
  type: 'users may not send its type',
  gasLimit: 'its gas limit is too high for a forced transaction',
  nonceTooLow: 'its nonce is already used',
  nonceTooHigh: 'its nonce is not due yet',
  funds: 'its sender cannot pay for it',
  feeCap: 'it offers less than the base fee',
  senderHasCode: 'its sender has code',
  other: 'it is not valid at its place',
};

/** Why a forced transaction was left out, by the protocol's number. */
export function skipReason(number: number): string {
  const [reason] = Object.entries(SKIP_REASONS).find(([, each]) => each === number) ?? ['other'];
  return SKIPPED[reason as SkipReason];
}

/** What each step of the settlement writes down. */
const SETTLED: Record<string, string> = {
  settleNative: 'the coin',
  settleErc20: 'a bridged ERC-20',
  settleBridgedErc20: 'a bridged ERC-20',
  settleBridgedErc721: 'bridged NFTs',
  settleBridgedErc1155: 'bridged ERC-1155 items',
  settleToken20: 'the facts of an ERC-20 born here',
  settleErc20Born: 'an ERC-20 born here',
  settleCollection: 'the facts of a collection born here',
  settleCollection721: 'the facts of a collection born here',
  settleErc721: 'NFTs born here',
  settleCollection1155: 'the facts of an ERC-1155 collection born here',
  settleErc1155: 'ERC-1155 items born here',
  settleShares: 'what a contract holds, by the shares of its owners',
};

/** What the protocol itself did: reading the L1, deposits, forced transactions that were left out, the settlement. */
export function systemSentence({ to, input, receipt }: SentenceInput): Part[] {
  const failed: Part[] = receipt?.status === 'reverted' ? [text(', but it failed')] : [];
  const call = decodeCall(input);
  if (to === null) return [text('The protocol acted')];
  if (call === null) return [text('The protocol called '), address(to), ...failed];
  const arg = reader(call);
  const holders = call.args.find((each) => Array.isArray(each.value))?.value;
  const recipient = arg<Address>('to', zeroAddress);
  switch (call.name) {
    case 'advance':
      return [text(`The chain read the L1 up to block ${arg('number', 0n)}`), ...failed];
    case 'enterSettle':
      return [text('The chain closed: from here on only the settlement runs'), ...failed];
    case 'enterSettled':
    case 'finish':
      return [text('The settlement is written down: the chain is over'), ...failed];
    case 'skipForced': {
      const why = skipReason(arg('reason', 0));
      return [text(`A forced transaction of the L1 inbox was left out: ${why}`), ...failed];
    }
    case 'finaliseErc20':
      return [
        text(`${formatUnits(arg('amount', 0n), arg('decimals', 18), 18)} ${arg('symbol', '')} came from the L1 for `),
        address(recipient),
        ...failed,
      ];
    case 'finaliseErc721':
      return [
        text(`${arg('name', 'A token')} #${arg('tokenId', 0n)} came from the L1 for `),
        address(recipient),
        ...failed,
      ];
    case 'finaliseErc1155':
      return [
        text(`${arg('amount', 0n)} of item #${arg('tokenId', 0n)} came from the L1 for `),
        address(recipient),
        ...failed,
      ];
  }
  if (/^finalise(Native|Currency|Eth)/.test(call.name)) {
    const value = arg('amount', 0n);
    return [{ kind: 'coin', value }, text(' came from the L1 for '), address(recipient), ...failed];
  }
  if (/^register/i.test(call.name)) {
    const name = arg('name', '');
    return [text(`The bridge made room for ${name === '' ? 'a token' : name} of the L1`), ...failed];
  }
  if (isAddressEqual(to, PREDEPLOYS.settler)) {
    const what = SETTLED[call.name];
    const count = Array.isArray(holders) ? `, ${holders.length} ${holders.length === 1 ? 'line' : 'lines'}` : '';
    return [text(`The settlement wrote down who owns ${what ?? 'what'}${count}`), ...failed];
  }
  return [text(`The protocol called ${call.name} on `), address(to), ...failed];
}
