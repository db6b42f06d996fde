import { type Clock, errorMessage, type Logger, Mutex, systemClock } from '@tephra/core';
import type { Address, Hash, Hex } from '@tephra/protocol';
import {
  formatTransactionReceipt,
  keccak256,
  type LocalAccount,
  type RpcTransactionReceipt,
  type TransactionReceipt,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createL1Client, type L1Client, quantity } from '../client.ts';
import { describeRevert, L1Error, revertName, rpcAnswer } from '../errors.ts';
import { classifySendFailure, type SendFailure } from './classify.ts';
import { bumpFees, type Fees, quoteFees } from './fees.ts';

export type SenderOptions = {
  rpcUrl: string;
  /** Key that signs, or an account whose key is somewhere else. */
  privateKey: Hex | LocalAccount;
  chainId: number;
  /** How often receipts are asked for, milliseconds; default 200. */
  pollIntervalMs?: number;
  /** A transaction that is not mined for this long is checked, resent or replaced; milliseconds, default 15,000. */
  stuckAfterMs?: number;
  /** Replacements never pay more than this per gas, wei; default 500 gwei. */
  maxFeePerGasCap?: bigint;
};

export type SenderDeps = { logger: Logger; clock?: Clock; client?: L1Client };

export type SendRequest = {
  /** Null deploys `data`. */
  to: Address | null;
  data?: Hex;
  /** wei */
  value?: bigint;
  /** Estimated with a fifth on top when absent. */
  gas?: bigint;
  /** Blocks that hold the transaction before `send` resolves, its own included; default 1. */
  confirmations?: number;
  /** Stops waiting (not the transaction, if it is out already). */
  signal?: AbortSignal;
  /**
   * Told the hash of everything that is signed for this transaction before it goes out, replacements included, so that
   * the caller can write it down and find the transaction again after a crash. When it throws, nothing is sent.
   */
  beforeBroadcast?: (hash: Hash) => Promise<void>;
};

export type Sent = { hash: Hash; receipt: TransactionReceipt };

type Attempt = { raw: Hex; hash: Hash; fees: Fees };
/** One logical transaction: everything ever signed for it, newest last, all with one nonce. */
type Flight = { request: SendRequest; gas: bigint; nonce: number; attempts: Attempt[]; seenConsumed: number };

/** Nodes that are asked with fees say how little gas the balance buys. */
const NO_FUNDS = /insufficient funds|gas required exceeds allowance:? \(?\d{1,5}\b/i;

/** Osaka's cap of a transaction's gas (EIP-7825). */
const MAX_TRANSACTION_GAS = 16_777_216n;

/**
 * Sends from one key, in the order of the calls, several in flight at once. A logical transaction is signed again only
 * with its own nonce, or with a new one after another transaction has irrevocably taken that nonce, so it is mined at
 * most once. The key must not be used by another process at the same time; if it is, nonces are repaired as above.
 */
export class TransactionSender {
  readonly address: Address;
  readonly client: L1Client;
  readonly #options: Required<SenderOptions>;
  readonly #account: LocalAccount;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #mutex = new Mutex();
  /** Everything sent and not known to be mined, by nonce; aborted ones stay, since later nonces need them. */
  readonly #flights = new Map<number, Flight>();
  #nextNonce: number;

  private constructor(options: Required<SenderOptions>, client: L1Client, deps: SenderDeps, nonce: number) {
    this.#options = options;
    this.#account = accountOf(options.privateKey);
    this.address = this.#account.address;
    this.client = client;
    this.#logger = deps.logger;
    this.#clock = deps.clock ?? systemClock;
    this.#nextNonce = nonce;
  }

  /** @throws L1Error WRONG_CHAIN, L1_UNREACHABLE */
  static async create(options: SenderOptions, deps: SenderDeps): Promise<TransactionSender> {
    const client = deps.client ?? createL1Client(options);
    const full = {
      pollIntervalMs: 200,
      stuckAfterMs: 15_000,
      maxFeePerGasCap: 500_000_000_000n,
      ...options,
    };
    const { address } = accountOf(options.privateKey);
    try {
      const [chainId, nonce] = await Promise.all([
        client.request({ method: 'eth_chainId' }),
        client.request({ method: 'eth_getTransactionCount', params: [address, 'pending'] }),
      ]);
      if (Number(chainId) !== options.chainId) {
        throw new L1Error('WRONG_CHAIN', `${options.rpcUrl} serves chain ${Number(chainId)}, not ${options.chainId}`, {
          hint: 'check the L1 RPC URL',
        });
      }
      return new TransactionSender(full, client, deps, Number(nonce));
    } catch (error) {
      if (error instanceof L1Error) throw error;
      throw unreachable(options.rpcUrl, error);
    }
  }

  /**
   * Resolves when the transaction is mined with success at the asked depth.
   * @throws L1Error; see {@link L1ErrorCode}
   */
  async send(request: SendRequest): Promise<Sent> {
    const gas = request.gas ?? (await this.#estimate(request));
    const flight: Flight = { request, gas, nonce: -1, attempts: [], seenConsumed: 0 };
    await this.#mutex.run(() => this.#launch(flight));
    return this.#follow(flight);
  }

  async #estimate(request: SendRequest): Promise<bigint> {
    try {
      // With its fees: contracts that look at the gas price take another path when it is zero.
      const fees = await quoteFees(this.client);
      const gas = BigInt(
        await this.client.request({
          method: 'eth_estimateGas',
          params: [
            {
              from: this.address,
              ...(request.to === null ? {} : { to: request.to }),
              data: request.data ?? '0x',
              value: quantity(request.value ?? 0n),
              maxFeePerGas: quantity(fees.maxFeePerGas),
              maxPriorityFeePerGas: quantity(fees.maxPriorityFeePerGas),
            },
          ],
        }),
      );
      const padded = gas + gas / 5n;
      return padded > MAX_TRANSACTION_GAS && gas <= MAX_TRANSACTION_GAS ? MAX_TRANSACTION_GAS : padded;
    } catch (error) {
      const answer = rpcAnswer(error);
      if (answer === undefined) throw unreachable(this.#options.rpcUrl, error);
      if (NO_FUNDS.test(answer.message)) throw this.#insufficient(request, answer.message);
      const data = answer.data;
      throw new L1Error(
        'SIMULATION_REVERTED',
        `the transaction to ${request.to ?? 'a new contract'} would fail: ${data ? describeRevert(data) : answer.message}`,
        { details: { to: request.to, data, errorName: data ? revertName(data) : undefined } },
      );
    }
  }

  /** Gives the flight a nonce and hands it to the node; only then the nonce counts as used. Runs under the mutex. */
  async #launch(flight: Flight): Promise<void> {
    if (this.#flights.size === 0) await this.#rewind();
    for (let round = 0; ; round++) {
      flight.nonce = this.#nextNonce;
      flight.attempts = [await this.#sign(flight, await this.#quote())];
      await flight.request.beforeBroadcast?.(flight.attempts[0]!.hash);
      const { failure, words } = await this.#broadcast(flight.attempts[0]!);
      switch (failure) {
        case undefined:
        case 'known':
        case 'transport': // it may have arrived; #follow resends
          this.#take(flight);
          return;
        case 'nonce-used':
        case 'underpriced': {
          if (round >= 20) throw this.#rejected(flight, `no free nonce found (${failure})`);
          // Another process used this key, or a retry met its own first delivery.
          if (failure === 'nonce-used' && (await this.#receiptOf(flight)) !== null) {
            this.#take(flight);
            return;
          }
          const pending = await this.#count('pending');
          this.#nextNonce = pending > flight.nonce ? pending : flight.nonce + 1;
          // A pool that forgot transactions in between leaves gaps that only the node's own count shows.
          if (failure === 'nonce-used') this.#nextNonce = Math.max(pending, await this.#count('latest'));
          this.#logger.warn({ from: flight.nonce, to: this.#nextNonce, failure }, 'nonce moved by another sender');
          break;
        }
        case 'fee-below-base':
          if (round >= 20) throw this.#rejected(flight, 'base fee keeps rising');
          await this.#clock.sleep(this.#options.pollIntervalMs);
          break;
        case 'insufficient-funds':
          throw this.#insufficient(flight.request, words);
        default:
          throw this.#rejected(flight, words);
      }
    }
  }

  /** With nothing on its way, a count below the own says that the L1 took mined transactions back and forgot them. */
  async #rewind(): Promise<void> {
    const pending = await this.#count('pending').catch(() => this.#nextNonce);
    if (pending >= this.#nextNonce) return;
    this.#logger.warn({ from: this.#nextNonce, to: pending }, 'the L1 was reorganised: nonces begin where it stands');
    this.#nextNonce = pending;
  }

  #take(flight: Flight): void {
    this.#nextNonce = flight.nonce + 1;
    this.#flights.set(flight.nonce, flight);
  }

  /** Waits for a receipt at depth, resending and replacing on the way. */
  async #follow(flight: Flight): Promise<Sent> {
    let touched = this.#clock.now();
    for (;;) {
      if (flight.request.signal?.aborted) {
        throw new L1Error('ABORTED', 'waiting for the transaction was cancelled', {
          details: { hash: flight.attempts.at(-1)?.hash },
        });
      }
      try {
        const receipt = await this.#receiptOf(flight);
        if (receipt !== null && (await this.#deepEnough(receipt, flight.request.confirmations ?? 1))) {
          this.#flights.delete(flight.nonce);
          if (receipt.status === 'success') return { hash: receipt.transactionHash, receipt };
          throw await this.#reverted(flight, receipt);
        }
        if (receipt !== null) touched = this.#clock.now();
        else if (this.#clock.now() - touched >= this.#options.stuckAfterMs / (flight.seenConsumed > 0 ? 10 : 1)) {
          await this.#unstick(flight);
          touched = this.#clock.now();
        }
      } catch (error) {
        if (error instanceof L1Error || rpcAnswer(error) !== undefined) throw error;
        this.#logger.warn({ err: error }, 'L1 does not answer; still waiting for a receipt');
      }
      await this.#clock.sleep(this.#options.pollIntervalMs, flight.request.signal).catch(() => undefined);
    }
  }

  async #unstick(flight: Flight): Promise<void> {
    const latest = flight.attempts.at(-1)!;
    const mined = await this.#count('latest');
    if (mined < flight.nonce) await this.#mutex.run(() => this.#fillGap(mined));
    if (mined > flight.nonce) {
      // The nonce is gone. Receipts may lag behind the count, so look a few times before believing it.
      if (++flight.seenConsumed < 4 || (await this.#receiptOf(flight)) !== null) return;
      this.#flights.delete(flight.nonce);
      this.#logger.warn(
        { nonce: flight.nonce, hash: latest.hash },
        'nonce was taken by another transaction; sending anew',
      );
      flight.seenConsumed = 0;
      await this.#mutex.run(async () => {
        this.#nextNonce = Math.max(this.#nextNonce, await this.#count('pending'));
        await this.#launch(flight);
      });
      return;
    }
    flight.seenConsumed = 0;
    const known = await this.client.request({ method: 'eth_getTransactionByHash', params: [latest.hash] });
    if (known === null) {
      this.#logger.info({ nonce: flight.nonce, hash: latest.hash }, 'L1 dropped the transaction; sending it again');
      const { failure } = await this.#broadcast(latest);
      if (failure !== 'fee-below-base' && failure !== 'underpriced') return;
    }
    const fees = bumpFees(latest.fees, await this.#quote(), this.#options.maxFeePerGasCap);
    if (fees === undefined) {
      this.#logger.warn({ nonce: flight.nonce, hash: latest.hash }, 'fee cap reached; waiting at the current fee');
      return;
    }
    const attempt = await this.#sign(flight, fees);
    await flight.request.beforeBroadcast?.(attempt.hash);
    const { failure } = await this.#broadcast(attempt);
    // An unclear answer may still have delivered it, so its hash is watched as well.
    if (failure === undefined || failure === 'known' || failure === 'transport') flight.attempts.push(attempt);
    this.#logger.info({ nonce: flight.nonce, hash: attempt.hash, failure, ...stringify(fees) }, 'fee raised');
  }

  /**
   * A nonce that the L1 waits for and nobody here follows any more (its caller gave up, or the pool forgot a former
   * process's transaction) would hold up all later ones: its transaction is sent again, or an empty one in its place.
   */
  async #fillGap(nonce: number): Promise<void> {
    const pending = await this.#count('pending');
    const owner = this.#flights.get(nonce);
    if (pending > nonce || (owner && !owner.request.signal?.aborted)) return;
    const filler: Flight = { request: { to: this.address }, gas: 21_000n, nonce, attempts: [], seenConsumed: 0 };
    const attempt = owner?.attempts.at(-1) ?? (await this.#sign(filler, await this.#quote()));
    const { failure } = await this.#broadcast(attempt);
    this.#logger.warn({ nonce, hash: attempt.hash, resent: owner !== undefined, failure }, 'nonce gap filled');
  }

  /** `failure` undefined = accepted. Transport failures were already retried by the client. */
  async #broadcast(attempt: Attempt): Promise<{ failure?: SendFailure; words: string }> {
    try {
      await this.client.request({ method: 'eth_sendRawTransaction', params: [attempt.raw] });
      return { words: '' };
    } catch (error) {
      return { failure: classifySendFailure(error), words: rpcAnswer(error)?.message ?? errorMessage(error) };
    }
  }

  async #sign(flight: Flight, fees: Fees): Promise<Attempt> {
    const { request } = flight;
    const raw = await this.#account.signTransaction({
      type: 'eip1559',
      chainId: this.#options.chainId,
      nonce: flight.nonce,
      to: request.to,
      data: request.data ?? '0x',
      value: request.value ?? 0n,
      gas: flight.gas,
      ...fees,
    });
    return { raw, hash: keccak256(raw), fees };
  }

  async #quote(): Promise<Fees> {
    try {
      return await quoteFees(this.client);
    } catch (error) {
      throw unreachable(this.#options.rpcUrl, error);
    }
  }

  async #count(tag: 'latest' | 'pending'): Promise<number> {
    return Number(await this.client.request({ method: 'eth_getTransactionCount', params: [this.address, tag] }));
  }

  /** Receipt of whichever of the flight's signatures was mined. */
  async #receiptOf(flight: Flight): Promise<TransactionReceipt | null> {
    const found = await Promise.all(
      flight.attempts.map((attempt) =>
        this.client.request({ method: 'eth_getTransactionReceipt', params: [attempt.hash] }),
      ),
    );
    const raw = found.find((receipt) => receipt !== null);
    return raw ? formatTransactionReceipt(raw as RpcTransactionReceipt) : null;
  }

  async #deepEnough(receipt: TransactionReceipt, confirmations: number): Promise<boolean> {
    if (confirmations <= 1) return true;
    const head = BigInt(await this.client.request({ method: 'eth_blockNumber' }));
    return head - receipt.blockNumber + 1n >= BigInt(confirmations);
  }

  async #reverted(flight: Flight, receipt: TransactionReceipt): Promise<L1Error> {
    let data: Hex | undefined;
    let words = 'no reason found';
    try {
      await this.client.request({
        method: 'eth_call',
        params: [
          {
            from: this.address,
            ...(flight.request.to === null ? {} : { to: flight.request.to }),
            data: flight.request.data ?? '0x',
            value: quantity(flight.request.value ?? 0n),
            gas: quantity(flight.gas),
          },
          quantity(receipt.blockNumber),
        ],
      });
    } catch (error) {
      const answer = rpcAnswer(error);
      data = answer?.data;
      words = data ? describeRevert(data) : (answer?.message ?? String(error));
    }
    if (receipt.gasUsed >= flight.gas) words = 'out of gas';
    return new L1Error('REVERTED', `transaction ${receipt.transactionHash} failed: ${words}`, {
      details: {
        hash: receipt.transactionHash,
        blockNumber: receipt.blockNumber,
        data,
        errorName: data ? revertName(data) : undefined,
      },
    });
  }

  #insufficient(request: SendRequest, words: string): L1Error {
    return new L1Error('INSUFFICIENT_FUNDS', `${this.address} cannot pay for the transaction: ${words}`, {
      details: { address: this.address, value: request.value ?? 0n },
      hint: `send ether to ${this.address} on chain ${this.#options.chainId}`,
    });
  }

  #rejected(flight: Flight, words: string): L1Error {
    return new L1Error('REJECTED', `the L1 refused the transaction: ${words}`, {
      details: { nonce: flight.nonce, to: flight.request.to },
    });
  }
}

function accountOf(key: Hex | LocalAccount): LocalAccount {
  return typeof key === 'string' ? privateKeyToAccount(key) : key;
}

function unreachable(rpcUrl: string, cause: unknown): L1Error {
  const answer = rpcAnswer(cause);
  const words = answer?.message ?? errorMessage(cause).split('\n')[0];
  return new L1Error('L1_UNREACHABLE', `no usable answer from ${rpcUrl}: ${words}`, {
    hint: 'check that the L1 runs and the URL is right',
    retryable: true,
    cause,
  });
}

function stringify(fees: Fees): Record<string, string> {
  return { maxFeePerGas: String(fees.maxFeePerGas), maxPriorityFeePerGas: String(fees.maxPriorityFeePerGas) };
}
