import { chainStateAbi, faucetAbi, l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import {
  type Address,
  decodeEventLog,
  decodeFunctionData,
  type Hex,
  hexToBigInt,
  type Log,
  parseAbi,
  zeroAddress,
} from 'viem';

import { methodOf } from './methods.ts';

/** A sentence in parts, so that addresses and amounts keep their own look. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'address'; address: Address }
  /** Native coin. */
  | { kind: 'coin'; value: bigint }
  /** Amount of an ERC-20. */
  | { kind: 'amount'; token: Address; value: bigint }
  | { kind: 'nft'; token: Address; tokenId: bigint }
  | { kind: 'token'; token: Address };

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
    logs: readonly Pick<Log, 'address' | 'topics' | 'data'>[];
  };
};

const text = (value: string): Part => ({ kind: 'text', text: value });
const address = (value: Address): Part => ({ kind: 'address', address: value });

/** What a transaction did, said first and in one sentence. */
export function sentenceOf(transaction: SentenceInput): Part[] {
  if (transaction.system) return systemSentence(transaction);
  const { receipt } = transaction;
  if (receipt?.status === 'reverted') return failedSentence(transaction);
  if (transaction.to === null) {
    const created = receipt?.contractAddress;
    return created
      ? [address(transaction.from), text(' deployed a contract at '), address(created)]
      : [address(transaction.from), text(' deploys a contract')];
  }
  return (
    (receipt && eventSentence(transaction, receipt.logs)) ?? bridgeSentence(transaction) ?? plainSentence(transaction)
  );
}

function failedSentence({ from, to, input, value }: SentenceInput): Part[] {
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
  return [address(from), text(` tried to call ${methodOf(input)} on `), address(to), text(', but it failed')];
}

function plainSentence({ from, to, input, value, receipt }: SentenceInput): Part[] {
  const done = receipt !== undefined;
  if (to === null) return [];
  if (input === '0x')
    return [address(from), text(done ? ' sent ' : ' sends '), { kind: 'coin', value }, text(' to '), address(to)];
  const paid: Part[] = value === 0n ? [] : [text(' with '), { kind: 'coin', value }];
  return [address(from), text(`${done ? ' called ' : ' calls '}${methodOf(input)} on `), address(to), ...paid];
}

function bridgeSentence({ from, to, input, value }: SentenceInput): Part[] | null {
  if (to?.toLowerCase() !== PREDEPLOYS.l2Bridge.toLowerCase()) return null;
  try {
    const call = decodeFunctionData({ abi: l2BridgeAbi, data: input });
    const who: Part[] = [address(from), text(' withdrew ')];
    switch (call.functionName) {
      case 'withdrawNative':
        return [...who, { kind: 'coin', value }, text(' to the L1 for '), address(call.args[0])];
      case 'withdrawErc20':
        return [
          ...who,
          { kind: 'amount', token: call.args[0], value: call.args[2] },
          text(' to the L1 for '),
          address(call.args[1]),
        ];
      case 'withdrawErc721':
        return [
          ...who,
          { kind: 'nft', token: call.args[0], tokenId: call.args[2] },
          text(' to the L1 for '),
          address(call.args[1]),
        ];
      default:
        return null;
    }
  } catch {
    return null;
  }
}

type Transfer = { token: Address; from: Address; to: Address; tokenId?: bigint; value?: bigint };

const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const tokenEvents = parseAbi([
  'event Approval(address indexed owner, address indexed spender, uint256 value)',
  'event ApprovalForAll(address indexed owner, address indexed operator, bool approved)',
]);

/** ERC-20 and ERC-721 share the topic of Transfer; the third indexed argument tells them apart. */
export function transfersOf(logs: readonly Pick<Log, 'address' | 'topics' | 'data'>[]): Transfer[] {
  const transfers: Transfer[] = [];
  for (const log of logs) {
    const [topic, from, to, id] = log.topics;
    if (topic !== TRANSFER || from === undefined || to === undefined) continue;
    const base = { token: log.address, from: fromTopic(from), to: fromTopic(to) };
    if (id !== undefined) transfers.push({ ...base, tokenId: hexToBigInt(id) });
    else if (log.data.length >= 66) transfers.push({ ...base, value: hexToBigInt(log.data.slice(0, 66) as Hex) });
  }
  return transfers;
}

function fromTopic(topic: Hex): Address {
  return `0x${topic.slice(26)}`;
}

function eventSentence(transaction: SentenceInput, logs: NonNullable<SentenceInput['receipt']>['logs']): Part[] | null {
  if (transaction.to?.toLowerCase() === PREDEPLOYS.l2Bridge.toLowerCase()) return null;
  for (const log of logs) {
    if (log.address.toLowerCase() !== PREDEPLOYS.faucet.toLowerCase()) continue;
    const event = decodeFaucet(log);
    if (event !== null)
      return [text('The faucet gave '), { kind: 'coin', value: event.amountWei }, text(' to '), address(event.to)];
  }
  const transfers = transfersOf(logs);
  const nfts = transfers.filter((each) => each.tokenId !== undefined);
  const first = nfts[0] ?? transfers[0];
  if (first === undefined) return approvalSentence(transaction, logs);
  const same = transfers.filter(
    (each) => each.token === first.token && each.from === first.from && each.to === first.to,
  );
  const what: Part[] =
    first.tokenId === undefined
      ? [{ kind: 'amount', token: first.token, value: same.reduce((sum, each) => sum + (each.value ?? 0n), 0n) }]
      : same.length === 1
        ? [{ kind: 'nft', token: first.token, tokenId: first.tokenId }]
        : [text(`${same.length} tokens of `), { kind: 'token', token: first.token }];
  const rest: Part[] =
    transfers.length > same.length ? [text(` and moved ${transfers.length - same.length} more`)] : [];
  const { from } = transaction;
  if (first.from === zeroAddress) {
    const other: Part[] = first.to.toLowerCase() === from.toLowerCase() ? [] : [text(' for '), address(first.to)];
    return [address(from), text(' minted '), ...what, ...other, ...rest];
  }
  if (first.to === zeroAddress) return [address(from), text(' burned '), ...what, ...rest];
  const of: Part[] = first.from.toLowerCase() === from.toLowerCase() ? [] : [text(' of '), address(first.from)];
  return [address(from), text(' sent '), ...what, ...of, text(' to '), address(first.to), ...rest];
}

function approvalSentence(
  { from, to }: SentenceInput,
  logs: readonly Pick<Log, 'address' | 'topics' | 'data'>[],
): Part[] | null {
  for (const log of logs) {
    try {
      const event = decodeEventLog({ abi: tokenEvents, topics: log.topics, data: log.data });
      if (event.eventName === 'Approval') {
        return [
          address(from),
          text(' let '),
          address(event.args.spender),
          text(' take up to '),
          { kind: 'amount', token: log.address, value: event.args.value },
        ];
      }
      const word = event.args.approved ? ' let ' : ' no longer lets ';
      return [
        address(from),
        text(word),
        address(event.args.operator),
        text(' take all its '),
        { kind: 'token', token: to ?? log.address },
      ];
    } catch {
      // another event
    }
  }
  return null;
}

function decodeFaucet(log: Pick<Log, 'topics' | 'data'>): { to: Address; amountWei: bigint } | null {
  try {
    return decodeEventLog({ abi: faucetAbi, topics: log.topics, data: log.data, eventName: 'Dripped' }).args;
  } catch {
    return null;
  }
}

const settlerSteps: Record<string, string> = {
  [PREDEPLOYS.settler.toLowerCase()]: 'The settlement wrote who owns what into the outbox',
};

function systemSentence({ to, input, receipt }: SentenceInput): Part[] {
  const failed = receipt?.status === 'reverted' ? ', but it failed' : '';
  const target = to?.toLowerCase() ?? '';
  try {
    if (target === PREDEPLOYS.chainState.toLowerCase()) {
      const call = decodeFunctionData({ abi: chainStateAbi, data: input });
      if (call.functionName === 'advance') return [text(`The chain read the L1 up to block ${call.args[0]}${failed}`)];
      if (call.functionName === 'enterSettle')
        return [text(`The chain closed: from here on only the settlement runs${failed}`)];
    }
    if (target === PREDEPLOYS.l2Bridge.toLowerCase()) {
      const call = decodeFunctionData({ abi: l2BridgeAbi, data: input });
      if (call.functionName === 'finaliseErc20') {
        const [, recipient, amount, , symbol, decimals] = call.args;
        return [
          text(`${formatBridged(amount, decimals)} ${symbol} came from the L1 for `),
          address(recipient),
          text(failed),
        ];
      }
      if (call.functionName === 'finaliseErc721') {
        const [, recipient, tokenId, name] = call.args;
        return [text(`${name} #${tokenId} came from the L1 for `), address(recipient), text(failed)];
      }
    }
  } catch {
    // an unknown call of the system: said in general below
  }
  const known = settlerSteps[target];
  if (known !== undefined) return [text(`${known}${failed}`)];
  return to === null ? [text('The protocol acted')] : [text('The protocol called '), address(to), text(failed)];
}

function formatBridged(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${digits.slice(0, digits.length - decimals)}${fraction === '' ? '' : `.${fraction}`}`;
}
