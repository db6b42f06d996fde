import type { RestakingDeployment } from '../restaking/types.ts';
import type { NewQuorum } from './blsAvsContracts.ts';

const WEI = 10n ** 18n;
/** Two thirds, rounded up: whoever lies needs a third of the stake on top of its own. */
export const THRESHOLD_PERCENTAGE = 67;
const MAX_OPERATORS = 200;

/**
 * Quorums of an AVS of the platform: 0 counts ETH and liquid staking tokens, 1 the token ALT (the first dApp token where there
 * is none of that name); slashable stake only.
 * @param minimumStake least stake of an operator in each, wei
 */
export function stakeQuorums(restaking: RestakingDeployment, minimumStake: bigint = WEI): NewQuorum[] {
  const dapp = restaking.strategies.filter(({ kind }) => kind === 'dapp');
  const alt = dapp.find(({ symbol }) => symbol === 'ALT') ?? dapp[0];
  const parts = [
    { name: 'ETH and LSTs', strategies: restaking.strategies.filter(({ kind }) => kind !== 'dapp') },
    ...(alt === undefined ? [] : [{ name: alt.symbol, strategies: [alt] }]),
  ];
  return parts.map(({ name, strategies }, number) => ({
    number,
    name,
    thresholdPercentage: THRESHOLD_PERCENTAGE,
    strategies: strategies.map(({ strategy }) => ({ strategy, multiplier: WEI })),
    minimumStake,
    stake: 'slashable',
    // What an operator takes back stays slashable about as long as its withdrawal takes: it stops counting at once.
    lookAheadBlocks: restaking.withdrawalDelayBlocks,
    maxOperators: MAX_OPERATORS,
  }));
}

/** The document itself as a URI. */
export function dataUri(json: unknown): string {
  return `data:application/json;base64,${Buffer.from(JSON.stringify(json)).toString('base64')}`;
}
