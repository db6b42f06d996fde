import type { GenesisConfig, InboxMessage } from '@tephra/protocol';
import { type TempDir, tempDir } from '@tephra/testing';
import {
  type Abi,
  type Address,
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  parseAbiParameters,
} from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { StoredReceipt } from '../../chain.ts';
import {
  openTestChain,
  ScriptedL1,
  signTransfer,
  TEST_USERS,
  type TestChain,
  testGenesis,
} from '../../producer/testing.ts';
import { type OutboxRecord, outboxMessages } from '../outboxMessages.ts';
import { type Compiled, compileAssets } from './compile.ts';

const GAS = 8_000_000n;

/** A gasless layer of the real parts over a scripted L1, with contracts of assets.sol. */
export class TestLayer implements AsyncDisposable {
  readonly l1: ScriptedL1;
  readonly node: TestChain;
  readonly contracts: Record<string, Compiled>;
  readonly #dir: TempDir;

  private constructor(parts: { l1: ScriptedL1; node: TestChain; contracts: Record<string, Compiled>; dir: TempDir }) {
    this.l1 = parts.l1;
    this.node = parts.node;
    this.contracts = parts.contracts;
    this.#dir = parts.dir;
  }

  static async create(genesis: Partial<GenesisConfig> = {}): Promise<TestLayer> {
    const dir = await tempDir();
    const l1 = new ScriptedL1(2);
    const node = await openTestChain(dir.path, { l1, blockTimeMs: 100, genesis: testGenesis(l1, genesis) });
    await node.producer.start();
    return new TestLayer({ l1, node, contracts: compileAssets(), dir });
  }

  /** @returns its address */
  async deploy(name: string, args: unknown[] = [], from = TEST_USERS[0]!): Promise<Address> {
    const { abi, bytecode } = this.contracts[name]!;
    const receipt = await this.send(from, null, encodeDeployData({ abi, bytecode, args }));
    return receipt.contractAddress!;
  }

  call(
    from: PrivateKeyAccount,
    to: Address,
    name: string,
    functionName: string,
    args: unknown[],
  ): Promise<StoredReceipt> {
    return this.invoke(from, to, this.contracts[name]!.abi, functionName, args);
  }

  invoke(
    from: PrivateKeyAccount,
    to: Address,
    abi: Abi,
    functionName: string,
    args: unknown[],
    value = 0n,
  ): Promise<StoredReceipt> {
    return this.send(from, to, encodeFunctionData({ abi, functionName, args }), value);
  }

  async send(from: PrivateKeyAccount, to: Address | null, data: Hex = '0x', value = 0n): Promise<StoredReceipt> {
    const nonce = Number(await this.node.producer.pendingNonce(from.address));
    const fields = { nonce, data, value, gas: GAS, ...(to === null ? {} : { to }) };
    const result = await this.node.producer.submit(await signTransfer(from, fields));
    if (result.kind !== 'executed') throw new Error('the nonce is the next one');
    if (result.receipt.status !== 'success') throw new Error(`transaction of ${from.address} to ${to} failed`);
    return result.receipt;
  }

  /** Puts a message into the inbox and waits until the layer has taken it in. */
  async deliver(kind: InboxMessage['kind'], parameters: string, values: unknown[]): Promise<StoredReceipt> {
    const data = parameters === '' ? '0x' : encodeAbiParameters(parseAbiParameters(parameters), values);
    this.l1.deliver({ kind, data });
    const { number } = this.l1.origin();
    const [block] = await this.node.events.next('sealed', ({ l1Origin }) => l1Origin.number === number);
    return block.receipts.at(-1)!;
  }

  async close(): Promise<void> {
    await this.deliver('close', '', []);
  }

  /** Everything in the outbox, sealed. */
  messages(): OutboxRecord[] {
    return outboxMessages(this.node.chain, 1n, this.node.chain.head().number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node.producer.stop();
    await this.node.close();
    await this.#dir.remove();
  }
}
