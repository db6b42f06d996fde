import { type Address, encodeAbiParameters, type Hash, keccak256 } from 'viem';
import { ProtocolError, type ProtocolErrorCode } from './errors.ts';
import { includesFork } from './hardfork.ts';
import { PREDEPLOYS } from './predeploys.ts';
import type { BlockContent, GenesisConfig, L1Origin } from './types.ts';

/** Base fee of block 0 of a chain with fees, wei. */
export const INITIAL_BASE_FEE = 1_000_000_000n;
/** EIP-1559: the gas target is the limit divided by this. */
const ELASTICITY = 2n;
/** EIP-1559: the base fee moves by at most one part in this many a block. */
const BASE_FEE_CHANGE_DENOMINATOR = 8n;

/** Rules of a chain that shape its headers and what its users pay; parts of its {@link GenesisConfig}. */
export type ChainRules = Pick<
  GenesisConfig,
  'blockGasLimit' | 'gasless' | 'minBaseFee' | 'dataFeePerByte' | 'hardfork'
>;

/** EIP-7685, sha256 of nothing: no block here has requests to a consensus layer (EIP-6110, EIP-7002, EIP-7251). */
export const EMPTY_REQUESTS_HASH: Hash = '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What of the parent the next header follows from; a Header has it all. */
export type ParentBlock = {
  hash: Hash;
  number: bigint;
  timestamp: bigint;
  gasUsed: bigint;
  gasLimit: bigint;
  baseFeePerGas: bigint;
  /** Origin of the parent. */
  l1OriginNumber: bigint;
  l1OriginHash: Hash;
};

/** The shape of the engine's BlockContext. */
export type DerivedContext = {
  number: bigint;
  timestamp: bigint;
  gasLimit: bigint;
  baseFeePerGas: bigint;
  coinbase: Address;
  baseFeeRecipient: Address;
  dataFeeRecipient: Address;
  prevRandao: Hash;
  parentBeaconBlockRoot: Hash;
  /** EIP-2935 keeps it in the state; absent in block 0. */
  parentHash?: Hash;
  /** From Prague on. */
  requestsHash?: Hash;
};

/**
 * Everything of a block's header before execution that the producer does not choose, checking what it did choose.
 * @param content number, timestamp and origin number of the new block
 * @param origin the L1 block with that number
 * @param rules.frozen true when the parent left the chain in mode Settle: time stands still and is no longer compared with
 *   the origin's, which may still advance so that packs stay acceptable to the L1.
 * @throws ProtocolError BLOCK_NUMBER_MISMATCH, BLOCK_TIMESTAMP_INVALID, BLOCK_ORIGIN_INVALID
 */
export function blockContext(
  parent: ParentBlock,
  content: Pick<BlockContent, 'number' | 'timestamp' | 'l1OriginNumber'>,
  origin: L1Origin,
  rules: ChainRules & { frozen?: boolean },
): DerivedContext {
  check(
    content.number === parent.number + 1n,
    'BLOCK_NUMBER_MISMATCH',
    content,
    `it must follow block ${parent.number}`,
  );
  if (rules.frozen) {
    check(content.timestamp === parent.timestamp, 'BLOCK_TIMESTAMP_INVALID', content, 'time is frozen in SETTLE mode');
  } else {
    check(content.timestamp >= parent.timestamp, 'BLOCK_TIMESTAMP_INVALID', content, 'it is earlier than its parent');
    check(
      content.timestamp >= origin.timestamp,
      'BLOCK_TIMESTAMP_INVALID',
      content,
      'it is earlier than its L1 origin',
    );
  }
  check(content.l1OriginNumber === origin.number, 'BLOCK_ORIGIN_INVALID', content, 'another L1 block was given for it');
  check(origin.number >= parent.l1OriginNumber, 'BLOCK_ORIGIN_INVALID', content, 'its L1 origin goes back');
  check(
    origin.number > parent.l1OriginNumber || origin.hash === parent.l1OriginHash,
    'BLOCK_ORIGIN_INVALID',
    content,
    'its L1 origin has another hash than its parent’s of the same number',
  );
  return {
    ...derived(content.number, origin, rules),
    parentHash: parent.hash,
    timestamp: content.timestamp,
    baseFeePerGas: rules.gasless ? 0n : nextBaseFee(parent, rules.minBaseFee),
  };
}

/** Context of block 0. */
export function genesisContext(config: GenesisConfig): DerivedContext {
  return {
    ...derived(0n, config.l1Origin, config),
    timestamp: config.timestamp,
    baseFeePerGas: config.gasless ? 0n : atLeast(config.minBaseFee, INITIAL_BASE_FEE),
  };
}

/** EIP-1559 base fee of the block after `parent`, wei, on a chain with fees; never below the chain's `minBaseFee`. */
export function nextBaseFee(
  parent: Pick<ParentBlock, 'gasUsed' | 'gasLimit' | 'baseFeePerGas'>,
  minBaseFee: bigint,
): bigint {
  return atLeast(minBaseFee, feeAfter(parent));
}

const atLeast = (least: bigint, value: bigint): bigint => (value < least ? least : value);

function feeAfter(parent: Pick<ParentBlock, 'gasUsed' | 'gasLimit' | 'baseFeePerGas'>): bigint {
  const target = parent.gasLimit / ELASTICITY;
  const fee = parent.baseFeePerGas;
  if (parent.gasUsed === target) return fee;
  if (parent.gasUsed > target) {
    const rise = (fee * (parent.gasUsed - target)) / target / BASE_FEE_CHANGE_DENOMINATOR;
    return fee + (rise > 1n ? rise : 1n);
  }
  return fee - (fee * (target - parent.gasUsed)) / target / BASE_FEE_CHANGE_DENOMINATOR;
}

function derived(
  number: bigint,
  origin: L1Origin,
  rules: ChainRules,
): Omit<DerivedContext, 'timestamp' | 'baseFeePerGas'> {
  return {
    number,
    gasLimit: rules.blockGasLimit,
    coinbase: PREDEPLOYS.priorityFeeVault,
    baseFeeRecipient: PREDEPLOYS.baseFeeVault,
    dataFeeRecipient: PREDEPLOYS.dataFeeVault,
    prevRandao: keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [origin.hash, number])),
    parentBeaconBlockRoot: origin.hash,
    ...(includesFork(rules.hardfork, 'prague') ? { requestsHash: EMPTY_REQUESTS_HASH } : {}),
  };
}

function check(
  holds: boolean,
  code: ProtocolErrorCode,
  content: Pick<BlockContent, 'number' | 'timestamp' | 'l1OriginNumber'>,
  reason: string,
): void {
  if (holds) return;
  throw new ProtocolError(code, `Block ${content.number} is invalid: ${reason}`, {
    details: { number: content.number, timestamp: content.timestamp, l1OriginNumber: content.l1OriginNumber },
    hint: 'The producer may choose only transactions, a later timestamp and a later L1 origin.',
  });
}
