import { z } from 'zod';
import type { FieldViolation } from '../errors.ts';
import { addressText, boundedDecimal, boundedInteger, boundedUintText, UINT256_MAX, uintText } from '../fields.ts';

/** Bounds of every setting, for forms and help texts. */
export const SETTING_LIMITS = {
  /** Seconds. */
  blockTime: { min: 0.5, max: 60 },
  blockGasLimit: { min: 30_000_000, max: 70_000_000 },
  tokenSymbol: { min: 2, max: 6 },
  tokenDecimals: { min: 0, max: 36 },
  name: { min: 2, max: 12 },
  genesisAccounts: { max: 1_000 },
  /** Blocks in a pack at most. */
  checkpointBlocks: { min: 1, max: 512 },
  /** Seconds; at most 30 days. */
  challengePeriod: { min: 1, max: 2_592_000 },
  /** Wei for a unit of gas, and for a byte of a transaction. */
  fee: { min: 0, max: 10 ** 18 },
  /** Blocks of past state that a node keeps when it does not keep all. */
  history: { min: 128, max: 100_000_000 },
} as const;

/** Sum of all genesis balances at most: a chain's supply stays below 2^128, and half of that is left to the faucet. */
export const GENESIS_TOTAL_MAX = (1n << 127n) - 1n;
/** With the genesis balances this stays below the supply's bound, and leaves room for the faucet's own gas money. */
export const FAUCET_RESERVE_MAX = 1n << 126n;
/** Precompiles and system contracts live below this address. */
const RESERVED_BELOW = 0x1_0000_0000n;

export const layerName = z
  .string({ error: 'is required: 2 to 12 characters of a-z and 0-9, starting with a letter' })
  .regex(/^[a-z][a-z0-9]{1,11}$/, { error: 'must be 2 to 12 characters of a-z and 0-9, starting with a letter' });

export const genesisAccount = z.strictObject({
  account: addressText.refine((account) => BigInt(account) >= RESERVED_BELOW, {
    error: 'is reserved for precompiles and system contracts',
  }),
  /** Smallest unit of the native coin (wei when the coin has 18 decimals). */
  balance: uintText.refine((text) => text !== undefined && BigInt(text) <= UINT256_MAX, {
    error: 'must fit in 256 bits',
  }),
});
export type GenesisAccountSetting = z.output<typeof genesisAccount>;

const genesisAccounts = z
  .array(genesisAccount, { error: 'must be a list of {account, balance}' })
  .max(SETTING_LIMITS.genesisAccounts.max, { error: 'may hold at most 1,000 accounts' })
  .superRefine((accounts, context) => {
    const seen = new Map<string, number>();
    let total = 0n;
    for (const [index, entry] of accounts.entries()) {
      const key = entry.account.toLowerCase();
      const first = seen.get(key);
      if (first === undefined) seen.set(key, index);
      else {
        context.addIssue({
          code: 'custom',
          path: [index, 'account'],
          message: `is listed twice, first as entry ${first}`,
        });
      }
      total += BigInt(entry.balance);
    }
    if (total > GENESIS_TOTAL_MAX)
      context.addIssue({ code: 'custom', message: 'balances must sum to less than 2^127' });
  });

const flag = z.boolean({ error: 'must be true or false' });
const fee = boundedUintText(BigInt(SETTING_LIMITS.fee.min), BigInt(SETTING_LIMITS.fee.max), ' wei');

export const CURRENCY_MODES = ['issued', 'eth', 'erc20'] as const;
export type CurrencyMode = (typeof CURRENCY_MODES)[number];
export const ENGINES = ['wasm', 'ethereumjs'] as const;
export const VERIFICATIONS = ['posted', 'vital'] as const;

const settingFields = z.strictObject({
  /** True: first come, first served. False asks for the priority gas auction. */
  fcfs: flag.default(true),
  /** True: gas costs nothing. */
  gasless: flag.default(true),
  /** Seconds, 0.5 to 60. */
  blockTime: boundedDecimal(SETTING_LIMITS.blockTime.min, SETTING_LIMITS.blockTime.max, ' seconds').default(1),
  tokenSymbol: z
    .string({ error: 'must be text of 2 to 6 characters' })
    .regex(/^[A-Za-z0-9$._-]{2,6}$/, { error: 'must be 2 to 6 letters, digits or $ . _ -' })
    .default('ETH'),
  /** Gas, 30,000,000 to 70,000,000. */
  blockGasLimit: boundedUintText(
    BigInt(SETTING_LIMITS.blockGasLimit.min),
    BigInt(SETTING_LIMITS.blockGasLimit.max),
    ' gas',
  ).default('70000000'),
  tokenDecimals: boundedUintText(
    BigInt(SETTING_LIMITS.tokenDecimals.min),
    BigInt(SETTING_LIMITS.tokenDecimals.max),
  ).default('18'),
  genesisAccounts: genesisAccounts.default([]),
  /** Blocks after which a pack is posted at the latest. */
  checkpointBlocks: boundedInteger(SETTING_LIMITS.checkpointBlocks.min, SETTING_LIMITS.checkpointBlocks.max).optional(),
  /** Seconds during which a pack can be challenged on the L1. */
  challengePeriod: boundedInteger(
    SETTING_LIMITS.challengePeriod.min,
    SETTING_LIMITS.challengePeriod.max,
    ' seconds',
  ).optional(),
  /**
   * How the native coin comes into being. `issued`: genesis and faucet make it; `eth` and `erc20`: it is ETH or a token of
   * the L1, and what genesis and faucet hold is locked by the platform's account when the layer is created.
   */
  currencyMode: z.enum(CURRENCY_MODES, { error: 'must be issued, eth or erc20' }).optional(),
  /** The L1 token of mode `erc20`. */
  currencyToken: addressText.optional(),
  /** What the faucet holds at the start, smallest units; the platform decides when not given. */
  faucetReserve: uintText
    .refine((text) => text !== undefined && BigInt(text) <= FAUCET_RESERVE_MAX, { error: 'must be at most 2^126' })
    .optional(),
  /** Wei for a unit of gas below which the base fee never goes; 1 when not given, 0 on a gasless layer. */
  minBaseFee: fee.optional(),
  /** Wei for each byte of a transaction, for its way to the L1; 0 when not given. */
  dataFeePerByte: fee.optional(),
  /** Who gets base fees, data fees and tips; the layer's owner where none is given. */
  feeRecipients: z
    .strictObject(
      { base: addressText.optional(), data: addressText.optional(), priority: addressText.optional() },
      { error: 'must be {base, data, priority}' },
    )
    .optional(),
  /** `archive`, or for how many blocks the node keeps past state. */
  history: z
    .union([z.literal('archive'), boundedInteger(SETTING_LIMITS.history.min, SETTING_LIMITS.history.max, ' blocks')], {
      error: 'must be "archive" or a number of blocks, at least 128',
    })
    .optional(),
  /** Which implementation of the EVM runs the node; the platform decides when not given. */
  engine: z.enum(ENGINES, { error: 'must be wasm or ethereumjs' }).optional(),
  /**
   * What tier 2 means: that a pack is on the L1, or that operators of VITAL vouch for the block. VITAL where the platform runs
   * operators when not given.
   */
  verification: z.enum(VERIFICATIONS, { error: 'must be posted or vital' }).optional(),
});

export const layerSettings = settingFields.superRefine((settings, context) => {
  const violation = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const mode = settings.currencyMode ?? 'issued';
  if (mode === 'erc20' && settings.currencyToken === undefined)
    violation(['currencyToken'], 'is required in currency mode erc20: the token on the L1');
  if (mode !== 'erc20' && settings.currencyToken !== undefined)
    violation(['currencyToken'], 'belongs to currency mode erc20');
  if (mode !== 'issued' && settings.tokenDecimals !== '18')
    violation(['tokenDecimals'], `must be 18 in currency mode ${mode}`);
  for (const field of ['minBaseFee', 'dataFeePerByte'] as const) {
    if (settings.gasless && BigInt(settings[field] ?? 0) > 0n)
      violation([field], 'must be 0 on a gasless layer; set gasless to false');
  }
});
export type LayerSettings = z.output<typeof layerSettings>;
export type LayerSettingsInput = z.input<typeof layerSettings>;

/** Body of POST /v1/flashlayer/create. */
export const createFlashlayerBody = z.strictObject({
  flashlayer: z.preprocess(
    (value) => value ?? {},
    z.strictObject(
      {
        name: layerName,
        settings: z.preprocess((value) => value ?? {}, layerSettings),
      },
      { error: 'must be an object with name and settings' },
    ),
  ),
  /** The layer ends by itself two hours after it became active. */
  freeTrial: flag.optional(),
  /** Another layer, settled by now, whose tokens are known here from the start: id, name, or address of its Rollup. */
  import: z
    .string({ error: 'must be the id, name or Rollup address of a settled layer' })
    .regex(/^([0-9]{1,15}|[a-z][a-z0-9]{1,11}|0x[0-9a-fA-F]{40})$/, {
      error: 'must be the id, name or Rollup address of a settled layer',
    })
    .optional(),
  /** Known from the reference, refused by name until restaking works here. */
  restakingTrial: flag.optional(),
  walletSign: z
    .object(
      { address: z.string(), sign: z.string(), ts: z.union([z.string(), z.number()]) },
      { error: 'must be {address, sign, ts}' },
    )
    .optional(),
});
export type CreateFlashlayerBody = z.output<typeof createFlashlayerBody>;
export type CreateFlashlayerInput = {
  flashlayer: { name: string; settings?: LayerSettingsInput };
  freeTrial?: boolean;
  import?: string;
};

/** Body of POST /v1/flashlayer/{id}/redeploy. */
export const redeployBody = z.strictObject({
  /** Another name than that of the terminated layer. */
  name: layerName.optional(),
  /** Make the tokens of the terminated layer known on the new one. */
  import: flag.optional(),
});
export type RedeployBody = z.output<typeof redeployBody>;

/** Settings that are understood and well formed, but do not work yet; each named. */
export function unsupportedFields(body: CreateFlashlayerBody): FieldViolation[] {
  const fields: FieldViolation[] = [];
  if (body.restakingTrial) {
    fields.push({ path: 'restakingTrial', message: 'the restaking tier is not available yet, use freeTrial' });
  }
  return fields;
}
