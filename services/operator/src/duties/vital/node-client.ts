import { type Address, decodePack, type Hex, type Pack } from '@tephra/protocol';
import { hexToBytes } from 'viem';
import { z } from 'zod';
import { VitalError } from './errors.ts';

/** What a node says of its verification; nothing of it is believed. */
export type NodeVerification = {
  attestation: Address;
  povBlocks: number;
  /** Newest block at which a proof ends. */
  newest: bigint;
  /** The pack that waits for its certificate. */
  proposal: Pack | null;
};

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,16}$/)
  .transform((text) => BigInt(text));
const bytes = z.custom<Hex>((value) => typeof value === 'string' && /^0x([0-9a-f]{2})*$/.test(value));
const verification = z
  .object({
    attestation: z.custom<Address>((value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)),
    povBlocks: quantity.transform(Number).pipe(z.number().int().min(1).max(6)),
    newest: quantity,
    proposal: bytes.transform(decodePack).nullable(),
  })
  .nullable();
const pov = z.object({ proof: bytes.transform((hex) => hexToBytes(hex)) });
const envelope = z.object({ result: z.unknown(), error: z.object({ message: z.string() }).optional() });

const TIMEOUT_MS = 30_000;
/** Twice the hex of the largest proof that is looked at. */
const MAX_ANSWER_CHARACTERS = 2 ** 27 + 1_024;

/** JSON-RPC of a rollup's node, as far as an operator needs it. */
export class NodeClient {
  readonly #url: string;
  readonly #fetch: typeof fetch;

  constructor(options: { url: string }, deps: { fetch?: typeof fetch } = {}) {
    this.#url = options.url;
    this.#fetch = deps.fetch ?? fetch;
  }

  /** Null where nobody verifies the chain. @throws VitalError NODE_UNREACHABLE */
  async verification(signal: AbortSignal): Promise<NodeVerification | null> {
    return this.#call(verification, 'tephra_getVerification', [], signal);
  }

  /** Proof of blocks `first` to `last`. @throws VitalError NODE_UNREACHABLE */
  async pov(first: bigint, last: bigint, signal: AbortSignal): Promise<Uint8Array> {
    const range = [`0x${first.toString(16)}`, `0x${last.toString(16)}`];
    return (await this.#call(pov, 'tephra_getPov', range, signal)).proof;
  }

  async #call<T>(schema: z.ZodType<T>, method: string, params: unknown[], signal: AbortSignal): Promise<T> {
    try {
      const response = await this.#fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER_CHARACTERS) throw new Error('too long');
      const answer = envelope.parse(await response.json());
      if (answer.error) throw new Error(answer.error.message);
      return schema.parse(answer.result);
    } catch (cause) {
      throw new VitalError('NODE_UNREACHABLE', `no usable answer to ${method} from the node at ${this.#url}`, {
        hint: 'See whether the layer’s node runs.',
        retryable: true,
        cause,
      });
    }
  }
}
