import { PREDEPLOYS } from '@tephra/protocol';
import { type Abi, type Address, type Hex, isAddressEqual, zeroAddress } from 'viem';
import { decodeCall, decodeEvent, methodOf, reader } from './decode.ts';
import { address, type Part, text, things } from './parts.ts';
import { systemSentence } from './systemSentence.ts';
import { type LogLike, type Transfer, transfersOf } from './transfers.ts';

export type SentenceInput = {
  from: Address;
  to: Address | null;
  value: bigint;
  input: Hex;
  /** True for transactions that the protocol itself makes. */
  system: boolean;
  /** Absent while it is not in a block. */
  receipt?: {
    status: 'success' | 'reverted';
    contractAddress?: Address | null;
    logs: readonly LogLike[];
  };
};

/** What a transaction did, said first and in one sentence; `own` is the ABI of the called contract where one is known. */
export function sentenceOf(transaction: SentenceInput, own?: Abi): Part[] {
  if (transaction.system) return systemSentence(transaction);
  const { receipt } = transaction;
  if (receipt?.status === 'reverted') return failedSentence(transaction, own);
  if (transaction.to === null) {
    const created = receipt?.contractAddress;
    return created
      ? [address(transaction.from), text(' deployed '), { kind: 'created', address: created }]
      : [address(transaction.from), text(' deploys a contract')];
  }
  const said =
    bridgeSentence(transaction) ??
    (receipt && eventSentence(transaction, receipt.logs)) ??
    plainSentence(transaction, own);
  return [...said, ...together(transaction.input)];
}

/** " in 3 calls at once" where the transaction bundles several. */
function together(input: Hex): Part[] {
  const call = decodeCall(input);
  if (call === null || !/^(multicall|aggregate)/.test(call.name)) return [];
  const calls = call.args.find((arg) => Array.isArray(arg.value))?.value;
  return Array.isArray(calls) && calls.length > 1 ? [text(`, ${calls.length} calls at once`)] : [];
}

function failedSentence({ from, to, input, value }: SentenceInput, own?: Abi): Part[] {
  if (to === null) return [address(from), text(' tried to deploy a contract, but it failed')];
  if (input === '0x') {
    return [
      address(from),
      text(' tried to send '),
      { kind: 'coin', value },
      text(' to '),
      address(to),
      text(', but it failed'),
    ];
  }
  return [address(from), text(` tried to call ${methodOf(input, own)} on `), address(to), text(', but it failed')];
}

function plainSentence({ from, to, input, value, receipt }: SentenceInput, own?: Abi): Part[] {
  const done = receipt !== undefined;
  if (to === null) return [];
  if (input === '0x')
    return [address(from), text(done ? ' sent ' : ' sends '), { kind: 'coin', value }, text(' to '), address(to)];
  const paid: Part[] = value === 0n ? [] : [text(' with '), { kind: 'coin', value }];
  return [address(from), text(`${done ? ' called ' : ' calls '}${methodOf(input, own)} on `), address(to), ...paid];
}

function bridgeSentence({ from, to, input, value }: SentenceInput): Part[] | null {
  if (to?.toLowerCase() !== PREDEPLOYS.l2Bridge.toLowerCase()) return null;
  const call = decodeCall(input);
  if (call === null) return null;
  const arg = reader(call);
  const recipient = arg<Address>('to', zeroAddress);
  const done = (what: Part): Part[] => [
    address(from),
    text(' withdrew '),
    what,
    text(' to the L1 for '),
    address(recipient),
  ];
  const token = arg<Address>('l2Token', zeroAddress);
  switch (call.name) {
    case 'withdrawNative':
      return done({ kind: 'coin', value });
    case 'withdrawErc20':
      return done({ kind: 'amount', token, value: arg('amount', 0n) });
    case 'withdrawErc721':
      return done({ kind: 'nft', token, tokenId: arg('tokenId', 0n) });
    case 'withdrawErc1155':
      return done({ kind: 'items', token, tokenId: arg('tokenId', 0n), amount: arg('amount', 0n) });
    default:
      return null;
  }
}

function eventSentence(transaction: SentenceInput, logs: readonly LogLike[]): Part[] | null {
  const { from, to } = transaction;
  for (const log of logs) {
    if (!isAddressEqual(log.address, PREDEPLOYS.faucet)) continue;
    const event = decodeEvent(log);
    if (event?.name !== 'Dripped') continue;
    const arg = reader(event);
    return [
      text('The faucet gave '),
      { kind: 'coin', value: arg('amountWei', 0n) },
      text(' to '),
      address(arg<Address>('to', zeroAddress)),
    ];
  }
  const transfers = transfersOf(logs);
  const trade = tradeSentence(transaction, transfers, logs);
  if (trade !== null) return trade;
  const first = transfers.find((each) => each.kind !== 'erc20') ?? transfers[0];
  if (first === undefined) return approvalSentence(from, logs);
  const same = transfers.filter(
    (each) =>
      each.token === first.token && each.kind === first.kind && each.from === first.from && each.to === first.to,
  );
  const what = things(same);
  const rest: Part[] =
    transfers.length > same.length ? [text(` and moved ${transfers.length - same.length} more`)] : [];
  const paid: Part[] =
    transaction.value === 0n || to === null ? [] : [text(' for '), { kind: 'coin', value: transaction.value }];
  if (isAddressEqual(first.from, zeroAddress)) {
    const other: Part[] = isAddressEqual(first.to, from) ? [] : [text(' for '), address(first.to)];
    return [address(from), text(' minted '), ...what, ...other, ...paid, ...rest];
  }
  if (isAddressEqual(first.to, zeroAddress)) return [address(from), text(' burned '), ...what, ...rest];
  const of: Part[] = isAddressEqual(first.from, from) ? [] : [text(' of '), address(first.from)];
  return [address(from), text(' sent '), ...what, ...of, text(' to '), address(first.to), ...rest];
}

/** "swapped 10 EMB for 20 BSLT on 0x…", "bought Otters #7 for 1 ASH": one thing went away, another one came. */
function tradeSentence(
  { from, to, value }: SentenceInput,
  transfers: readonly Transfer[],
  logs: readonly LogLike[],
): Part[] | null {
  if (to === null) return null;
  const gave = transfers.filter((each) => isAddressEqual(each.from, from) && !isAddressEqual(each.to, from));
  const got = transfers.filter((each) => isAddressEqual(each.to, from) && !isAddressEqual(each.from, from));
  const given: Part[] | null =
    value > 0n && gave.length === 0
      ? [{ kind: 'coin', value }]
      : value === 0n && gave.length > 0 && oneToken(gave)
        ? things(gave)
        : null;
  if (given === null || got.length === 0 || !oneToken(got)) return null;
  // New tokens for coin are a mint, which is said as such.
  if (value > 0n && got.every((each) => isAddressEqual(each.from, zeroAddress))) return null;
  if (gave[0] !== undefined && got[0] !== undefined && isAddressEqual(gave[0].token, got[0].token)) return null;
  const received = things(got);
  if (got[0]?.kind === 'erc721') {
    return [address(from), text(' bought '), ...received, text(' for '), ...given, text(' on '), address(to)];
  }
  if (gave[0]?.kind === 'erc721') {
    return [address(from), text(' sold '), ...given, text(' for '), ...received, text(' on '), address(to)];
  }
  const swapped = logs.some((log) => decodeEvent(log)?.name === 'Swap');
  const verb = swapped ? ' swapped ' : ' gave ';
  const middle = swapped ? ' for ' : ' and got ';
  return [address(from), text(verb), ...given, text(middle), ...received, text(' on '), address(to)];
}

function oneToken(transfers: readonly Transfer[]): boolean {
  return transfers.every((each) => each.token === transfers[0]?.token);
}

function approvalSentence(from: Address, logs: readonly LogLike[]): Part[] | null {
  for (const log of logs) {
    const event = decodeEvent(log);
    if (event === null) continue;
    const arg = reader(event);
    const owner = arg<Address>('owner', from);
    const own: Part[] = isAddressEqual(owner, from) ? [] : [text(' of '), address(owner)];
    const token: Part = { kind: 'token', token: log.address };
    if (event.name === 'ApprovalForAll') {
      const word = arg('approved', false) ? ' let ' : ' no longer lets ';
      return [
        address(from),
        text(word),
        address(arg<Address>('operator', from)),
        text(' take all its '),
        token,
        ...own,
      ];
    }
    if (event.name !== 'Approval') continue;
    if (event.args.some((each) => each.name === 'tokenId')) {
      const approved = arg<Address>('approved', zeroAddress);
      const nft: Part = { kind: 'nft', token: log.address, tokenId: arg('tokenId', 0n) };
      if (isAddressEqual(approved, zeroAddress)) return [address(from), text(' lets nobody take '), nft];
      return [address(from), text(' let '), address(approved), text(' take '), nft];
    }
    const spender = address(arg<Address>('spender', from));
    const value = arg('value', 0n);
    if (value === 0n) return [address(from), text(' no longer lets '), spender, text(' take '), token, ...own];
    return [
      address(from),
      text(' let '),
      spender,
      text(' take up to '),
      { kind: 'amount', token: log.address, value },
      ...own,
    ];
  }
  return null;
}
