import {
  type CreateFlashlayerInput,
  CURRENCY_MODES,
  type CurrencyMode,
  createFlashlayerBody,
  type FieldViolation,
  type LayerSettingsInput,
  unsupportedFields,
  VERIFICATIONS,
  validate,
} from '@tephra/api';
import { parseUnits } from '../lib/format.ts';

/** What the form holds: texts as typed, so that a half-written number stays what it is. */
export type Draft = {
  template: TemplateName | null;
  name: string;
  blockTime: string;
  /** Order of transactions: as they arrive, or by what they offer. */
  ordering: Ordering;
  gasless: boolean;
  /** Gwei; empty = the platform's default. */
  minBaseFee: string;
  /** Gwei for a byte; empty = none. */
  dataFee: string;
  /** Who gets the fees; empty = the layer's owner. */
  feeBase: string;
  feePriority: string;
  feeData: string;
  currencyMode: CurrencyMode;
  /** Token on the L1 in mode erc20. */
  currencyToken: string;
  /** Whole coins in the faucet at the start; empty = the platform's default. */
  faucetReserve: string;
  tokenSymbol: string;
  tokenDecimals: string;
  blockGasLimit: string;
  freeTrial: boolean;
  /** Balance in whole coins. `key` only tells rows apart. */
  genesisAccounts: { key: number; account: string; balance: string }[];
  /** Empty = the platform's default. */
  challengePeriod: string;
  checkpointBlocks: string;
  /** Blocks of past state that the node keeps; empty = all. */
  history: string;
  /** What tier 2 means; empty = the platform's default. */
  verification: '' | (typeof VERIFICATIONS)[number];
  /** Id of a settled layer whose tokens are known here from the start; empty = none. */
  importFrom: string;
};

export type Ordering = 'fcfs' | 'pga';

export type TemplateName = 'nft-mint' | 'game-round' | 'test-chain' | 'persistent';

export type Template = {
  name: TemplateName;
  title: string;
  text: string;
  /** What it sets apart from {@link PLAIN}. */
  sets: Partial<Draft>;
  /** Beginning of the suggested name. */
  stem: string;
  /** Give the first dev accounts coin at genesis. */
  funded: boolean;
};

const PLAIN: Omit<Draft, 'template' | 'name'> = {
  blockTime: '1',
  ordering: 'fcfs',
  gasless: true,
  minBaseFee: '',
  dataFee: '',
  feeBase: '',
  feePriority: '',
  feeData: '',
  currencyMode: 'issued',
  currencyToken: '',
  faucetReserve: '',
  tokenSymbol: 'ETH',
  tokenDecimals: '18',
  blockGasLimit: '70000000',
  freeTrial: true,
  genesisAccounts: [],
  challengePeriod: '',
  checkpointBlocks: '',
  history: '',
  verification: '',
  importFrom: '',
};

export const TEMPLATES: readonly Template[] = [
  {
    name: 'nft-mint',
    title: 'NFT mint',
    text: 'A drop for many people at once. Minting costs them nothing, and every token ends up on an L1 twin in its owner’s account.',
    sets: { blockTime: '0.5', gasless: true, blockGasLimit: '70000000', tokenSymbol: 'MINT', freeTrial: true },
    stem: 'mint',
    funded: false,
  },
  {
    name: 'game-round',
    title: 'Game round',
    text: 'Moves that settle in half a second for one evening. Scores and items survive the end of the round.',
    sets: { blockTime: '0.5', gasless: true, blockGasLimit: '70000000', tokenSymbol: 'GAME', freeTrial: true },
    stem: 'round',
    funded: false,
  },
  {
    name: 'test-chain',
    title: 'Test chain',
    text: 'Behaves like a public network: fees by EIP-1559 and funded accounts, for trying contracts and scripts.',
    sets: { blockTime: '1', gasless: false, blockGasLimit: '30000000', tokenSymbol: 'ETH', freeTrial: true },
    stem: 'test',
    funded: true,
  },
  {
    name: 'persistent',
    title: 'Persistent',
    text: 'Stays until you end it. Fees by EIP-1559, so that nobody fills its blocks for nothing.',
    sets: { blockTime: '2', gasless: false, blockGasLimit: '70000000', tokenSymbol: 'COIN', freeTrial: false },
    stem: 'chain',
    funded: true,
  },
];

/** A draft of a template; `taken` are names of living layers, `devAccounts` get coin where the template says so. */
export function draftOf(template: Template, taken: readonly string[], devAccounts: readonly string[]): Draft {
  return {
    ...PLAIN,
    ...template.sets,
    template: template.name,
    name: freeName(template.stem, taken),
    genesisAccounts: template.funded
      ? devAccounts.slice(0, 2).map((account, index) => ({ key: index + 1, account, balance: '1000' }))
      : [],
  };
}

/** "mint", else "mint2", "mint3"...; at most 12 characters. */
export function freeName(stem: string, taken: readonly string[]): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? stem : `${stem}${n}`;
    if (!taken.includes(name)) return name;
  }
}

/** The request body that the form stands for. Nothing is corrected here: wrong texts go in as typed and are named by the schema. */
export function bodyOf(draft: Draft): CreateFlashlayerInput {
  const settings: LayerSettingsInput = {
    fcfs: draft.ordering === 'fcfs',
    gasless: draft.gasless,
    blockTime: draft.blockTime,
    tokenSymbol: draft.tokenSymbol,
    blockGasLimit: draft.blockGasLimit,
    tokenDecimals: draft.tokenDecimals,
    genesisAccounts: draft.genesisAccounts.map(({ account, balance }) => ({
      account: account.trim(),
      balance: smallestUnits(balance, draft.tokenDecimals),
    })),
  };
  if (draft.challengePeriod.trim() !== '') settings.challengePeriod = draft.challengePeriod;
  if (draft.checkpointBlocks.trim() !== '') settings.checkpointBlocks = draft.checkpointBlocks;
  if (draft.history.trim() !== '') settings.history = draft.history;
  if (draft.verification !== '') settings.verification = draft.verification;
  if (draft.currencyMode !== 'issued') settings.currencyMode = draft.currencyMode;
  if (draft.currencyMode === 'erc20') settings.currencyToken = draft.currencyToken.trim();
  if (draft.faucetReserve.trim() !== '') {
    settings.faucetReserve = smallestUnits(draft.faucetReserve, draft.tokenDecimals);
  }
  if (!draft.gasless) {
    if (draft.minBaseFee.trim() !== '') settings.minBaseFee = weiOfGwei(draft.minBaseFee);
    if (draft.dataFee.trim() !== '') settings.dataFeePerByte = weiOfGwei(draft.dataFee);
    const recipients = {
      ...(draft.feeBase.trim() !== '' && { base: draft.feeBase.trim() }),
      ...(draft.feePriority.trim() !== '' && { priority: draft.feePriority.trim() }),
      ...(draft.feeData.trim() !== '' && { data: draft.feeData.trim() }),
    };
    if (Object.keys(recipients).length > 0) settings.feeRecipients = recipients;
  }
  return {
    flashlayer: { name: draft.name, settings },
    freeTrial: draft.freeTrial,
    ...(draft.importFrom !== '' && { import: draft.importFrom }),
  };
}

/** What is no number stays as typed, for the schema to name it. */
function weiOfGwei(gwei: string): string {
  return parseUnits(gwei, 9)?.toString() ?? gwei;
}

/** What the genesis locks on the L1, smallest units: accounts and faucet; null where a number does not hold yet. */
export function lockedFundsOf(draft: Draft): bigint | null {
  if (draft.currencyMode === 'issued') return 0n;
  const parts = [...draft.genesisAccounts.map((row) => row.balance), draft.faucetReserve].map((text) =>
    text.trim() === '' ? 0n : parseUnits(text, 18),
  );
  return parts.includes(null) ? null : parts.reduce<bigint>((sum, part) => sum + (part ?? 0n), 0n);
}

/** Why this platform does not take a choice; undefined when it does. */
export function refusalOf(draft: Draft, part: Partial<Draft>, path: string): string | undefined {
  const result = validate(createFlashlayerBody, bodyOf({ ...draft, ...part }));
  if (!result.ok) return undefined;
  return unsupportedFields(result.value).find((field) => field.path === path)?.message;
}

function smallestUnits(coins: string, decimals: string): string {
  const count = /^\d{1,2}$/.test(decimals) ? Number(decimals) : 18;
  return parseUnits(coins, count)?.toString() ?? coins;
}

/** Field path of the API -> what is wrong with it. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Checks a draft by the API's own schema, and the name against the living layers. */
export function checkDraft(draft: Draft, taken: readonly string[]): FieldErrors {
  const body = bodyOf(draft);
  const result = validate(createFlashlayerBody, body);
  const fields: FieldViolation[] = result.ok ? unsupportedFields(result.value) : result.fields;
  const errors: Record<string, string> = {};
  for (const field of fields) errors[field.path] ??= field.message;
  if (errors['flashlayer.name'] === undefined && taken.includes(draft.name)) {
    errors['flashlayer.name'] = 'is taken by a living layer';
  }
  return errors;
}

const STORED = 'tephra.launch-draft';

/** The draft of the last visit, if it still has the form's shape. */
export function loadDraft(): Draft | null {
  try {
    const json: unknown = JSON.parse(localStorage.getItem(STORED) ?? 'null');
    // Fields that a draft of an earlier version lacks have their defaults.
    const whole: unknown = typeof json === 'object' && json !== null ? { ...PLAIN, ...json } : null;
    return isDraft(whole) ? whole : null;
  } catch {
    return null;
  }
}

export function saveDraft(draft: Draft | null): void {
  try {
    if (draft === null) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, JSON.stringify(draft));
  } catch {
    // without storage the draft lasts until the page is left
  }
}

function isDraft(json: unknown): json is Draft {
  if (typeof json !== 'object' || json === null) return false;
  const texts = [
    'name',
    'blockTime',
    'tokenSymbol',
    'tokenDecimals',
    'blockGasLimit',
    'challengePeriod',
    'checkpointBlocks',
    'minBaseFee',
    'dataFee',
    'feeBase',
    'feePriority',
    'feeData',
    'currencyToken',
    'faucetReserve',
    'history',
    'importFrom',
  ];
  const draft = json as Record<string, unknown>;
  return (
    texts.every((key) => typeof draft[key] === 'string') &&
    typeof draft.gasless === 'boolean' &&
    typeof draft.freeTrial === 'boolean' &&
    (draft.ordering === 'fcfs' || draft.ordering === 'pga') &&
    CURRENCY_MODES.some((mode) => mode === draft.currencyMode) &&
    ['', ...VERIFICATIONS].some((each) => each === draft.verification) &&
    Array.isArray(draft.genesisAccounts) &&
    draft.genesisAccounts.every(
      (each: unknown) =>
        typeof each === 'object' &&
        each !== null &&
        'account' in each &&
        'balance' in each &&
        typeof each.account === 'string' &&
        typeof each.balance === 'string',
    )
  );
}
