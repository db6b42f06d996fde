import { bytesToHex, fromRlp, hexToBytes, numberToHex, toRlp } from 'viem';
import type { ChainRules } from './blockContext.ts';
import { ProtocolError } from './errors.ts';
import { hardforkNumber, hardforkOf } from './hardfork.ts';
import { messageKindNumber, messageKindOf } from './inbox.ts';
import type { Hash, Hex, InboxMessage, L1Origin, Output } from './types.ts';

/** First byte of every proof: 1 where the rules are Cancun's, which then don't name the fork; 2 where they name a later one. */
export const POV_VERSIONS = { cancun: 1, named: 2 } as const;
/** Most blocks that one proof covers. */
export const MAX_POV_BLOCKS = 6;

/** A message of the inbox as far as a block's transactions follow from it; index and accumulator follow from the parent. */
export type PovMessage = Pick<InboxMessage, 'kind' | 'sender' | 'l1Block' | 'l1Timestamp' | 'data'>;

export type PovBlock = {
  timestamp: bigint;
  /** Null when it is the parent's. */
  origin: (L1Origin & { messages: PovMessage[] }) | null;
  /** As in a batch: all but what follows from the L1. */
  transactions: Hex[];
  claim: { stateRoot: Hash; receiptsRoot: Hash; blockHash: Hash; outputRoot: Hash };
};

/** A proof of validity: everything that is needed to execute some blocks and nothing else (docs/engine.md). */
export type Pov = {
  chainId: bigint;
  rules: ChainRules;
  parent: Pick<Output, 'historyRoot'> & {
    /** RLP. What else is in the parent's output stands in the header or in the state. */
    header: Hex;
  };
  blocks: PovBlock[];
  /** Trie nodes, code and nodes of the history tree, each once, in the order in which execution first needs them. */
  nodes: Uint8Array[];
};

type Item = Uint8Array | readonly Item[];

/** Wire form: the version and `rlp([rules, parent, blocks, nodes])`. */
export function encodePov(pov: Pov): Uint8Array {
  const { rules, parent } = pov;
  const isNamed = rules.hardfork !== 'cancun';
  const item: Item = [
    [
      integer(pov.chainId),
      integer(rules.blockGasLimit),
      integer(rules.gasless ? 1n : 0n),
      integer(rules.minBaseFee),
      integer(rules.dataFeePerByte),
      ...(isNamed ? [integer(BigInt(hardforkNumber(rules.hardfork)))] : []),
    ],
    [fromRlp(parent.header, 'bytes') as Item, hexToBytes(parent.historyRoot)],
    pov.blocks.map(encodeBlock),
    pov.nodes,
  ];
  const rlp = toRlp(item as Parameters<typeof toRlp>[0], 'bytes') as Uint8Array;
  const bytes = new Uint8Array(rlp.length + 1);
  bytes[0] = isNamed ? POV_VERSIONS.named : POV_VERSIONS.cancun;
  bytes.set(rlp, 1);
  return bytes;
}

/**
 * Reads the wire form. Only shapes are checked: whether the proof holds is for `validatePov` to say.
 * @throws ProtocolError POV_MALFORMED
 */
export function decodePov(bytes: Uint8Array): Pov {
  const isNamed = bytes[0] === POV_VERSIONS.named;
  if (!isNamed && bytes[0] !== POV_VERSIONS.cancun) throw malformed(`version ${bytes[0]} is not known`);
  try {
    const [rules, parent, blocks, nodes] = list(fromRlp(bytes.subarray(1), 'bytes') as Item, 4);
    const [chainId, blockGasLimit, gasless, minBaseFee, dataFeePerByte, fork] = list(rules!, isNamed ? 6 : 5).map(
      number,
    );
    const hardfork = fork === undefined ? 'cancun' : hardforkOf(Number(fork));
    if (hardfork === undefined || (isNamed && hardfork === 'cancun')) throw malformed(`fork ${fork} is not known`);
    const [header, historyRoot] = list(parent!, 2);
    return {
      chainId: chainId!,
      rules: {
        blockGasLimit: blockGasLimit!,
        gasless: gasless === 1n,
        minBaseFee: minBaseFee!,
        dataFeePerByte: dataFeePerByte!,
        hardfork,
      },
      parent: {
        header: toRlp(header as Parameters<typeof toRlp>[0], 'hex') as Hex,
        historyRoot: text(historyRoot!),
      },
      blocks: list(blocks!).map(decodeBlock),
      nodes: list(nodes!).map(string),
    };
  } catch (cause) {
    throw cause instanceof ProtocolError ? cause : malformed('it is not the encoding of a proof', cause);
  }
}

function encodeBlock({ timestamp, origin, transactions, claim }: PovBlock): Item {
  return [
    integer(timestamp),
    origin === null
      ? []
      : [
          integer(origin.number),
          hexToBytes(origin.hash),
          integer(origin.timestamp),
          origin.messages.map(({ kind, sender, l1Block, l1Timestamp, data }) => [
            integer(BigInt(messageKindNumber(kind))),
            hexToBytes(sender),
            integer(l1Block),
            integer(l1Timestamp),
            hexToBytes(data),
          ]),
        ],
    transactions.map((raw) => hexToBytes(raw)),
    [claim.stateRoot, claim.receiptsRoot, claim.blockHash, claim.outputRoot].map((hash) => hexToBytes(hash)),
  ];
}

function decodeBlock(item: Item): PovBlock {
  const [timestamp, origin, transactions, claim] = list(item, 4);
  const [stateRoot, receiptsRoot, blockHash, outputRoot] = list(claim!, 4).map(text);
  return {
    timestamp: number(timestamp!),
    origin: list(origin!).length === 0 ? null : decodeOrigin(origin!),
    transactions: list(transactions!).map(text),
    claim: { stateRoot: stateRoot!, receiptsRoot: receiptsRoot!, blockHash: blockHash!, outputRoot: outputRoot! },
  };
}

function decodeOrigin(item: Item): NonNullable<PovBlock['origin']> {
  const [originNumber, hash, timestamp, messages] = list(item, 4);
  return {
    number: number(originNumber!),
    hash: text(hash!),
    timestamp: number(timestamp!),
    messages: list(messages!).map((message) => {
      const [kind, sender, l1Block, l1Timestamp, data] = list(message, 5);
      return {
        kind: messageKindOf(Number(number(kind!))),
        sender: text(sender!),
        l1Block: number(l1Block!),
        l1Timestamp: number(l1Timestamp!),
        data: text(data!),
      };
    }),
  };
}

/** Shortest big-endian form; 0 is no bytes. */
function integer(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const digits = numberToHex(value).slice(2);
  return hexToBytes(`0x${digits.length % 2 === 0 ? digits : `0${digits}`}`);
}

function list(item: Item, length?: number): readonly Item[] {
  if (item instanceof Uint8Array) throw malformed('a list is missing');
  if (length !== undefined && item.length !== length) throw malformed(`a list has ${item.length} items, not ${length}`);
  return item;
}

function string(item: Item): Uint8Array {
  if (!(item instanceof Uint8Array)) throw malformed('a list is where bytes must be');
  return item;
}

const text = (item: Item): Hex => bytesToHex(string(item));
const number = (item: Item): bigint => {
  const bytes = string(item);
  if (bytes.length > 32 || bytes[0] === 0) throw malformed('an integer is not in its shortest form');
  return bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes));
};

function malformed(reason: string, cause?: unknown): ProtocolError {
  return new ProtocolError('POV_MALFORMED', `The proof of validity is malformed: ${reason}`, {
    hint: 'Ask the node again, or another one.',
    cause,
  });
}
