import type { Clock } from '@tephra/core';
import { errorMessage } from '@tephra/core';
import { DevnetError, RpcResponseError } from './errors.ts';
import type { L1Chain } from './l1-chain.ts';
import { classifyMethod } from './methods.ts';

export type JsonRpcCall = { jsonrpc: '2.0'; id?: unknown; method: string; params?: unknown[] };
export type JsonRpcAnswer = {
  jsonrpc: '2.0';
  id: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
};

const SYNC_TIMEOUT_MS = 20_000;
const MAX_BLOCKS_PER_MINE = 10_000;

/** True for a well-formed call that anvil may answer without the devnet's knowledge. */
export function isPlainRead(call: unknown): boolean {
  return isCall(call) && classifyMethod(call.method) === 'read';
}

/** Answers JSON-RPC calls that change the chain or its time, and reads among them in a mixed batch. */
export class Dispatcher {
  readonly #chain: L1Chain;
  readonly #clock: Clock;

  constructor(deps: { chain: L1Chain; clock: Clock }) {
    this.#chain = deps.chain;
    this.#clock = deps.clock;
  }

  /** One call, or a batch in order. */
  async handle(body: unknown): Promise<JsonRpcAnswer | JsonRpcAnswer[]> {
    if (!Array.isArray(body)) return this.#answer(body);
    const answers: JsonRpcAnswer[] = [];
    for (const call of body) answers.push(await this.#answer(call));
    return answers;
  }

  async #answer(call: unknown): Promise<JsonRpcAnswer> {
    if (!isCall(call)) return { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'invalid request' } };
    const { id = null, method, params = [] } = call;
    try {
      return { jsonrpc: '2.0', id, result: (await this.#run(method, params)) ?? null };
    } catch (error) {
      return { jsonrpc: '2.0', id, error: rpcError(error) };
    }
  }

  async #run(method: string, params: unknown[]): Promise<unknown> {
    switch (classifyMethod(method)) {
      case 'read':
        return this.#chain.read((rpc) => rpc.call(method, params));
      case 'journal':
      case 'setting':
        return this.#chain.submit(method, params);
      case 'local':
        return this.#local(method, params);
      case 'refused':
        throw new DevnetError('L1_METHOD_REFUSED', `${method} is not available on the journaled L1`, {
          hint: 'Its effect would be lost or would differ after a restart. Move time with evm_increaseTime or `tephra time`, mine with evm_mine.',
        });
    }
  }

  async #local(method: string, params: unknown[]): Promise<unknown> {
    switch (method.slice(method.indexOf('_') + 1)) {
      case 'sendRawTransactionSync':
        return this.#sendSync(params);
      case 'increaseTime':
        return this.#chain.advance(seconds(params[0]));
      case 'setNextBlockTimestamp':
        return this.#setNextBlockTimestamp(seconds(params[0]));
      default:
        return method === 'evm_mine' ? this.#evmMine(params[0]) : this.#mineMany(params);
    }
  }

  #setNextBlockTimestamp(timestamp: number): null {
    if (timestamp <= this.#chain.head.timestamp)
      throw new RpcResponseError({
        code: -32602,
        message: `timestamp ${timestamp} is not later than the last block's ${this.#chain.head.timestamp}`,
      });
    this.#chain.setNotBefore(timestamp);
    return null;
  }

  /** `evm_mine(timestamp | {timestamp?, blocks?})` */
  async #evmMine(param: unknown): Promise<string> {
    const options =
      param !== null && typeof param === 'object' ? (param as Record<string, unknown>) : { timestamp: param };
    const blocks = options.blocks === undefined ? 1 : blockCount(options.blocks);
    for (let index = 0; index < blocks; index++)
      await this.#chain.mine(
        index === 0 && options.timestamp !== undefined && options.timestamp !== null ? seconds(options.timestamp) : 0,
      );
    return '0x0';
  }

  /** `anvil_mine(blocks = 1, interval = 1 s)` */
  async #mineMany([count = 1, interval = 1]: unknown[]): Promise<null> {
    const blocks = blockCount(count);
    const step = seconds(interval);
    for (let index = 0; index < blocks; index++)
      await this.#chain.mine(index === 0 ? 0 : this.#chain.head.timestamp + step);
    return null;
  }

  /** EIP-7966: the receipt in the answer. */
  async #sendSync([raw, timeout]: unknown[]): Promise<unknown> {
    const hash = await this.#chain.submit('eth_sendRawTransaction', [raw]);
    const deadline = this.#clock.now() + (timeout === undefined ? SYNC_TIMEOUT_MS : Math.min(Number(timeout), 60_000));
    for (;;) {
      const receipt = await this.#chain.read((rpc) => rpc.call('eth_getTransactionReceipt', [hash]));
      if (receipt !== null) return receipt;
      if (this.#clock.now() >= deadline)
        throw new RpcResponseError({
          code: 4,
          message: `transaction ${String(hash)} was sent but not mined in time`,
          data: hash,
        });
      await this.#clock.sleep(50);
    }
  }
}

function isCall(call: unknown): call is JsonRpcCall {
  if (call === null || typeof call !== 'object') return false;
  const { method, params } = call as Record<string, unknown>;
  return typeof method === 'string' && (params === undefined || Array.isArray(params));
}

/** JSON-RPC clients give quantities as numbers, decimal or hex strings. */
function seconds(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new RpcResponseError({ code: -32602, message: `invalid quantity: ${JSON.stringify(value)}` });
  return number;
}

function blockCount(value: unknown): number {
  const count = seconds(value);
  if (count < 1 || count > MAX_BLOCKS_PER_MINE)
    throw new RpcResponseError({ code: -32602, message: `blocks must be 1 to ${MAX_BLOCKS_PER_MINE}` });
  return count;
}

function rpcError(error: unknown): { code: number; message: string; data?: unknown } {
  if (error instanceof RpcResponseError)
    return { code: error.code, message: error.message, ...(error.data === undefined ? {} : { data: error.data }) };
  if (error instanceof DevnetError)
    // -32004 of EIP-1474: method not supported.
    return { code: error.code === 'L1_METHOD_REFUSED' ? -32004 : -32000, message: error.message, data: error.toJSON() };
  return { code: -32603, message: errorMessage(error) };
}
