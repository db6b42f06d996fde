import { GENESIS_TOTAL_MAX, type LayerSettings } from '@tephra/api';
import { PREDEPLOY_CODE } from '@tephra/l1';
import {
  type Address,
  defaultMinBaseFee,
  encodeGenesisConfig,
  GENESIS_DEFAULTS,
  type GenesisConfig,
} from '@tephra/protocol';
import { keyAddresses, layerKeysIn } from '../../layers/keys.ts';
import type { StepOperation } from '../context.ts';

/** What the faucet's operator begins with where drips cost gas: enough for some hundred thousand of them. */
const OPERATOR_GAS_WEI = 100n * 10n ** 18n;

/** Fixes all that decides block 0 and computes its output root. Done once: what is recorded is never made anew. */
export const genesis: StepOperation = async (layer, context, run) => {
  if (layer.genesis_config !== null && layer.genesis_output_root !== null) return;
  const { settings } = layer;
  const { l1 } = context.deps;
  const head = await context.client.getBlockNumber();
  const depth = BigInt(l1.readDepth);
  const origin = await context.client.getBlock({ blockNumber: head > depth ? head - depth : 0n });
  const { faucet } = keyAddresses(await layerKeysIn(context.dirOf(layer.id)));
  const decimals = Number(settings.tokenDecimals);
  const reserve = context.options.faucetReserveCoins * 10n ** BigInt(decimals);
  const config: GenesisConfig = {
    chainId: BigInt(layer.chain_id),
    timestamp: origin.timestamp,
    blockGasLimit: BigInt(settings.blockGasLimit),
    gasless: settings.gasless,
    ...GENESIS_DEFAULTS,
    minBaseFee: defaultMinBaseFee(settings.gasless),
    tokenName: layer.name,
    tokenSymbol: settings.tokenSymbol,
    tokenDecimals: decimals,
    owner: layer.owner,
    faucetOperator: faucet,
    faucetReserve: reserve > GENESIS_TOTAL_MAX ? GENESIS_TOTAL_MAX : reserve,
    l1Origin: { number: origin.number, hash: origin.hash, timestamp: origin.timestamp },
    accounts: genesisBalances(settings, faucet),
    // On record with the rest, so that later versions of the predeploys can rebuild and restart this chain.
    predeployCode: PREDEPLOY_CODE,
  };
  const encoded = encodeGenesisConfig(config);
  const { outputRoot } = await context.deps.computeGenesis(encoded);
  await run.update({ genesis_config: encoded, genesis_output_root: outputRoot });
  await run.log(
    'info',
    `Genesis with ${config.accounts.length} accounts on L1 block ${origin.number}, output root ${outputRoot}.`,
  );
};

function genesisBalances(settings: LayerSettings, operator: Address): GenesisConfig['accounts'] {
  const accounts = settings.genesisAccounts.map(({ account, balance }) => ({
    address: account,
    balance: BigInt(balance),
  }));
  const asked = accounts.some(({ address }) => address.toLowerCase() === operator.toLowerCase());
  return settings.gasless || asked ? accounts : [...accounts, { address: operator, balance: OPERATOR_GAS_WEI }];
}
