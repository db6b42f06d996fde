import {
  concatHex,
  encodeAbiParameters,
  encodeFunctionData,
  type Hash,
  type Hex,
  parseAbi,
  stringToHex,
  toFunctionSelector,
  zeroAddress,
} from 'viem';
import { ProtocolError } from './errors.ts';
import type { ForcedTransaction } from './forcedTransaction.ts';
import { decodeInboxPayload, encodeInboxPayload, type InboxPayload, nextAccumulator } from './inbox.ts';
import { PREDEPLOYS } from './predeploys.ts';
import { sourceHash } from './sourceHash.ts';
import type { InboxMessage, L1Origin, SystemTransaction } from './types.ts';

/**
 * Most messages that one block takes; as many as the inbox accepts in one L1 block, so an origin that advances by one L1
 * block always fits. Protocol transactions are not held to the block gas limit when they are included (their number and
 * gas limits bound them); what they use counts in the block's gas.
 */
export const MAX_MESSAGES_PER_BLOCK = 64;

/** A transaction with which a block begins because its L1 origin advances. */
export type OriginTransaction = SystemTransaction | ForcedTransaction;

/** Gas limit of each transaction that follows from the L1. */
export const PROTOCOL_GAS_LIMITS = {
  advance: 200_000n,
  depositEth: 1_000_000n,
  depositErc20: 1_000_000n,
  /** Leaves room for a new collection and a token URI of 1 KiB. */
  depositErc721: 1_500_000n,
  depositErc1155: 1_500_000n,
  registerToken: 1_000_000n,
  close: 200_000n,
} as const;

/**
 * The transactions with which a block begins when its L1 origin differs from its parent's: `ChainState.advance`, then one
 * for each inbox message up to the new origin. What users forced in is handed on as it is: whether it can be executed shows
 * at its place in the block only.
 *
 * @param input.position number of messages consumed by the parent block
 * @param input.accumulator of the inbox after these
 * @param input.messages every message from `position` in L1 blocks <= `origin.number`, in order
 * @throws ProtocolError INBOX_MESSAGES_NOT_CONTIGUOUS, TOO_MANY_MESSAGES, INBOX_MESSAGE_MALFORMED
 */
export function originTransactions(input: {
  chainId: bigint;
  origin: L1Origin;
  position: bigint;
  accumulator: Hash;
  messages: InboxMessage[];
}): OriginTransaction[] {
  const { chainId, origin, messages } = input;
  if (messages.length > MAX_MESSAGES_PER_BLOCK) {
    throw new ProtocolError('TOO_MANY_MESSAGES', `A block takes ${MAX_MESSAGES_PER_BLOCK} inbox messages at most`, {
      details: { given: messages.length, origin: origin.number },
      hint: 'Advance the origin in smaller steps; newestOriginFor names the newest that fits.',
    });
  }
  const after = checkMessages(input);
  return [advanceTransaction(chainId, origin, after), ...messages.map((m) => messageTransaction(chainId, m))];
}

/** `ChainState.advance`. @param after the inbox behind the block's messages */
export const advanceTransaction = (
  chainId: bigint,
  origin: L1Origin,
  after: { position: bigint; accumulator: Hash },
): SystemTransaction => ({
  sourceHash: sourceHash(chainId, 'origin', origin.number),
  from: PREDEPLOYS.system,
  to: PREDEPLOYS.chainState,
  value: 0n,
  gasLimit: PROTOCOL_GAS_LIMITS.advance,
  data: encodeFunctionData({
    abi: CHAIN_STATE_ABI,
    functionName: 'advance',
    args: [origin.number, origin.hash, origin.timestamp, after.position, after.accumulator],
  }),
});

/**
 * Newest L1 block that may be the next origin without exceeding {@link MAX_MESSAGES_PER_BLOCK}.
 * @param candidate newest L1 block at read depth
 * @param messages unread messages in L1 blocks <= `candidate`, in order
 */
export function newestOriginFor(candidate: bigint, messages: InboxMessage[]): bigint {
  const first = messages[MAX_MESSAGES_PER_BLOCK];
  return first === undefined ? candidate : first.l1Block - 1n;
}

function checkMessages(input: { origin: L1Origin; position: bigint; accumulator: Hash; messages: InboxMessage[] }): {
  position: bigint;
  accumulator: Hash;
} {
  let { position, accumulator } = input;
  for (const message of input.messages) {
    const next = nextAccumulator(accumulator, message);
    if (message.index !== position || message.l1Block > input.origin.number || next !== message.accumulator) {
      throw new ProtocolError('INBOX_MESSAGES_NOT_CONTIGUOUS', `Inbox message ${message.index} does not follow`, {
        details: { expectedIndex: position, expectedAccumulator: next, origin: input.origin.number, message },
        hint: 'The L1 view is inconsistent, perhaps after a reorg: read the inbox again.',
      });
    }
    position += 1n;
    accumulator = next;
  }
  return { position, accumulator };
}

/** What follows from a message. @throws ProtocolError INBOX_MESSAGE_MALFORMED */
export function messageTransaction(
  chainId: bigint,
  message: Pick<InboxMessage, 'index' | 'kind' | 'data'>,
): OriginTransaction {
  const payload = decodeInboxPayload(message);
  if (payload.kind === 'forcedTransaction') return { inboxIndex: message.index, raw: payload.raw };
  return {
    sourceHash: sourceHash(chainId, 'message', message.index),
    from: PREDEPLOYS.system,
    to: payload.kind === 'close' ? PREDEPLOYS.chainState : PREDEPLOYS.l2Bridge,
    value: 0n,
    gasLimit: PROTOCOL_GAS_LIMITS[payload.kind],
    data: callData(payload),
  };
}

function callData(payload: Exclude<InboxPayload, { kind: 'forcedTransaction' }>): Hex {
  switch (payload.kind) {
    case 'close':
      return encodeFunctionData({ abi: CHAIN_STATE_ABI, functionName: 'enterSettle' });
    case 'depositEth':
      return finaliseErc20({
        l1Token: zeroAddress,
        to: payload.to,
        amount: payload.amount,
        name: stringToHex('Ether'),
        symbol: stringToHex('ETH'),
        decimals: 18,
      });
    case 'depositErc20':
      return finaliseErc20(payload);
    case 'depositErc721':
      return concatHex([
        FINALISE_ERC721_SELECTOR,
        encodeAbiParameters(FINALISE_ERC721_PARAMETERS, [
          payload.l1Token,
          payload.to,
          payload.tokenId,
          payload.name,
          payload.symbol,
          payload.uri,
        ]),
      ]);
    case 'depositErc1155':
      return concatHex([
        FINALISE_ERC1155_SELECTOR,
        encodeAbiParameters(FINALISE_ERC1155_PARAMETERS, [
          payload.l1Token,
          payload.to,
          payload.tokenId,
          payload.amount,
          payload.uri,
        ]),
      ]);
    case 'registerToken':
      // The same words in the same order.
      return concatHex([REGISTER_TOKEN_SELECTOR, encodeInboxPayload(payload)]);
  }
}

function finaliseErc20(deposit: Omit<Extract<InboxPayload, { kind: 'depositErc20' }>, 'kind'>): Hex {
  return concatHex([
    FINALISE_ERC20_SELECTOR,
    encodeAbiParameters(FINALISE_ERC20_PARAMETERS, [
      deposit.l1Token,
      deposit.to,
      deposit.amount,
      deposit.name,
      deposit.symbol,
      deposit.decimals,
    ]),
  ]);
}

const CHAIN_STATE_ABI = parseAbi([
  'function advance(uint64 number, bytes32 hash, uint64 timestamp, uint64 inboxPosition, bytes32 inboxAccumulator)',
  'function enterSettle()',
]);
const FINALISE_ERC20_SELECTOR = toFunctionSelector('finaliseErc20(address,address,uint256,string,string,uint8)');
const FINALISE_ERC721_SELECTOR = toFunctionSelector('finaliseErc721(address,address,uint256,string,string,string)');
const FINALISE_ERC1155_SELECTOR = toFunctionSelector('finaliseErc1155(address,address,uint256,uint256,string)');
const REGISTER_TOKEN_SELECTOR = toFunctionSelector(
  'registerToken(address,uint8,string,string,uint8,address,address,uint16)',
);
// `bytes` and `string` have the same ABI encoding; bytes keep text that is not UTF-8 as it was.
const FINALISE_ERC20_PARAMETERS = [
  { type: 'address' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'bytes' },
  { type: 'bytes' },
  { type: 'uint8' },
] as const;
const FINALISE_ERC721_PARAMETERS = [
  { type: 'address' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'bytes' },
  { type: 'bytes' },
  { type: 'bytes' },
] as const;
const FINALISE_ERC1155_PARAMETERS = [
  { type: 'address' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'uint256' },
  { type: 'bytes' },
] as const;
