import { bridgeAbi, type L1Client, rollupAbi, rollupFactoryAbi } from '@tephra/l1';
import {
  type Address,
  CURRENCY_MODES,
  decodeGenesisConfig,
  type GenesisConfig,
  genesisSupply,
  type Hash,
  type Hex,
} from '@tephra/protocol';
import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  getAbiItem,
  getAddress,
  zeroAddress,
} from 'viem';
import { checkRules } from './checkRules.ts';
import { DerivationError } from './errors.ts';

/** What the L1 records about a chain. */
export type RollupRecord = {
  chainId: bigint;
  rollup: Address;
  factory: Address;
  owner: Address;
  inbox: Address;
  bridge: Address;
  batchRegistry: Address;
  genesisOutputRoot: Hash;
  genesisConfig: Hex;
  config: GenesisConfig;
  /** L1 block of the creation. */
  createdAtBlock: bigint;
};

const CREATED = getAbiItem({ abi: rollupFactoryAbi, name: 'RollupCreated' });
const CURRENCY_FIXED = getAbiItem({ abi: bridgeAbi, name: 'CurrencyFixed' });

/**
 * Finds how a chain was created, from its address alone. The contract knows the time of its creation, which leads to the L1
 * block without a search through all logs.
 * @throws DerivationError NOT_A_ROLLUP, CREATION_NOT_FOUND, RULES_MISMATCH, CURRENCY_UNBACKED
 */
export async function readRollup(client: L1Client, rollup: Address): Promise<RollupRecord> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const [chainId, inbox, bridge, batchRegistry, genesisOutputRoot, recordedRules, genesisRecord] = await Promise.all([
    client.readContract({ ...contract, functionName: 'chainId' }),
    client.readContract({ ...contract, functionName: 'inbox' }),
    client.readContract({ ...contract, functionName: 'bridge' }),
    client.readContract({ ...contract, functionName: 'batchRegistry' }),
    client.readContract({ ...contract, functionName: 'genesisOutputRoot' }),
    client.readContract({ ...contract, functionName: 'rulesHash' }),
    client.readContract({ ...contract, functionName: 'packRecord', args: [0n] }),
  ]).catch((cause: unknown) => {
    if (!isContractFailure(cause)) throw cause;
    throw new DerivationError('NOT_A_ROLLUP', `there is no rollup at ${rollup}`, {
      details: { rollup },
      hint: 'Check the address and that the L1 RPC serves the right chain.',
      cause,
    });
  });
  const head = await client.getBlockNumber();
  // Test L1s may give several blocks one timestamp.
  const fromBlock = await firstBlockSince(client, genesisRecord.submittedAt, head);
  const toBlock = (await firstBlockSince(client, genesisRecord.submittedAt + 1n, head + 1n)) - 1n;
  // The event's emitter is unknown, so anybody could imitate it: the genesis output root, which is checked against block 0,
  // tells the real one.
  const logs = await client.getLogs({
    event: CREATED,
    args: { rollup, chainId },
    fromBlock,
    toBlock,
    strict: true,
  });
  const found = logs.find(
    (log) => log.args.genesisOutputRoot === genesisOutputRoot && log.args.inbox === inbox && log.args.bridge === bridge,
  );
  if (!found) {
    throw new DerivationError(
      'CREATION_NOT_FOUND',
      `the creation of ${rollup} is not in the logs of L1 blocks ${fromBlock} to ${toBlock}`,
      {
        details: { rollup, fromBlock, toBlock },
        hint: 'Use an L1 endpoint that keeps all logs.',
      },
    );
  }
  const { owner, genesisConfig } = found.args;
  const config = decodeGenesisConfig(genesisConfig);
  checkRules(rollup, recordedRules, config);
  await checkCurrency(client, bridge, found.blockNumber, config);
  return {
    chainId,
    rollup,
    factory: getAddress(found.address),
    owner,
    inbox,
    bridge,
    batchRegistry,
    genesisOutputRoot,
    genesisConfig,
    config,
    createdAtBlock: found.blockNumber,
  };
}

/**
 * The factory can't read the configuration: that block 0 hands out no more than the bridge was given is for us to see.
 * Bridges of the first version say nothing, and issue their coin.
 * @throws DerivationError CURRENCY_UNBACKED
 */
async function checkCurrency(client: L1Client, bridge: Address, l1Block: bigint, config: GenesisConfig): Promise<void> {
  const logs = await client.getLogs({
    address: bridge,
    event: CURRENCY_FIXED,
    fromBlock: l1Block,
    toBlock: l1Block,
    strict: true,
  });
  const fixed = logs[0]?.args ?? { mode: 0, token: zeroAddress, lockedFunds: 0n };
  const expected = config.currencyMode === 'issued' ? 0n : genesisSupply(config);
  const sameCurrency =
    CURRENCY_MODES[fixed.mode] === config.currencyMode &&
    fixed.token.toLowerCase() === config.currencyToken.toLowerCase();
  if (sameCurrency && fixed.lockedFunds === expected) return;
  throw new DerivationError('CURRENCY_UNBACKED', `the bridge ${bridge} does not back the coin of block 0`, {
    details: { ...fixed, currencyMode: config.currencyMode, currencyToken: config.currencyToken, supply: expected },
    hint: 'Whoever made this chain locked something else than it promises: do not use it.',
  });
}

/** First L1 block with at least this timestamp; `end` when none below it has. */
async function firstBlockSince(client: L1Client, timestamp: bigint, end: bigint): Promise<bigint> {
  let low = 0n;
  let high = end;
  while (low < high) {
    const middle = (low + high) / 2n;
    const block = await client.getBlock({ blockNumber: middle });
    if (block.timestamp < timestamp) low = middle + 1n;
    else high = middle;
  }
  return low;
}

/** The endpoint answered, and the answer is that there is no such contract. */
function isContractFailure(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const found = error.walk(
    (cause) => cause instanceof ContractFunctionZeroDataError || cause instanceof ContractFunctionRevertedError,
  );
  return found !== null;
}
