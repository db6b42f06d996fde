import { type Address, decodePack, type Hash, type Hex, type Pack } from '@tephra/protocol';
import { z } from 'zod';
import { AggregatorError } from '../../errors.ts';

/** Where a rollup's verification stands, as its node says. */
export type NodeStatus = { newest: bigint; proposal: Pack | null };

/** What a node says of one of its blocks. */
export type NodeBlock = { blockHash: Hash; outputRoot: Hash; l1OriginNumber: bigint; l1OriginHash: Hash };

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,16}$/)
  .transform((text) => BigInt(text));
const hash = z.custom<Hash>((value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value));
const bytes = z.custom<Hex>((value) => typeof value === 'string' && /^0x([0-9a-f]{2})*$/.test(value));
const status = z.object({ newest: quantity, proposal: bytes.transform(decodePack).nullable() }).nullable();
const block = z.object({ blockHash: hash, outputRoot: hash, l1OriginNumber: quantity, l1OriginHash: hash }).nullable();
const envelope = z.object({
  result: z.unknown(),
  error: z.object({ message: z.string(), data: z.object({ code: z.string() }).optional().catch(undefined) }).optional(),
});

const TIMEOUT_MS = 5_000;

/** JSON-RPC of rollups' nodes, as far as the aggregator needs it. */
export class NodeClient {
  readonly #url: (chainId: bigint) => string;
  readonly #fetch: typeof fetch;

  /** @param options.url `{chainId}` stands for the rollup's */
  constructor(options: { url: string }, deps: { fetch?: typeof fetch } = {}) {
    this.#url = (chainId) => options.url.replace('{chainId}', chainId.toString());
    this.#fetch = deps.fetch ?? fetch;
  }

  /** Null where nobody verifies the chain. @throws AggregatorError NODE_UNREACHABLE */
  status(chainId: bigint): Promise<NodeStatus | null> {
    return this.#call(chainId, status, 'tephra_getVerification', []);
  }

  /** Null for a block that it does not have. @throws AggregatorError NODE_UNREACHABLE */
  block(chainId: bigint, number: bigint): Promise<NodeBlock | null> {
    return this.#call(chainId, block, 'tephra_getOutput', [`0x${number.toString(16)}`]);
  }

  /** False when the node has other blocks, or it says nothing new to it. @throws AggregatorError NODE_UNREACHABLE */
  async addCertificate(chainId: bigint, certificate: { statement: Hex; signers: Hex }): Promise<boolean> {
    const { statement, signers } = certificate;
    return await this.#call(chainId, z.boolean(), 'tephra_addCertificate', [statement, signers], {
      // It was rolled back since, or the contract took back what it said: no use in trying again.
      CERTIFICATE_FOREIGN: false,
      NOT_VERIFIED: false,
    });
  }

  async #call<T>(
    chainId: bigint,
    schema: z.ZodType<T>,
    method: string,
    params: unknown[],
    refusals: Record<string, T> = {},
  ): Promise<T> {
    const url = this.#url(chainId);
    try {
      const response = await this.#fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const { result, error } = envelope.parse(await response.json());
      if (!error) return schema.parse(result);
      const code = error.data?.code;
      if (code !== undefined && Object.hasOwn(refusals, code)) return refusals[code]!;
      throw new Error(error.message);
    } catch (cause) {
      throw new AggregatorError('NODE_UNREACHABLE', `no usable answer to ${method} from the node at ${url}`, {
        hint: 'See whether the layer’s node runs.',
        retryable: true,
        cause,
      });
    }
  }
}

/** A rollup whose packs this AVS certifies. */
export type KnownRollup = { rollup: Address; chainId: bigint };
