import { type Address, decodeAbiParameters, type Hex, hexToBigInt, type Log } from 'viem';

export type LogLike = Pick<Log, 'address' | 'topics' | 'data'>;

/** One movement of one token by its event; `amount` is 1 for an ERC-721 token. */
export type Transfer = {
  kind: 'erc20' | 'erc721' | 'erc1155';
  token: Address;
  from: Address;
  to: Address;
  /** Null for an ERC-20. */
  tokenId: bigint | null;
  amount: bigint;
};

export const TRANSFER_TOPIC = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
export const TRANSFER_SINGLE_TOPIC = '0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62';
export const TRANSFER_BATCH_TOPIC = '0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb';

/** Movements of ERC-20, ERC-721 (same topic, told apart by the third indexed argument) and ERC-1155 tokens. */
export function transfersOf(logs: readonly LogLike[]): Transfer[] {
  return logs.flatMap((log) => {
    try {
      return transfersOfLog(log);
    } catch {
      // a log with the topic of a transfer and other data
      return [];
    }
  });
}

function transfersOfLog({ address: token, topics, data }: LogLike): Transfer[] {
  const [topic, first, second, third] = topics as readonly (Hex | undefined)[];
  if (first === undefined || second === undefined) return [];
  if (topic === TRANSFER_TOPIC) {
    const parties = { token, from: fromTopic(first), to: fromTopic(second) };
    if (third !== undefined) return [{ kind: 'erc721', ...parties, tokenId: hexToBigInt(third), amount: 1n }];
    if (data.length < 66) return [];
    return [{ kind: 'erc20', ...parties, tokenId: null, amount: hexToBigInt(data.slice(0, 66) as Hex) }];
  }
  if (third === undefined) return [];
  const parties = { kind: 'erc1155', token, from: fromTopic(second), to: fromTopic(third) } as const;
  if (topic === TRANSFER_SINGLE_TOPIC) {
    const [tokenId, amount] = decodeAbiParameters([{ type: 'uint256' }, { type: 'uint256' }], data);
    return [{ ...parties, tokenId, amount }];
  }
  if (topic === TRANSFER_BATCH_TOPIC) {
    const [ids, amounts] = decodeAbiParameters([{ type: 'uint256[]' }, { type: 'uint256[]' }], data);
    return ids.map((tokenId, at) => ({ ...parties, tokenId, amount: amounts[at] ?? 0n }));
  }
  return [];
}

function fromTopic(topic: Hex): Address {
  return `0x${topic.slice(26)}`;
}
