import { decodeAbiParameters, encodeAbiParameters, type Hash, type Hex, keccak256 } from 'viem';
import { ProtocolError } from './errors.ts';
import type { OutboxMessage } from './types.ts';

/** Order of enum OutboxKind (contracts/src/bridge/IBridge.sol). */
export const OUTBOX_KINDS = [
  'none',
  'releaseErc20',
  'releaseErc721',
  'mintNative',
  'collection',
  'mintErc721',
  'claim',
  'erc20Metadata',
  'mintErc20',
  'collection1155',
  'mintErc1155',
  'releaseErc1155',
] as const satisfies readonly (OutboxMessage['kind'] | 'none')[];

/** A message as it stands in the outbox; the exact bytes are what the leaf commits to. */
export type RawOutboxMessage = { kind: number; payload: Hex };

export function encodeOutboxMessage(message: OutboxMessage): RawOutboxMessage {
  return { kind: OUTBOX_KINDS.indexOf(message.kind), payload: encodePayload(message) };
}

/**
 * Meaning of a message, for display and for choosing recipients. Text that is not UTF-8 is replaced by U+FFFD, so proofs
 * must use the raw payload and never a re-encoding.
 * @throws ProtocolError OUTBOX_MESSAGE_MALFORMED
 */
export function decodeOutboxMessage(kind: number, payload: Hex): OutboxMessage {
  try {
    return decodePayload(kind, payload);
  } catch (cause) {
    throw new ProtocolError('OUTBOX_MESSAGE_MALFORMED', `Outbox message of kind ${kind} cannot be decoded`, {
      details: { kind, payload },
      hint: 'Check that the payload comes from a MessageAppended event of this chain’s outbox.',
      cause,
    });
  }
}

/** Leaf of the outbox tree: keccak256(abi.encode(uint64 index, uint8 kind, bytes payload)). */
export function outboxLeaf(index: bigint, message: OutboxMessage | RawOutboxMessage): Hash {
  const raw =
    typeof message.kind === 'number' ? (message as RawOutboxMessage) : encodeOutboxMessage(message as OutboxMessage);
  return keccak256(
    encodeAbiParameters([{ type: 'uint64' }, { type: 'uint8' }, { type: 'bytes' }], [index, raw.kind, raw.payload]),
  );
}

function encodePayload(message: OutboxMessage): Hex {
  switch (message.kind) {
    case 'releaseErc20':
      return encodeAbiParameters(RELEASE, [message.l1Token, message.to, message.amount]);
    case 'releaseErc721':
      return encodeAbiParameters(RELEASE, [message.l1Token, message.to, message.tokenId]);
    case 'mintNative':
      return encodeAbiParameters(MINT_NATIVE, [message.to, message.amount]);
    case 'collection':
      return encodeAbiParameters(COLLECTION, [
        message.l2Token,
        message.name,
        message.symbol,
        message.owner,
        message.royaltyReceiver,
        message.royaltyBps,
        message.uriPrefix,
        message.uriSuffix,
      ]);
    case 'mintErc721':
      return encodeAbiParameters(MINT_ERC721, [message.l2Token, message.to, message.tokenId, message.uri]);
    case 'claim':
      return encodeAbiParameters(CLAIM, [message.inner, message.payload, message.holder]);
    case 'erc20Metadata':
      return encodeAbiParameters(ERC20_METADATA, [
        message.l2Token,
        message.name,
        message.symbol,
        message.decimals,
        message.owner,
      ]);
    case 'mintErc20':
      return encodeAbiParameters(RELEASE, [message.l2Token, message.to, message.amount]);
    case 'collection1155':
      return encodeAbiParameters(COLLECTION_1155, [
        message.l2Token,
        message.name,
        message.symbol,
        message.owner,
        message.royaltyReceiver,
        message.royaltyBps,
        message.uri,
      ]);
    case 'mintErc1155':
      return encodeAbiParameters(MINT_ERC1155, [
        message.l2Token,
        message.to,
        message.tokenId,
        message.amount,
        message.uri,
      ]);
    case 'releaseErc1155':
      return encodeAbiParameters(RELEASE_ERC1155, [message.l1Token, message.to, message.tokenId, message.amount]);
  }
}

function decodePayload(kind: number, payload: Hex): OutboxMessage {
  switch (OUTBOX_KINDS[kind]) {
    case 'releaseErc20': {
      const [l1Token, to, amount] = decodeAbiParameters(RELEASE, payload);
      return { kind: 'releaseErc20', l1Token, to, amount };
    }
    case 'releaseErc721': {
      const [l1Token, to, tokenId] = decodeAbiParameters(RELEASE, payload);
      return { kind: 'releaseErc721', l1Token, to, tokenId };
    }
    case 'mintNative': {
      const [to, amount] = decodeAbiParameters(MINT_NATIVE, payload);
      return { kind: 'mintNative', to, amount };
    }
    case 'collection': {
      const [l2Token, name, symbol, owner, royaltyReceiver, royaltyBps, uriPrefix, uriSuffix] = decodeAbiParameters(
        COLLECTION,
        payload,
      );
      return { kind: 'collection', l2Token, name, symbol, owner, royaltyReceiver, royaltyBps, uriPrefix, uriSuffix };
    }
    case 'mintErc721': {
      const [l2Token, to, tokenId, uri] = decodeAbiParameters(MINT_ERC721, payload);
      return { kind: 'mintErc721', l2Token, to, tokenId, uri };
    }
    case 'claim': {
      const [inner, innerPayload, holder] = decodeAbiParameters(CLAIM, payload);
      return { kind: 'claim', inner, payload: innerPayload, holder };
    }
    case 'erc20Metadata': {
      const [l2Token, name, symbol, decimals, owner] = decodeAbiParameters(ERC20_METADATA, payload);
      return { kind: 'erc20Metadata', l2Token, name, symbol, decimals, owner };
    }
    case 'mintErc20': {
      const [l2Token, to, amount] = decodeAbiParameters(RELEASE, payload);
      return { kind: 'mintErc20', l2Token, to, amount };
    }
    case 'collection1155': {
      const [l2Token, name, symbol, owner, royaltyReceiver, royaltyBps, uri] = decodeAbiParameters(
        COLLECTION_1155,
        payload,
      );
      return { kind: 'collection1155', l2Token, name, symbol, owner, royaltyReceiver, royaltyBps, uri };
    }
    case 'mintErc1155': {
      const [l2Token, to, tokenId, amount, uri] = decodeAbiParameters(MINT_ERC1155, payload);
      return { kind: 'mintErc1155', l2Token, to, tokenId, amount, uri };
    }
    case 'releaseErc1155': {
      const [l1Token, to, tokenId, amount] = decodeAbiParameters(RELEASE_ERC1155, payload);
      return { kind: 'releaseErc1155', l1Token, to, tokenId, amount };
    }
    default:
      throw new Error(`kind ${kind} does not exist`);
  }
}

const RELEASE = [{ type: 'address' }, { type: 'address' }, { type: 'uint256' }] as const;
const MINT_NATIVE = [{ type: 'address' }, { type: 'uint256' }] as const;
const COLLECTION = [
  { type: 'address' },
  { type: 'string' },
  { type: 'string' },
  { type: 'address' },
  { type: 'address' },
  { type: 'uint16' },
  { type: 'string' },
  { type: 'string' },
] as const;
const MINT_ERC721 = [{ type: 'address' }, { type: 'address' }, { type: 'uint256' }, { type: 'string' }] as const;
const CLAIM = [{ type: 'uint8' }, { type: 'bytes' }, { type: 'address' }] as const;
const ERC20_METADATA = [
  { type: 'address' },
  { type: 'string' },
  { type: 'string' },
  { type: 'uint8' },
  { type: 'address' },
] as const;
const COLLECTION_1155 = [
  { type: 'address' },
  { type: 'string' },
  { type: 'string' },
  { type: 'address' },
  { type: 'address' },
  { type: 'uint16' },
  { type: 'string' },
] as const;
const MINT_ERC1155 = [
  { type: 'address' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'uint256' },
  { type: 'string' },
] as const;
const RELEASE_ERC1155 = [{ type: 'address' }, { type: 'address' }, { type: 'uint256' }, { type: 'uint256' }] as const;
