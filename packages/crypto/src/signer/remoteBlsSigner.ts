import { errorMessage } from '@tephra/core';
import { decodeG1, decodeG2, type G1Point, type G2Point, type WireG1, type WireG2 } from '@tephra/protocol';
import type { Hash } from 'viem';
import { type Bls, loadBls, type PreparedKey } from '../bls/bls.ts';
import { operatorId } from '../bls/operatorId.ts';
import { CryptoError } from '../errors.ts';
import type { BlsSigner } from './blsSigner.ts';

export type RemoteBlsSignerOptions = {
  /** Base of the signer's HTTP interface, without a slash at the end. */
  url: string;
  /** Which of its keys to use: keccak256 of the G1 key. */
  operatorId: Hash;
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  /** How long one request may take. Default 3000. */
  timeoutMs?: number;
};

/** Answers are a few hundred bytes; a signer that sends more is none. */
const MAX_ANSWER_BYTES = 16_384;

/**
 * Signs through a key service in another process. `GET /v1/bls/keys/<operatorId>` answers `{g1: {x, y}, g2: {x: [,], y:
 * [,]}}`, `POST /v1/bls/sign` takes `{operatorId, digest}` and answers `{x, y}`; coordinates are 32 bytes of hex, the
 * imaginary part first. Nothing it answers is believed: keys must hash to the operator's id and belong together, and
 * each signature is verified before it leaves this class.
 */
export class RemoteBlsSigner implements BlsSigner {
  readonly #options: Required<Omit<RemoteBlsSignerOptions, 'token'>> & { token: string | undefined };
  readonly #bls: Bls;
  readonly #fetch: typeof fetch;
  #keys: { g1: G1Point; g2: G2Point; prepared: PreparedKey } | undefined;

  private constructor(options: RemoteBlsSignerOptions, deps: { bls: Bls; fetch: typeof fetch }) {
    this.#options = { token: undefined, ...options, timeoutMs: options.timeoutMs ?? 3000 };
    this.#bls = deps.bls;
    this.#fetch = deps.fetch;
  }

  /** Asks nothing yet: the signer may come up later than we do. */
  static async create(options: RemoteBlsSignerOptions, deps: { fetch?: typeof fetch } = {}): Promise<RemoteBlsSigner> {
    return new RemoteBlsSigner(options, { bls: await loadBls(), fetch: deps.fetch ?? fetch });
  }

  async publicKeys(): Promise<{ g1: G1Point; g2: G2Point }> {
    const { g1, g2 } = await this.#verifiedKeys();
    return { g1, g2 };
  }

  /** Throws `SIGNER_UNREACHABLE` (retryable), `SIGNER_REFUSED` or `SIGNER_LIED`. */
  async sign(digest: Hash): Promise<G1Point> {
    const { prepared } = await this.#verifiedKeys();
    const answer = await this.#request('/v1/bls/sign', { operatorId: this.#options.operatorId, digest });
    const signature = this.#decode(() => decodeG1(answer as WireG1));
    if (!this.#bls.verify(digest, signature, prepared)) throw this.#lied('it is not a signature of what was asked');
    return signature;
  }

  async #verifiedKeys(): Promise<{ g1: G1Point; g2: G2Point; prepared: PreparedKey }> {
    if (this.#keys) return this.#keys;
    const answer = await this.#request(`/v1/bls/keys/${this.#options.operatorId}`);
    const { g1, g2 } = this.#decode(() => {
      const wire = answer as { g1: WireG1; g2: WireG2 };
      return { g1: decodeG1(wire.g1), g2: decodeG2(wire.g2) };
    });
    if (operatorId(g1) !== this.#options.operatorId.toLowerCase())
      throw this.#lied('it is the key of another operator');
    if (!this.#bls.isSameKey(g1, g2)) throw this.#lied('its keys do not belong together');
    this.#keys = { g1, g2, prepared: this.#bls.prepareKey(g2) };
    return this.#keys;
  }

  async #request(path: string, body?: object): Promise<unknown> {
    const { url, token, timeoutMs } = this.#options;
    let status: number;
    let text: string;
    try {
      const response = await this.#fetch(`${url}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: {
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        // A redirect would carry the token to a host that nobody configured.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw new CryptoError('SIGNER_UNREACHABLE', `the remote signer did not answer: ${errorMessage(error)}`, {
        details: { url },
        retryable: true,
        cause: error,
      });
    }
    if (status >= 500)
      throw new CryptoError('SIGNER_UNREACHABLE', `the remote signer answered with status ${status}`, {
        details: { url, status },
        retryable: true,
      });
    if (status !== 200)
      throw new CryptoError('SIGNER_REFUSED', `the remote signer refused with status ${status}`, {
        details: { url, status },
        hint: 'check its token and that it holds the key of this operator',
      });
    if (text.length > MAX_ANSWER_BYTES) throw this.#lied('it is too long');
    return this.#decode(() => JSON.parse(text) as unknown);
  }

  #decode<T>(decode: () => T): T {
    try {
      return decode();
    } catch {
      throw this.#lied('it is not of the agreed form');
    }
  }

  #lied(why: string): CryptoError {
    return new CryptoError('SIGNER_LIED', `the answer of the remote signer cannot be used: ${why}`, {
      details: { url: this.#options.url },
      hint: 'use nothing that it signs until you know why',
    });
  }
}
