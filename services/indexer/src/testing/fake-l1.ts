import type { L1Client } from '@tephra/l1';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { type Abi, BaseError, encodeAbiParameters, encodeEventTopics, keccak256, numberToHex, toHex } from 'viem';
import { EVENTS, type LogSource } from '../follow/events.ts';

export type FakeLog = { address: Address; topics: Hex[]; data: Hex };
type FakeBlock = { number: bigint; hash: Hash; parentHash: Hash; timestamp: bigint; logs: FakeLog[] };

/** A log as a contract of that kind writes it. */
export function encodeLog(source: LogSource, address: Address, event: string, args: Record<string, unknown>): FakeLog {
  const abi: Abi = EVENTS[source];
  const item = abi.find((entry) => entry.type === 'event' && entry.name === event);
  if (item?.type !== 'event') throw new Error(`there is no event ${event}`);
  const inputs = item.inputs.filter(({ indexed }) => !indexed);
  return {
    address,
    topics: encodeEventTopics({ abi: [item], eventName: event, args }) as Hex[],
    data: encodeAbiParameters(
      inputs,
      inputs.map(({ name }) => args[name ?? '']),
    ),
  };
}

/** A chain of blocks with logs that the test writes, as far as the indexer asks for it. */
export class FakeL1 {
  chainId = 900;
  /** Thrown by every call while it is set. */
  failure: Error | undefined;
  /** Block hashes that logs claim, in place of the true ones. */
  logHash: Hash | undefined;
  calls = 0;
  /** Answers of contracts; what it throws is what the node would. */
  view: (request: { address: Address; functionName: string; args?: readonly unknown[] }) => unknown = () => {
    throw new BaseError('the contract function returned no data ("0x")');
  };
  readonly #blocks: FakeBlock[] = [];
  #forks = 0;

  constructor() {
    this.mine();
  }

  get head(): number {
    return this.#blocks.length - 1;
  }

  mine(...logs: FakeLog[]): number {
    const number = BigInt(this.#blocks.length);
    const parentHash = this.#blocks.at(-1)?.hash ?? numberToHex(0, { size: 32 });
    const hash = keccak256(toHex(`${number} ${parentHash} ${this.#forks}`));
    this.#blocks.push({ number, hash, parentHash, timestamp: 1_800_000_000n + number * 12n, logs });
    return this.head;
  }

  /** Forgets the blocks above `common`. */
  reorg(common: number): void {
    this.#blocks.length = common + 1;
    this.#forks++;
  }

  get client(): L1Client {
    const asked = <T>(value: () => T): Promise<T> => {
      this.calls++;
      return this.failure ? Promise.reject(this.failure) : Promise.resolve(value());
    };
    const client: Partial<L1Client> = {
      getChainId: () => asked(() => this.chainId),
      getBlockNumber: () => asked(() => BigInt(this.head)),
      getBlock: ((request: { blockNumber: bigint }) => asked(() => this.#block(request.blockNumber))) as never,
      getLogs: ((request: { address: Address[]; fromBlock: bigint; toBlock: bigint }) =>
        asked(() => this.#logs(request))) as never,
      readContract: (async (request: Parameters<FakeL1['view']>[0]) => {
        await asked(() => undefined);
        return this.view(request);
      }) as never,
    };
    return client as L1Client;
  }

  #block(number: bigint): FakeBlock {
    const block = this.#blocks[Number(number)];
    if (!block) throw new Error(`there is no block ${number}`);
    return block;
  }

  #logs({ address, fromBlock, toBlock }: { address: Address[]; fromBlock: bigint; toBlock: bigint }) {
    const wanted = new Set(address.map((one) => one.toLowerCase()));
    return this.#blocks
      .filter(({ number }) => number >= fromBlock && number <= toBlock)
      .flatMap(({ number, hash, logs }) =>
        logs.map((log, logIndex) => ({
          ...log,
          logIndex,
          blockNumber: number,
          blockHash: this.logHash ?? hash,
          transactionHash: keccak256(toHex(`${hash} ${logIndex}`)),
        })),
      )
      .filter((log) => wanted.has(log.address.toLowerCase()));
  }
}
