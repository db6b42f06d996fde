import { type Clock, Mutex } from '@tephra/core';
import { type Address, type Hash, type Hex, PREDEPLOYS } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { ChainReader, TransactionSink } from '../chain.ts';
import { RPC_ERROR, RpcError } from './errors.ts';
import { betweenBlocks } from './resolve.ts';

const dripAbi = [
  {
    type: 'function',
    name: 'drip',
    stateMutability: 'nonpayable',
    inputs: [
      { name: 'to', type: 'address' },
      { name: 'amountWei', type: 'uint256' },
    ],
    outputs: [],
  },
] as const;

/** Covers a first-time recipient and a receiving contract of some size. */
const DRIP_GAS = 200_000n;

/** Carries out admin_drip: calls the faucet predeploy as its operator, one transaction after the other. */
export class FaucetSender {
  readonly #account: PrivateKeyAccount;
  readonly #chain: ChainReader;
  readonly #sink: TransactionSink;
  readonly #mutex = new Mutex();
  readonly #clock: Clock;

  constructor(options: { faucetKey: Hex }, deps: { chain: ChainReader; sink: TransactionSink; clock: Clock }) {
    this.#clock = deps.clock;
    this.#account = privateKeyToAccount(options.faucetKey);
    this.#chain = deps.chain;
    this.#sink = deps.sink;
  }

  /** The faucet's operator. */
  get address(): Address {
    return this.#account.address;
  }

  /**
   * Returns the layer's transaction hash once the transfer was executed.
   * @throws RpcError -32000 when the faucet is empty or the recipient refuses; errors of the sink as they are
   */
  drip(to: Address, amountWei: bigint): Promise<Hash> {
    return this.#mutex.run(async () => {
      const baseFee = this.#chain.open()?.context.baseFeePerGas ?? this.#chain.head().baseFeePerGas;
      const raw = await this.#account.signTransaction({
        type: 'eip1559',
        chainId: Number(this.#chain.chainId),
        nonce: Number(
          await betweenBlocks({ clock: this.#clock }, () => this.#sink.pendingNonce(this.#account.address)),
        ),
        to: PREDEPLOYS.faucet,
        data: encodeFunctionData({ abi: dripAbi, args: [to, amountWei] }),
        gas: DRIP_GAS,
        maxFeePerGas: baseFee * 2n,
        maxPriorityFeePerGas: 0n,
      });
      const result = await this.#sink.submit(Buffer.from(raw.slice(2), 'hex'));
      if (result.kind === 'executed' && result.receipt.status === 'reverted') {
        throw new RpcError(
          RPC_ERROR.server,
          `the faucet could not send ${amountWei} wei to ${to}: it holds less, or the recipient refuses coins`,
          { transactionHash: result.hash },
        );
      }
      return result.hash;
    });
  }
}
