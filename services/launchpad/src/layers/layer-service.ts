import { createHash } from 'node:crypto';
import {
  type CreateFlashlayerBody,
  createFlashlayerBody,
  type Flashlayer,
  type LayerChain,
  type LayerDetail,
  type PublicLedger,
  type RedeployBody,
  type SettlementPreview,
  unsupportedFields,
} from '@tephra/api';
import { errorMessage, Mutex } from '@tephra/core';
import type { Database } from '@tephra/db';
import type { Address, Hash } from '@tephra/protocol';
import { LaunchpadError } from '../errors.ts';
import { checkFunds } from '../l1/check-funds.ts';
import { freeChainId } from '../l1/free-chain-id.ts';
import { oldLayer } from '../l1/old-layer.ts';
import type { LifecycleContext } from '../lifecycle/context.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Layer, LayerFilter } from '../store/layer-store.ts';
import { pageOf } from '../store/page-of.ts';
import type { LedgerFilter } from '../store/settlement-store.ts';
import type { TokenIdentity } from '../store/token-store.ts';
import { chainStatus } from './chain-status.ts';
import { genesisAmounts } from './genesis-amounts.ts';
import { layerKeysIn } from './keys.ts';
import { emptyLedger } from './ledger.ts';
import { NodeRpcError, nodeRpc } from './node-rpc.ts';
import { previewOfNode } from './preview.ts';
import { tokenLookup } from './token-lookup.ts';
import { detailOf, flashlayerOf } from './view.ts';

export type CreateOptions = {
  caller: TokenIdentity;
  idempotencyKey: string | undefined;
  /** Id of the terminated layer whose settings these are. */
  redeployedFrom?: number;
};

/** What users do with layers; every method answers in the API's words and throws LaunchpadError. */
export class LayerService {
  readonly #context: LifecycleContext;
  readonly #lifecycle: Lifecycle;
  readonly #url: () => string;
  /** Creations one after the other: limits and idempotency keys are then checked without races. */
  readonly #creation = new Mutex();

  constructor(context: LifecycleContext, lifecycle: Lifecycle, url: () => string) {
    this.#context = context;
    this.#lifecycle = lifecycle;
    this.#url = url;
  }

  /** @throws LaunchpadError UNSUPPORTED, ALREADY_EXISTS, IDEMPOTENCY_MISMATCH, RESOURCE_EXHAUSTED and of {@link checkFunds} */
  async create(body: CreateFlashlayerBody, options: CreateOptions): Promise<{ flashlayer: Flashlayer }> {
    const unsupported = unsupportedFields(body);
    if (unsupported.length > 0) {
      throw new LaunchpadError(
        'UNSUPPORTED',
        unsupported.map((field) => `${field.path}: ${field.message}`).join('; '),
        {
          fields: unsupported,
          hint: 'Change the named fields.',
        },
      );
    }
    this.#context.deps.driver.prepare();
    const layer = await this.#creation.run(() => this.#insert(body, options));
    if ('replay' in layer) return layer.replay;
    this.#lifecycle.run(layer.created.id);
    return layer.answer;
  }

  /**
   * Launches a layer with the settings of a terminated one. Its chain id is new: transactions that were signed for the old
   * chain must be worth nothing on it.
   * @throws LaunchpadError NOT_FOUND, FAILED_PRECONDITION and those of {@link create}
   */
  async redeploy(
    id: number,
    { name, import: bring }: RedeployBody,
    options: CreateOptions,
  ): Promise<{ flashlayer: Flashlayer }> {
    const layer = await this.get(id);
    if (layer.status !== 'STATUS_TERMINATED') {
      throw new LaunchpadError('FAILED_PRECONDITION', `Layer ${layer.name} is not terminated.`, {
        hint:
          layer.status === 'STATUS_FAILED'
            ? 'Retry its failed step, or destroy it first.'
            : 'Destroy it first, and wait until everything is settled.',
      });
    }
    const body = createFlashlayerBody.parse({
      flashlayer: { name: name ?? layer.name, settings: layer.settings },
      freeTrial: layer.tier === 'FLASHLAYER_TIER_FREE_TRIAL',
      ...(bring ? { import: String(id) } : {}),
    });
    return this.create(body, { ...options, redeployedFrom: id });
  }

  async list(
    filter: LayerFilter,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<{ flashlayers: Flashlayer[]; nextCursor: string | null }> {
    const { items, nextCursor } = await pageOf(page, (from) => this.#context.layers.list(filter, from));
    return { flashlayers: items.map((layer) => flashlayerOf(layer, this.#url())), nextCursor };
  }

  async info(id: number): Promise<Flashlayer> {
    return flashlayerOf(await this.get(id), this.#url());
  }

  async detail(id: number): Promise<LayerDetail> {
    const layer = await this.get(id);
    const [steps, chain] = await Promise.all([this.#context.layers.steps(id), this.#chain(layer)]);
    return detailOf(layer, steps, chain, this.#url());
  }

  destroy(id: number): Promise<void> {
    return this.#lifecycle.destroy(id, 'The owner asked for the end of the layer.');
  }

  async retry(id: number): Promise<LayerDetail> {
    await this.#lifecycle.retry(id);
    return this.detail(id);
  }

  async logs(id: number, lines: number): Promise<string[]> {
    await this.get(id);
    return this.#context.deps.driver.tail(id, lines);
  }

  /** Gives coins of the layer. @throws LaunchpadError FAILED_PRECONDITION, INVALID_ARGUMENT, UNAVAILABLE */
  async faucet(
    id: number,
    to: Address,
    amount: string | undefined,
  ): Promise<{ transactionHash: Hash; amount: string }> {
    const layer = await this.get(id);
    if (layer.status !== 'STATUS_ACTIVE') {
      throw new LaunchpadError('FAILED_PRECONDITION', `Layer ${layer.name} is not active.`, {
        hint: 'The faucet works while a layer has STATUS_ACTIVE.',
      });
    }
    if (genesisAmounts(layer.settings, this.#context.options).faucetReserve === 0n) {
      throw new LaunchpadError('FAILED_PRECONDITION', `The faucet of layer ${layer.name} has no coins.`, {
        hint: 'Launch with a faucetReserve, or deposit where the coin is one of the L1.',
      });
    }
    const coin = 10n ** BigInt(layer.settings.tokenDecimals);
    const most = this.#context.options.faucetCoins * coin;
    const wei = amount === undefined ? most : BigInt(amount);
    if (wei === 0n || wei > most) {
      const message = `must be 1 to ${most} (${this.#context.options.faucetCoins} ${layer.settings.tokenSymbol})`;
      throw new LaunchpadError('INVALID_ARGUMENT', `amount ${message}`, { fields: [{ path: 'amount', message }] });
    }
    const target = this.#context.deps.driver.target(id);
    if (!target) throw this.#away(layer);
    const { adminToken } = await layerKeysIn(this.#context.dirOf(id));
    try {
      const params = [to, `0x${wei.toString(16)}`];
      const hash = await nodeRpc(target, 'admin_drip', params, { token: adminToken, timeoutMs: 10_000 });
      return { transactionHash: hash as Hash, amount: wei.toString() };
    } catch (error) {
      if (error instanceof NodeRpcError && error.code === 'NODE_UNREACHABLE') throw this.#away(layer);
      throw new LaunchpadError('UNAVAILABLE', `The faucet refused: ${errorMessage(error)}`, { cause: error });
    }
  }

  async settlement(id: number, filter: LedgerFilter): Promise<PublicLedger> {
    const layer = await this.get(id);
    const { settlements, deps } = this.#context;
    const { chainId, publicRpcUrl: rpcUrl, embedded } = deps.l1;
    const ledger =
      (await settlements.get(id, filter)) ??
      emptyLedger(layer.status === 'STATUS_SETTLING' ? 'writing' : 'open', deps.clock.now());
    return {
      ...ledger,
      layer: { name: layer.name, tokenSymbol: layer.settings.tokenSymbol },
      l1: { chainId, rpcUrl, embedded, rollup: layer.rollup, bridge: layer.bridge },
    };
  }

  /** @throws LaunchpadError FAILED_PRECONDITION, UNAVAILABLE */
  async preview(id: number): Promise<SettlementPreview> {
    const layer = await this.get(id);
    if (layer.status !== 'STATUS_ACTIVE') {
      throw new LaunchpadError('FAILED_PRECONDITION', `Layer ${layer.name} is not active.`, {
        hint: 'A layer that is being settled shows its ledger instead.',
      });
    }
    const { client, deps } = this.#context;
    const target = deps.driver.target(id);
    if (!target) throw this.#away(layer);
    try {
      const { adminToken } = await layerKeysIn(this.#context.dirOf(id));
      return await previewOfNode(layer, target, tokenLookup(client, target), client, adminToken);
    } catch (error) {
      if (error instanceof NodeRpcError && error.code === 'NODE_UNREACHABLE') throw this.#away(layer);
      throw new LaunchpadError('UNAVAILABLE', `No preview at the moment: ${errorMessage(error)}`, { cause: error });
    }
  }

  /** @throws LaunchpadError NOT_FOUND */
  async get(id: number): Promise<Layer> {
    const layer = Number.isSafeInteger(id) ? await this.#context.layers.get(id) : undefined;
    if (!layer) {
      throw new LaunchpadError('NOT_FOUND', `There is no flash layer ${id}.`, {
        hint: 'GET /v1/flashlayer lists all.',
      });
    }
    return layer;
  }

  async #insert(
    body: CreateFlashlayerBody,
    { caller, idempotencyKey, redeployedFrom }: CreateOptions,
  ): Promise<{ replay: { flashlayer: Flashlayer } } | { created: Layer; answer: { flashlayer: Flashlayer } }> {
    const { layers, deps, options, funder } = this.#context;
    const requestHash = createHash('sha256')
      .update(JSON.stringify(redeployedFrom === undefined ? body : [body, redeployedFrom]))
      .digest('hex');
    if (idempotencyKey !== undefined) {
      const earlier = await this.#earlier(caller, idempotencyKey);
      if (earlier && earlier.request_hash !== requestHash) {
        throw new LaunchpadError('IDEMPOTENCY_MISMATCH', 'This Idempotency-Key was used with another request.', {
          hint: 'Send the same body again, or take a new key.',
        });
      }
      if (earlier) return { replay: earlier.response as { flashlayer: Flashlayer } };
    }
    const { name, settings } = body.flashlayer;
    if (await layers.living(name)) throw nameTaken(name);
    if ((await layers.count()).living >= options.maxLivingLayers) {
      throw new LaunchpadError('RESOURCE_EXHAUSTED', `This platform runs at most ${options.maxLivingLayers} layers.`, {
        hint: 'Destroy a layer that is no longer needed.',
      });
    }
    await checkFunds(settings, this.#context);
    const importFrom = body.import === undefined ? undefined : await oldLayer(body.import, this.#context);
    const now = new Date(deps.clock.now());
    let answer: { flashlayer: Flashlayer } | undefined;
    try {
      const created = await layers.insert(
        {
          name,
          chainId: await freeChainId(this.#context),
          tier: body.freeTrial ? 'FLASHLAYER_TIER_FREE_TRIAL' : 'FLASHLAYER_TIER_BASIC',
          settings,
          owner: funder.address,
          challengePeriod: settings.challengePeriod ?? deps.l1.challengePeriodDefault,
          createdAt: now,
          ...(redeployedFrom === undefined ? {} : { redeployedFrom }),
          ...(importFrom === undefined ? {} : { importFrom }),
        },
        async (transaction, layer) => {
          answer = { flashlayer: flashlayerOf(layer, this.#url()) };
          if (idempotencyKey === undefined) return;
          await transaction
            .insertInto('idempotency_keys')
            .values({
              token_id: caller.id,
              key: idempotencyKey,
              request_hash: requestHash,
              layer_id: layer.id,
              response: JSON.stringify(answer),
              created_at: now,
            })
            .execute();
        },
      );
      return { created, answer: answer ?? { flashlayer: flashlayerOf(created, this.#url()) } };
    } catch (error) {
      if (isUniqueViolation(error, 'layers_living_name')) throw nameTaken(name);
      throw error;
    }
  }

  #earlier(caller: TokenIdentity, key: string) {
    const db: Database = this.#context.deps.db;
    return db
      .selectFrom('idempotency_keys')
      .select(['request_hash', 'response'])
      .where('token_id', '=', caller.id)
      .where('key', '=', key)
      .executeTakeFirst();
  }

  async #chain(layer: Layer): Promise<LayerChain | null> {
    const target = this.#context.deps.driver.target(layer.id);
    if (!target) return null;
    return chainStatus(target).catch(() => null);
  }

  #away(layer: Layer): LaunchpadError {
    return new LaunchpadError('UNAVAILABLE', `The node of layer ${layer.name} does not answer at the moment.`, {
      hint: 'It is started again by itself; try again in a few seconds.',
      retryable: true,
    });
  }
}

function nameTaken(name: string): LaunchpadError {
  const message = 'is the name of a living layer';
  return new LaunchpadError('ALREADY_EXISTS', `flashlayer.name "${name}" ${message}.`, {
    fields: [{ path: 'flashlayer.name', message }],
    hint: 'Take another name, or destroy that layer first.',
  });
}

function isUniqueViolation(error: unknown, constraint: string): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === '23505' &&
    'constraint' in error &&
    error.constraint === constraint
  );
}
