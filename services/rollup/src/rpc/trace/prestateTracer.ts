import {
  bytesToHex,
  delegateOf,
  type TracedMessage,
  type TracedOutcome,
  type TracedState,
  type TraceFrame,
  type TraceFrameEnd,
  type TraceStep,
} from '@tephra/engine';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { quantity, ZERO_HASH } from '../hex.ts';
import { stackAddress, stackWord } from './stack.ts';
import type { RpcTracer } from './tracer.ts';

/** Parts of an account; in the `post` of a difference only those that changed. */
type Shown = { balance?: Hex; nonce?: number; code?: Hex; storage?: Record<Hash, Hash> };
type Before = { balance: bigint; nonce: bigint; code: Hex; existed: boolean; storage: Map<Hash, Hash> };

/** Instructions whose top item is an address. */
const LOOKS_AT_ACCOUNT = new Set([0x31, 0x3b, 0x3c, 0x3f, 0xff]);

type Options = {
  diffMode?: boolean | null | undefined;
  disableCode?: boolean | null | undefined;
  disableStorage?: boolean | null | undefined;
};

/** All accounts and slots that a transaction touched, as they were before it; in `diffMode` what it changed. */
export class PrestateTracer implements RpcTracer {
  readonly #options: Options;
  readonly #before = new Map<Address, Before>();
  #view: TracedState | undefined;
  /** Value that goes to the contract whose creation has just begun; its address is not known before its first step. */
  #creating: bigint | undefined;
  #difference: { pre: Record<Address, Shown>; post: Record<Address, Shown> } = { pre: {}, post: {} };

  constructor(options: Options) {
    this.#options = options;
  }

  begin({ from, to, coinbase, authorities }: TracedMessage, state: TracedState): void {
    this.#view = state;
    for (const address of [from, to, coinbase, ...authorities]) {
      if (address !== null) this.#account(address.toLowerCase() as Address);
    }
  }

  enter({ to, value }: TraceFrame): void {
    this.#creating = to === null ? value : undefined;
    if (to === null) return;
    this.#account(to);
    // EIP-7702: whose code runs there.
    const delegate = delegateOf(this.#view!.account(to)?.code ?? new Uint8Array());
    if (delegate !== null) this.#account(delegate);
  }

  exit({ created, error }: TraceFrameEnd): void {
    if (created !== undefined && this.#creating !== undefined) this.#created(created, error ? 0n : this.#creating);
    this.#creating = undefined;
  }

  step(step: TraceStep, state: TracedState): void {
    const { op, stackSize, address } = step;
    if (this.#creating !== undefined) {
      this.#created(address, this.#creating);
      this.#creating = undefined;
    }
    if (stackSize < 1) return;
    if (op === 0x54 || op === 0x55) this.#slot(address, stackWord(step, 0), state);
    else if (LOOKS_AT_ACCOUNT.has(op)) this.#account(stackAddress(step, 0));
  }

  end(_outcome: TracedOutcome, state: TracedState): void {
    if (!this.#options.diffMode) return;
    const { pre, post } = this.#difference;
    for (const [address, before] of this.#before) {
      const account = state.account(address);
      const after: Before = {
        balance: account?.balance ?? 0n,
        nonce: account?.nonce ?? 0n,
        code: account === null ? '0x' : bytesToHex(account.code),
        existed: account !== null,
        storage: new Map([...before.storage.keys()].map((slot) => [slot, state.slot(address, slot)])),
      };
      const changedSlots = [...before.storage].filter(([slot, value]) => after.storage.get(slot) !== value);
      const changes: Shown = {};
      if (after.balance !== before.balance) changes.balance = quantity(after.balance);
      if (after.nonce !== before.nonce) changes.nonce = Number(after.nonce);
      if (after.code !== before.code && !this.#options.disableCode) changes.code = after.code;
      const written = changedSlots.map(([slot]) => [slot, after.storage.get(slot)!] as const);
      const filled = written.filter(([, value]) => value !== ZERO_HASH);
      if (filled.length > 0) changes.storage = Object.fromEntries(filled);
      if (Object.keys(changes).length === 0 && changedSlots.length === 0) continue;
      if (before.existed) {
        const storage = new Map(changedSlots.filter(([, value]) => value !== ZERO_HASH));
        pre[address] = this.#show({ ...before, storage });
      }
      if (after.existed) post[address] = changes;
    }
  }

  result(): unknown {
    if (this.#options.diffMode) return this.#difference;
    return Object.fromEntries([...this.#before].map(([address, before]) => [address, this.#show(before)]));
  }

  #account(address: Address): Before {
    const known = this.#before.get(address);
    if (known !== undefined) return known;
    const account = this.#view!.account(address);
    const before: Before = {
      balance: account?.balance ?? 0n,
      nonce: account?.nonce ?? 0n,
      code: account === null ? '0x' : bytesToHex(account.code),
      existed: account !== null,
      storage: new Map(),
    };
    this.#before.set(address, before);
    return before;
  }

  /** Before its creation an account has at most a balance. */
  #created(address: Address, value: bigint): void {
    if (this.#before.has(address)) return;
    const balance = (this.#view!.account(address)?.balance ?? 0n) - value;
    this.#before.set(address, { balance, nonce: 0n, code: '0x', existed: balance > 0n, storage: new Map() });
  }

  #slot(address: Address, slot: Hash, state: TracedState): void {
    if (this.#options.disableStorage) return;
    const { storage } = this.#account(address);
    if (!storage.has(slot)) storage.set(slot, state.slot(address, slot));
  }

  #show({ balance, nonce, code, storage }: Before): Shown {
    return {
      balance: quantity(balance),
      ...(nonce === 0n ? {} : { nonce: Number(nonce) }),
      ...(code === '0x' || this.#options.disableCode ? {} : { code }),
      ...(storage.size === 0 ? {} : { storage: Object.fromEntries(storage) }),
    };
  }
}
