import type { Log } from '@tephra/engine';
import { type Address, type Hex, PREDEPLOYS } from '@tephra/protocol';

export type TransferStandard = 'native' | 'erc20' | 'erc721' | 'erc1155';

/** An asset that changed hands, as a log tells it; wei or the token's smallest unit. */
export type Transfer = {
  standard: TransferStandard;
  /** Null for the chain's currency. */
  token: Address | null;
  from: Address;
  to: Address;
  /** Null for an ERC-721 token. */
  amount: bigint | null;
  /** Null for a currency. */
  tokenId: bigint | null;
};

/** `Transfer(address,address,uint256)` of ERC-20 and ERC-721, which differ in what is indexed. */
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
/** ERC-1155: `TransferSingle(address,address,address,uint256,uint256)` and its batch form. */
const TRANSFER_SINGLE = '0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62';
const TRANSFER_BATCH = '0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb';
/** `Dripped(address,uint256)` of the faucet, which hands out the chain's currency. */
const DRIPPED = '0x0daf449977d5acafa35195e10b3eb92f97839892a6653afaba222379b58d8a9b';
/** `DepositFinalised(address,address,address,uint256)` of the bridge; with L2 token zero it paid out the chain's currency. */
const DEPOSIT_FINALISED = '0x4873031b1b5b43cc5fd3ddbe033021aa844c6d9893653ca958eebdb6f1958629';

/** `FeesWithdrawn(address,uint256)` of the fee vaults. */
const FEES_WITHDRAWN = '0xc0819c13be868895eb93e40eaceb96de976442fa1d404e5c55f14bb65a8c489a';

const FAUCET = PREDEPLOYS.faucet.toLowerCase();
const BRIDGE = PREDEPLOYS.l2Bridge.toLowerCase();
const ZERO_TOPIC: Hex = `0x${'0'.repeat(64)}`;
const VAULTS: readonly string[] = [
  PREDEPLOYS.baseFeeVault.toLowerCase(),
  PREDEPLOYS.priorityFeeVault.toLowerCase(),
  PREDEPLOYS.dataFeeVault.toLowerCase(),
];
const WORD = 64;

/**
 * The transfers that a log reports, from the `first`th up to the `end`th; none for any other log. All of one log have the
 * same two sides. What a contract writes into its logs is its own affair: this reads them as wallets and explorers do, and
 * believes neither amounts nor addresses to be true.
 */
export function transfersOf(log: Log, first = 0, end = Number.POSITIVE_INFINITY): Transfer[] {
  if (log.topics[0] === TRANSFER_BATCH) return batch(log, first, end);
  return first === 0 ? single(log) : [];
}

function single(log: Log): Transfer[] {
  const [topic, ...indexed] = log.topics;
  switch (topic) {
    case TRANSFER: {
      if (indexed.length === 2 && words(log.data) === 1) {
        const [from, to] = indexed.map(addressOf) as [Address, Address];
        return [{ standard: 'erc20', token: log.address, from, to, amount: BigInt(log.data), tokenId: null }];
      }
      if (indexed.length === 3 && log.data === '0x') {
        const [from, to] = indexed.map(addressOf) as [Address, Address];
        return [{ standard: 'erc721', token: log.address, from, to, amount: null, tokenId: BigInt(indexed[2]!) }];
      }
      return [];
    }
    case TRANSFER_SINGLE: {
      if (indexed.length !== 3 || words(log.data) !== 2) return [];
      return [multi(log, indexed, word(log.data, 0), word(log.data, 1))];
    }
    case DRIPPED:
      return log.address === FAUCET ? [paid(log, indexed[0]!)] : [];
    case DEPOSIT_FINALISED:
      return log.address === BRIDGE && indexed[1] === ZERO_TOPIC ? [paid(log, indexed[2]!)] : [];
    case FEES_WITHDRAWN:
      return VAULTS.includes(log.address) ? [paid(log, indexed[0]!)] : [];
    default:
      return [];
  }
}

/** Currency that a predeploy paid out, which is no transaction's value. */
function paid(log: Log, to: Hex): Transfer {
  const amount = word(log.data, 0);
  return { standard: 'native', token: null, from: log.address, to: addressOf(to), amount, tokenId: null };
}

function multi(log: Log, indexed: Hex[], tokenId: bigint, amount: bigint): Transfer {
  const [from, to] = [addressOf(indexed[1]!), addressOf(indexed[2]!)];
  return { standard: 'erc1155', token: log.address, from, to, amount, tokenId };
}

const addressOf = (topic: Hex): Address => `0x${topic.slice(26)}`;

/** Whole words of `data`, or -1 when there is a rest. */
function words(data: Hex): number {
  const count = (data.length - 2) / WORD;
  return Number.isInteger(count) ? count : -1;
}

function word(data: Hex, index: number): bigint {
  return BigInt(`0x${data.slice(2 + index * WORD, 2 + (index + 1) * WORD)}`);
}

/** One log may hold a hundred thousand: only those that are asked for are read. */
function batch(log: Log, first: number, end: number): Transfer[] {
  const [, ...indexed] = log.topics;
  const ids = arrayAt(log.data, 0);
  const amounts = arrayAt(log.data, 1);
  if (indexed.length !== 3 || ids === undefined || amounts?.length !== ids.length) return [];
  const transfers: Transfer[] = [];
  for (let i = first; i < Math.min(ids.length, end); i++) {
    transfers.push(multi(log, indexed, word(log.data, ids.start + i), word(log.data, amounts.start + i)));
  }
  return transfers;
}

/** The array of words whose offset stands in word `index`; undefined when it does not lie within `data`. */
function arrayAt(data: Hex, index: number): { start: number; length: number } | undefined {
  const available = Math.floor((data.length - 2) / WORD);
  if (available <= index) return undefined;
  const offset = word(data, index);
  if (offset % 32n !== 0n || offset / 32n >= BigInt(available)) return undefined;
  const start = Number(offset / 32n);
  const length = word(data, start);
  if (length > BigInt(available - start - 1)) return undefined;
  return { start: start + 1, length: Number(length) };
}
