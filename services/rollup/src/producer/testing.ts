import type { Clock } from '@tephra/core';
import { createLogger, systemClock, TypedEmitter } from '@tephra/core';
import type { Engine } from '@tephra/engine';
import { PREDEPLOY_CODE } from '@tephra/l1';
import {
  type GenesisConfig,
  type Hash,
  type Hex,
  type InboxMessage,
  type L1Origin,
  nextAccumulator,
} from '@tephra/protocol';
import { encodeAbiParameters, keccak256, numberToHex, toRlp } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { MempoolOptions } from '../aggregator/index.ts';
import type { ChainEvents, L1View } from '../chain.ts';
import { type OpenedChain, openChain } from './openChain.ts';

export const TEST_CHAIN_ID = 4_242n;
const GENESIS_TIME = 1_700_000_000n;

/** An L1 in memory that tests write as they like; 1 s blocks. */
export class ScriptedL1 implements L1View {
  #salt = 0;
  readonly #blocks: L1Origin[] = [];
  readonly #headers: Hex[] = [];
  #messages: InboxMessage[] = [];

  constructor(blocks = 1) {
    for (let i = 0; i < blocks; i++) this.mine();
  }

  mine(count = 1): void {
    for (let i = 0; i < count; i++) {
      const number = BigInt(this.#blocks.length);
      const header = headerOf(number, this.#salt);
      this.#headers.push(header);
      this.#blocks.push({ number, hash: keccak256(header), timestamp: GENESIS_TIME + number });
    }
  }

  blockAt(number: bigint): L1Origin {
    return this.#blocks[Number(number)]!;
  }

  /** RLP of a block's header. */
  header(number: bigint): Hex {
    return this.#headers[Number(number)]!;
  }

  /** Puts a message into the inbox, in a new block. */
  deliver(message: Pick<InboxMessage, 'kind' | 'data'> & { sender?: Hex }): void {
    this.mine();
    const { number, timestamp } = this.origin();
    const before = this.#messages.at(-1)?.accumulator ?? ZERO;
    const partial: InboxMessage = {
      sender: `0x${'5e'.repeat(20)}`,
      ...message,
      index: BigInt(this.#messages.length),
      l1Block: number,
      l1Timestamp: timestamp,
      accumulator: ZERO,
    };
    this.#messages.push({ ...partial, accumulator: nextAccumulator(before, partial) });
  }

  /** Replaces all blocks after `number` by as many others, and one more. */
  reorganise(number: bigint): void {
    const removed = this.#blocks.length - Number(number) - 1;
    this.#salt++;
    this.#blocks.length = Number(number) + 1;
    this.#headers.length = this.#blocks.length;
    this.#messages = this.#messages.filter((message) => message.l1Block <= number);
    this.mine(removed + 1);
  }

  origin(): L1Origin {
    return this.#blocks.at(-1)!;
  }

  /** Whether this block is on it. */
  has(origin: L1Origin): boolean {
    return this.#blocks[Number(origin.number)]?.hash === origin.hash;
  }

  messages(position: bigint, originNumber: bigint): InboxMessage[] {
    return this.#messages.filter((message) => message.index >= position && message.l1Block <= originNumber);
  }

  async originAt(number: bigint): Promise<L1Origin> {
    return this.blockAt(number);
  }
}

/** A header of Cancun, of which number and time are those of the block. @param salt where another block has the same number */
function headerOf(number: bigint, salt: number): Hex {
  const integer = (value: bigint | number): Hex => (BigInt(value) === 0n ? '0x' : numberToHex(value));
  const word: Hex = ZERO;
  const before: Hex[] = [word, word, `0x${'00'.repeat(20)}`, word, word, word, `0x${'00'.repeat(256)}`, '0x'];
  const own: Hex[] = [integer(number), '0x', '0x', integer(GENESIS_TIME + number), integer(salt)];
  return toRlp([...before, ...own, word, '0x0000000000000000', '0x', word, '0x', '0x', word]);
}

const ZERO: Hash = `0x${'00'.repeat(32)}`;
const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`;

/** Accounts that hold coins in block 0. */
export const TEST_USERS: PrivateKeyAccount[] = Array.from({ length: 8 }, (_, i) =>
  privateKeyToAccount(numberToHex(0x1000 + i, { size: 32 })),
);

export const testGenesis = (l1: L1View, overrides: Partial<GenesisConfig> = {}): GenesisConfig => ({
  chainId: TEST_CHAIN_ID,
  timestamp: GENESIS_TIME,
  blockGasLimit: 70_000_000n,
  gasless: true,
  currencyMode: 'issued',
  currencyToken: ZERO_ADDRESS,
  dataFeePerByte: 0n,
  minBaseFee: 0n,
  feeRecipients: { base: ZERO_ADDRESS, data: ZERO_ADDRESS, priority: ZERO_ADDRESS },
  hardfork: 'prague',
  tokenName: 'Test',
  tokenSymbol: 'TST',
  tokenDecimals: 18,
  owner: TEST_USERS[0]!.address,
  faucetOperator: TEST_USERS[1]!.address,
  faucetReserve: 10n ** 24n,
  l1Origin: l1.origin(),
  accounts: TEST_USERS.map(({ address }) => ({ address, balance: 10n ** 21n })),
  ...overrides,
});

export type TestChain = OpenedChain & { events: TypedEmitter<ChainEvents>; genesis: GenesisConfig };

/** A chain of the real parts in `dataDir`; its producer isn't started. */
export async function openTestChain(
  dataDir: string,
  deps: {
    l1: L1View;
    clock?: Clock;
    genesis?: GenesisConfig;
    blockTimeMs?: number;
    engine?: Engine['name'];
    mempool?: Partial<MempoolOptions>;
    space?: { readonly isLow: boolean };
    activityIndex?: boolean;
  },
): Promise<TestChain> {
  const events = new TypedEmitter<ChainEvents>();
  const genesis = deps.genesis ?? testGenesis(deps.l1);
  const opened = await openChain(
    {
      dataDir,
      genesis,
      predeployCode: PREDEPLOY_CODE,
      blockTimeMs: deps.blockTimeMs ?? 100,
      producerKey: `0x${'77'.repeat(32)}`,
      ...(deps.mempool ? { mempool: deps.mempool } : {}),
      engine: deps.engine ?? 'wasm',
      activityIndex: deps.activityIndex ?? true,
    },
    {
      l1: deps.l1,
      events,
      clock: deps.clock ?? systemClock,
      logger: createLogger({ name: 'test', level: 'error' }),
      ...(deps.space ? { space: deps.space } : {}),
    },
  );
  return { ...opened, events, genesis };
}

export type TransferFields = {
  nonce: number;
  to?: Hex;
  value?: bigint;
  data?: Hex;
  gas?: bigint;
  /** Fee cap. */
  gasPrice?: bigint;
  tip?: bigint;
};

/** Raw transaction of a test user; gasless unless a price is given. */
export async function signTransfer(from: PrivateKeyAccount, fields: TransferFields): Promise<Uint8Array> {
  const { gasPrice = 0n, tip = 0n, ...rest } = fields;
  const raw = await from.signTransaction({
    type: 'eip1559',
    chainId: Number(TEST_CHAIN_ID),
    gas: 21_000n,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: tip,
    ...rest,
  });
  return Buffer.from(raw.slice(2), 'hex');
}

/** The same L1 every time: block n + 1 has the nth deposit. */
export function scriptedDeposits(count: number): ScriptedL1 {
  const l1 = new ScriptedL1(2);
  for (let i = 1; i <= count; i++) {
    l1.deliver({
      kind: 'depositEth',
      data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [TEST_USERS[0]!.address, BigInt(i)]),
    });
  }
  return l1;
}
