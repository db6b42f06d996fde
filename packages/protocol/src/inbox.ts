import { type Address, decodeAbiParameters, encodeAbiParameters, type Hash, type Hex, keccak256 } from 'viem';
import { ProtocolError } from './errors.ts';
import type { InboxMessage, MessageKind } from './types.ts';

/** Order of enum MessageKind (contracts/src/rollup/IInbox.sol). */
export const MESSAGE_KINDS = [
  'none',
  'depositEth',
  'depositErc20',
  'depositErc721',
  'forcedTransaction',
  'close',
  'depositErc1155',
  'registerToken',
] as const satisfies readonly (MessageKind | 'none')[];

/** Number that the L1 uses for a message kind. */
export function messageKindNumber(kind: MessageKind): number {
  return MESSAGE_KINDS.indexOf(kind);
}

/** @throws ProtocolError INBOX_MESSAGE_MALFORMED for a number without meaning. */
export function messageKindOf(number: number): MessageKind {
  const kind = MESSAGE_KINDS[number];
  if (kind === undefined || kind === 'none') throw malformed(`kind ${number} does not exist`);
  return kind;
}

/**
 * Inbox hash chain: accumulator(i + 1) = keccak256(abi.encode(accumulator(i), i, kind, sender, l1Block, l1Timestamp,
 * keccak256(data))) (contracts/src/rollup/IInbox.sol). accumulator(0) is 32 zero bytes.
 * @param accumulator of the messages before this one.
 */
export function nextAccumulator(accumulator: Hash, message: Omit<InboxMessage, 'accumulator'>): Hash {
  return keccak256(
    encodeAbiParameters(ACCUMULATOR_PARAMETERS, [
      accumulator,
      message.index,
      messageKindNumber(message.kind),
      message.sender,
      message.l1Block,
      message.l1Timestamp,
      keccak256(message.data),
    ]),
  );
}

/**
 * Content of a message. Strings stay bytes: an L1 token may return text that is not UTF-8, and the chain must hand on
 * exactly what the L1 said.
 */
export type InboxPayload =
  | { kind: 'depositEth'; to: Address; amount: bigint }
  | { kind: 'depositErc20'; l1Token: Address; to: Address; amount: bigint; name: Hex; symbol: Hex; decimals: number }
  | { kind: 'depositErc721'; l1Token: Address; to: Address; tokenId: bigint; name: Hex; symbol: Hex; uri: Hex }
  | { kind: 'forcedTransaction'; raw: Hex }
  | { kind: 'close' }
  | { kind: 'depositErc1155'; l1Token: Address; to: Address; tokenId: bigint; amount: bigint; uri: Hex }
  | {
      kind: 'registerToken';
      l1Token: Address;
      /** Index in {@link TOKEN_STANDARDS}. */
      standard: number;
      name: Hex;
      symbol: Hex;
      decimals: number;
      /** What the token answers on the L1; zero when it does not. */
      owner: Address;
      royaltyReceiver: Address;
      royaltyBps: number;
    };

/** Standards of tokens as contracts number them. */
export const TOKEN_STANDARDS = ['erc20', 'erc721', 'erc1155'] as const;
export type TokenStandard = (typeof TOKEN_STANDARDS)[number];

/** @throws ProtocolError INBOX_MESSAGE_MALFORMED */
export function decodeInboxPayload(message: Pick<InboxMessage, 'kind' | 'data'>): InboxPayload {
  try {
    switch (message.kind) {
      case 'depositEth': {
        const [to, amount] = decodeAbiParameters(DEPOSIT_ETH, message.data);
        return { kind: 'depositEth', to, amount };
      }
      case 'depositErc20': {
        const [l1Token, to, amount, name, symbol, decimals] = decodeAbiParameters(DEPOSIT_ERC20, message.data);
        return { kind: 'depositErc20', l1Token, to, amount, name, symbol, decimals };
      }
      case 'depositErc721': {
        const [l1Token, to, tokenId, name, symbol, uri] = decodeAbiParameters(DEPOSIT_ERC721, message.data);
        return { kind: 'depositErc721', l1Token, to, tokenId, name, symbol, uri };
      }
      case 'forcedTransaction':
        return { kind: 'forcedTransaction', raw: message.data };
      case 'close':
        return { kind: 'close' };
      case 'depositErc1155': {
        const [l1Token, to, tokenId, amount, uri] = decodeAbiParameters(DEPOSIT_ERC1155, message.data);
        return { kind: 'depositErc1155', l1Token, to, tokenId, amount, uri };
      }
      case 'registerToken': {
        const [l1Token, standard, name, symbol, decimals, owner, royaltyReceiver, royaltyBps] = decodeAbiParameters(
          REGISTER_TOKEN,
          message.data,
        );
        return { kind: 'registerToken', l1Token, standard, name, symbol, decimals, owner, royaltyReceiver, royaltyBps };
      }
    }
  } catch (cause) {
    throw malformed(`payload of ${message.kind} cannot be decoded`, cause);
  }
}

/** The payload as the L1 contracts write it; inverse of {@link decodeInboxPayload}. */
export function encodeInboxPayload(payload: InboxPayload): Hex {
  switch (payload.kind) {
    case 'depositEth':
      return encodeAbiParameters(DEPOSIT_ETH, [payload.to, payload.amount]);
    case 'depositErc20':
      return encodeAbiParameters(DEPOSIT_ERC20, [
        payload.l1Token,
        payload.to,
        payload.amount,
        payload.name,
        payload.symbol,
        payload.decimals,
      ]);
    case 'depositErc721':
      return encodeAbiParameters(DEPOSIT_ERC721, [
        payload.l1Token,
        payload.to,
        payload.tokenId,
        payload.name,
        payload.symbol,
        payload.uri,
      ]);
    case 'forcedTransaction':
      return payload.raw;
    case 'close':
      return '0x';
    case 'depositErc1155':
      return encodeAbiParameters(DEPOSIT_ERC1155, [
        payload.l1Token,
        payload.to,
        payload.tokenId,
        payload.amount,
        payload.uri,
      ]);
    case 'registerToken':
      return encodeAbiParameters(REGISTER_TOKEN, [
        payload.l1Token,
        payload.standard,
        payload.name,
        payload.symbol,
        payload.decimals,
        payload.owner,
        payload.royaltyReceiver,
        payload.royaltyBps,
      ]);
  }
}

const DEPOSIT_ETH = [{ type: 'address' }, { type: 'uint256' }] as const;
const DEPOSIT_ERC20 = [
  { type: 'address' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'bytes' },
  { type: 'bytes' },
  { type: 'uint8' },
] as const;
const DEPOSIT_ERC721 = [
  { type: 'address' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'bytes' },
  { type: 'bytes' },
  { type: 'bytes' },
] as const;
const DEPOSIT_ERC1155 = [
  { type: 'address' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'uint256' },
  { type: 'bytes' },
] as const;
const REGISTER_TOKEN = [
  { type: 'address' },
  { type: 'uint8' },
  { type: 'bytes' },
  { type: 'bytes' },
  { type: 'uint8' },
  { type: 'address' },
  { type: 'address' },
  { type: 'uint16' },
] as const;
const ACCUMULATOR_PARAMETERS = [
  { type: 'bytes32' },
  { type: 'uint64' },
  { type: 'uint8' },
  { type: 'address' },
  { type: 'uint64' },
  { type: 'uint64' },
  { type: 'bytes32' },
] as const;

function malformed(reason: string, cause?: unknown): ProtocolError {
  return new ProtocolError('INBOX_MESSAGE_MALFORMED', `Inbox message is malformed: ${reason}`, {
    hint: 'Only the chain’s own bridge and rollup may deliver messages; check the inbox address.',
    cause,
  });
}
