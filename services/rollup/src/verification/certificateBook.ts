import type { Address, Hash, VitalBlockStatement } from '@tephra/protocol';
import type { ChainReader } from '../chain.ts';

/** That enough stake of VITAL vouches for a block and its ancestors, as the L1's contract confirmed it. */
export type BlockCertificate = {
  statement: VitalBlockStatement;
  attestation: Address;
  /** Of the task at the aggregator, where later affirmations can be seen. */
  taskId: string;
  /** Operators of the quorums whose signatures are not in it. */
  nonSignerIds: Hash[];
  /** Percent of each quorum's stake, rounded down. */
  signedPercentages: number[];
};

/** Where certificates survive a restart; any JSON. */
export type CertificateStore = {
  readMeta<T>(key: string): T | undefined;
  writeMeta(key: string, value: unknown): void;
};

/** {@link BlockCertificate} in JSON. */
type StoredCertificate = Omit<BlockCertificate, 'statement'> & {
  statement: Record<'revertEpoch' | 'number' | 'l1OriginNumber', string> &
    Pick<VitalBlockStatement, 'rollup' | 'blockHash' | 'outputRoot' | 'l1OriginHash' | 'referenceBlock'>;
};

const KEY = 'vital-certificates';
/** One covers all blocks below it, so only the newest ones say something that others don't. */
const KEPT = 64;

/**
 * Certificates of this node's blocks, the newest ones, ascending. After a rollback those that speak of other blocks are not
 * shown any more; nobody has to tell the book.
 */
export class CertificateBook {
  readonly #chain: Pick<ChainReader, 'headerByNumber'>;
  readonly #store: CertificateStore;
  #certificates: BlockCertificate[];

  constructor(deps: { chain: Pick<ChainReader, 'headerByNumber'>; store: CertificateStore }) {
    this.#chain = deps.chain;
    this.#store = deps.store;
    this.#certificates = (deps.store.readMeta<StoredCertificate[]>(KEY) ?? []).map(restored);
  }

  /** Newest certified block; 0 while there is none. */
  get newest(): bigint {
    return this.#certificates.findLast((certificate) => this.#holds(certificate))?.statement.number ?? 0n;
  }

  /** The earliest certificate that is known and vouches for a block. */
  covering(number: bigint): BlockCertificate | undefined {
    return this.#certificates.find((certificate) => certificate.statement.number >= number && this.#holds(certificate));
  }

  /** True when it says something new of this chain; kept then. */
  add(certificate: BlockCertificate): boolean {
    const { number, blockHash } = certificate.statement;
    if (!this.#holds(certificate)) return false;
    const others = this.#certificates.filter(({ statement }) => statement.number !== number);
    const known = this.#certificates.find(({ statement }) => statement.number === number);
    if (known?.statement.blockHash === blockHash) return false;
    this.#certificates = [...others, certificate]
      .sort((a, b) => (a.statement.number < b.statement.number ? -1 : 1))
      .slice(-KEPT);
    this.#store.writeMeta(KEY, this.#certificates.map(stored));
    return true;
  }

  #holds({ statement }: BlockCertificate): boolean {
    return this.#chain.headerByNumber(statement.number)?.hash === statement.blockHash;
  }
}

function stored({ statement, ...rest }: BlockCertificate): StoredCertificate {
  const { revertEpoch, number, l1OriginNumber, ...others } = statement;
  return {
    ...rest,
    statement: {
      ...others,
      revertEpoch: revertEpoch.toString(),
      number: number.toString(),
      l1OriginNumber: l1OriginNumber.toString(),
    },
  };
}

function restored({ statement, ...rest }: StoredCertificate): BlockCertificate {
  const { revertEpoch, number, l1OriginNumber, ...others } = statement;
  return {
    ...rest,
    statement: {
      ...others,
      revertEpoch: BigInt(revertEpoch),
      number: BigInt(number),
      l1OriginNumber: BigInt(l1OriginNumber),
    },
  };
}
