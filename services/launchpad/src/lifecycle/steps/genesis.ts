import type { LayerSettings } from '@tephra/api';
import { PREDEPLOY_CODE } from '@tephra/l1';
import {
  type Address,
  defaultMinBaseFee,
  encodeGenesisConfig,
  GENESIS_DEFAULTS,
  type GenesisConfig,
} from '@tephra/protocol';
import { genesisAmounts } from '../../layers/genesis-amounts.ts';
import { keyAddresses, layerKeysIn } from '../../layers/keys.ts';
import type { StepOperation } from '../context.ts';

/** Fixes all that decides block 0 and computes its output root. Done once: what is recorded is never made anew. */
export const genesis: StepOperation = async (layer, context, run) => {
  if (layer.genesis_config !== null && layer.genesis_output_root !== null) return;
  const { settings } = layer;
  const { l1 } = context.deps;
  const head = await context.client.getBlockNumber();
  const depth = BigInt(l1.readDepth);
  const origin = await context.client.getBlock({ blockNumber: head > depth ? head - depth : 0n });
  const { faucet } = keyAddresses(await layerKeysIn(context.dirOf(layer.id)));
  const { faucetReserve, operatorGas } = genesisAmounts(settings, context.options);
  const config: GenesisConfig = {
    chainId: BigInt(layer.chain_id),
    timestamp: origin.timestamp,
    blockGasLimit: BigInt(settings.blockGasLimit),
    gasless: settings.gasless,
    currencyMode: settings.currencyMode ?? GENESIS_DEFAULTS.currencyMode,
    currencyToken: settings.currencyToken ?? GENESIS_DEFAULTS.currencyToken,
    minBaseFee: settings.minBaseFee === undefined ? defaultMinBaseFee(settings.gasless) : BigInt(settings.minBaseFee),
    dataFeePerByte: BigInt(settings.dataFeePerByte ?? GENESIS_DEFAULTS.dataFeePerByte),
    feeRecipients: { ...GENESIS_DEFAULTS.feeRecipients, ...settings.feeRecipients },
    hardfork: GENESIS_DEFAULTS.hardfork,
    tokenName: layer.name,
    tokenSymbol: settings.tokenSymbol,
    tokenDecimals: Number(settings.tokenDecimals),
    owner: layer.owner,
    faucetOperator: faucet,
    faucetReserve,
    l1Origin: { number: origin.number, hash: origin.hash, timestamp: origin.timestamp },
    accounts: genesisBalances(settings, faucet, operatorGas),
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

function genesisBalances(settings: LayerSettings, operator: Address, operatorGas: bigint): GenesisConfig['accounts'] {
  const accounts = settings.genesisAccounts.map(({ account, balance }) => ({
    address: account,
    balance: BigInt(balance),
  }));
  const named = accounts.find(({ address }) => address.toLowerCase() === operator.toLowerCase());
  if (named) named.balance += operatorGas;
  return operatorGas === 0n || named ? accounts : [...accounts, { address: operator, balance: operatorGas }];
}
