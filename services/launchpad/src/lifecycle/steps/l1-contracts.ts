import { rollupFactoryAbi, type Sent } from '@tephra/l1';
import {
  type Address,
  CURRENCY_MODES,
  decodeGenesisConfig,
  genesisSupply,
  type Hash,
  rulesHash,
} from '@tephra/protocol';
import { encodeFunctionData, erc20Abi, parseEventLogs, zeroAddress, zeroHash } from 'viem';
import { StepError } from '../../errors.ts';
import { rollupOnL1 } from '../../l1/rollup-on-l1.ts';
import type { Layer } from '../../store/layer-store.ts';
import type { LifecycleContext, StepOperation, StepRun } from '../context.ts';

/** Seconds without a pack after which a bond may stand for one on the embedded L1, where operators stop as soon as somebody wants to try that. */
const ATTESTED_PACK_DELAY = 120;
/** Operators that come up with the platform are waited for this long. */
const VERIFIERS_WAIT_MS = 120_000;
const VERIFIERS_STEP_MS = 250;

/** One L1 transaction makes the chain's contracts, posts the bond and funds escrow and proposer. */
export const l1Contracts: StepOperation = async (layer, context, run) => {
  if (layer.rollup !== null) return;
  const { genesis_config: genesisConfig, genesis_output_root: genesisOutputRoot, proposer } = layer;
  if (!genesisConfig || !genesisOutputRoot || !proposer) throw new Error('the genesis step left nothing');
  // A transaction of an earlier attempt may have been mined unseen.
  if (await adoptContracts(layer, context, run)) return;

  const { options, deps, funder } = context;
  const genesis = decodeGenesisConfig(genesisConfig);
  const attestation = await attestationFor(layer, context, run);
  // Where the currency is an L1 asset, every coin of block 0 is backed by one that is locked now.
  const lockedFunds = genesis.currencyMode === 'issued' ? 0n : genesisSupply(genesis);
  const lockedWei = genesis.currencyMode === 'eth' ? lockedFunds : 0n;
  const value = options.bondWei + options.settlementEscrowWei + options.proposerFundsWei + lockedWei;
  const data = encodeFunctionData({
    abi: rollupFactoryAbi,
    functionName: 'createRollup',
    args: [
      {
        chainId: BigInt(layer.chain_id),
        owner: layer.owner,
        proposer,
        challengePeriod: BigInt(layer.challenge_period),
        maxPackDelay: BigInt(attestation && deps.l1.embedded ? ATTESTED_PACK_DELAY : options.maxPackDelaySeconds),
        inboxDelay: BigInt(options.inboxDelaySeconds),
        // Trials end by wall time, which the L1 doesn't know (its clock can be moved here).
        expiresAt: 0n,
        currencyMode: CURRENCY_MODES.indexOf(genesis.currencyMode),
        currencyToken: genesis.currencyToken,
        name: layer.name,
        symbol: layer.settings.tokenSymbol,
        decimals: Number(layer.settings.tokenDecimals),
        bond: options.bondWei,
        settlementEscrow: options.settlementEscrowWei,
        proposerFunds: options.proposerFundsWei,
        lockedFunds,
        genesisOutputRoot,
        rulesHash: rulesHash(genesis),
        stvfHash: deps.stvfHash,
        attestation: attestation ?? zeroAddress,
        validityKey: zeroHash,
        genesisConfig,
      },
    ],
  });
  let sent: Sent;
  try {
    const create = () => funder.send({ to: deps.l1.deployments.factory, data, value, signal: run.signal });
    sent =
      genesis.currencyMode === 'erc20' && lockedFunds > 0n
        ? await withAllowance({ token: genesis.currencyToken, amount: lockedFunds }, context, run, create)
        : await create();
  } catch (error) {
    // The transaction of an attempt that a crash interrupted was mined meanwhile.
    if (!run.signal.aborted && (await adoptContracts(layer, context, run))) return;
    throw error;
  }
  const { hash, receipt } = sent;
  await run.transaction(hash);
  const [created] = parseEventLogs({ abi: rollupFactoryAbi, eventName: 'RollupCreated', logs: receipt.logs });
  if (!created) {
    throw new StepError('CONTRACTS_MISMATCH', `transaction ${hash} made no rollup`, {
      hint: 'Check the factory address.',
    });
  }
  await adoptContracts(layer, context, run, receipt.blockNumber);
};

/**
 * Who verifies a layer: VITAL where operators run, unless the layer's settings say otherwise; nobody where there are none yet.
 * @throws StepError VERIFIERS_MISSING
 */
async function attestationFor(layer: Layer, { deps }: LifecycleContext, run: StepRun): Promise<Address | null> {
  const { verification } = layer.settings;
  if (verification === 'posted') return null;
  const { clock, l1 } = deps;
  const find = (): Address | null => l1.attestation?.() ?? null;
  if (verification !== 'vital') return find();
  for (
    const end = clock.now() + VERIFIERS_WAIT_MS;
    clock.now() < end;
    await clock.sleep(VERIFIERS_STEP_MS, run.signal)
  ) {
    const attestation = find();
    if (attestation !== null) return attestation;
    // Where nobody could ever come up there is nothing to wait for.
    if (!l1.attestation) break;
  }
  throw new StepError('VERIFIERS_MISSING', 'this platform has no operators of VITAL that could verify the layer', {
    hint: 'Start the platform with operators, or launch the layer with verification "posted".',
    retryable: true,
  });
}

/** Lets the factory draw tokens of the platform's account during `create`, exactly as many as it locks. */
function withAllowance<T>(
  { token, amount }: { token: Address; amount: bigint },
  { allowance, client, funder, deps }: LifecycleContext,
  run: StepRun,
  create: () => Promise<T>,
): Promise<T> {
  const spender = deps.l1.deployments.factory;
  return allowance.run(async () => {
    const given = await client.readContract({
      address: token,
      abi: erc20Abi,
      functionName: 'allowance',
      args: [funder.address, spender],
    });
    // Left by an attempt that broke off. Some tokens change an allowance only by way of zero.
    for (const value of given === amount ? [] : given === 0n ? [amount] : [0n, amount]) {
      const data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, value] });
      await funder.send({ to: token, data, signal: run.signal });
    }
    return create();
  });
}

/** Takes over the contracts of this chain id if the L1 has them; false when it has none. */
export async function adoptContracts(
  layer: Layer,
  context: LifecycleContext,
  run: StepRun,
  createdAt?: bigint,
): Promise<boolean> {
  const found = await rollupOnL1(context, layer.chain_id);
  if (!found) return false;
  if (found.genesisOutputRoot !== layer.genesis_output_root) {
    throw new StepError('CHAIN_ID_TAKEN', `chain id ${layer.chain_id} is in use on the L1 by ${found.rollup}`, {
      hint: 'Destroy this layer and create it again: it gets another chain id.',
    });
  }
  const creation = createdAt ?? (await creationBlock(layer, context, run));
  await run.update({
    rollup: found.rollup,
    inbox: found.inbox,
    bridge: found.bridge,
    native_twin: found.nativeTwin,
    attestation: found.attestation,
    created_at_block: Number(creation),
  });
  await run.log('info', `Contracts are on the L1: rollup ${found.rollup}, bridge ${found.bridge}.`);
  return true;
}

/** L1 block of a creation that an earlier attempt sent. */
async function creationBlock(layer: Layer, context: LifecycleContext, run: StepRun): Promise<bigint> {
  const [created] = await context.client.getContractEvents({
    address: context.deps.l1.deployments.factory,
    abi: rollupFactoryAbi,
    eventName: 'RollupCreated',
    args: { chainId: BigInt(layer.chain_id) },
    fromBlock: 0n,
  });
  if (!created?.blockNumber)
    throw new StepError('CONTRACTS_MISMATCH', 'the L1 has the rollup but not its creation event');
  await run.transaction(created.transactionHash as Hash);
  return created.blockNumber;
}
