import { describe, expect, it } from 'vitest';
import { validate } from '../violations.ts';
import { createFlashlayerBody, unsupportedFields } from './settings.ts';

/** The reference's own example, numbers as strings. */
const REFERENCE = {
  freeTrial: true,
  flashlayer: {
    name: 'freetrial',
    settings: {
      fcfs: true,
      gasless: true,
      blockTime: '0.5',
      tokenSymbol: 'ETH',
      blockGasLimit: '70000000',
      tokenDecimals: '18',
      genesisAccounts: [
        { account: '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8', balance: '21000000000000000000000000' },
        { account: '0x9434e7d062bF1257BF726a96A83fAE177703ccFD', balance: '21000000000000000000000000' },
      ],
    },
  },
};

function withSettings(settings: Record<string, unknown>, name: unknown = 'layer1') {
  return validate(createFlashlayerBody, { flashlayer: { name, settings } });
}
function paths(result: ReturnType<typeof withSettings>): string[] {
  return result.ok ? [] : result.fields.map((field) => field.path);
}

describe('createFlashlayerBody', () => {
  it("accepts the reference's example and yields canonical values", () => {
    const result = validate(createFlashlayerBody, REFERENCE);
    expect(result.ok && result.value.flashlayer.settings).toMatchObject({
      blockTime: 0.5,
      blockGasLimit: '70000000',
      tokenDecimals: '18',
    });
  });

  it('accepts numbers as numbers', () => {
    const result = withSettings({ blockTime: 60, blockGasLimit: 30_000_000, tokenDecimals: 6 });
    expect(result.ok && result.value.flashlayer.settings).toMatchObject({
      blockTime: 60,
      blockGasLimit: '30000000',
      tokenDecimals: '6',
    });
  });

  it('needs nothing but a name', () => {
    expect(validate(createFlashlayerBody, { flashlayer: { name: 'ab' } }).ok).toBe(true);
    expect(paths(validate(createFlashlayerBody, {}))).toEqual(['flashlayer.name']);
  });

  it('names every violated field at once', () => {
    const result = withSettings(
      {
        fcfs: 'yes',
        gasless: 1,
        blockTime: 0.4,
        tokenSymbol: 'TOOLONG',
        blockGasLimit: '29999999',
        tokenDecimals: -1,
        blocktime: 1,
        checkpointBlocks: 0,
        challengePeriod: 'long',
        currencyMode: 'gold',
        genesisAccounts: [{ account: '0x12', balance: '-1' }],
      },
      '1layer',
    );
    expect(paths(result).sort()).toEqual(
      [
        'flashlayer.name',
        'flashlayer.settings.blockGasLimit',
        'flashlayer.settings.blockTime',
        'flashlayer.settings.blocktime',
        'flashlayer.settings.challengePeriod',
        'flashlayer.settings.checkpointBlocks',
        'flashlayer.settings.currencyMode',
        'flashlayer.settings.fcfs',
        'flashlayer.settings.gasless',
        'flashlayer.settings.genesisAccounts.0.account',
        'flashlayer.settings.genesisAccounts.0.balance',
        'flashlayer.settings.tokenDecimals',
        'flashlayer.settings.tokenSymbol',
      ].sort(),
    );
  });

  it.each([
    ['a', false],
    ['ab', true],
    ['abcdefghijkl', true],
    ['abcdefghijklm', false],
    ['Abc', false],
    ['a-b', false],
    ['9ab', false],
    ['a9', true],
    [5, false],
  ])('name %s: %s', (name, ok) => {
    expect(withSettings({}, name).ok).toBe(ok);
  });

  it.each([
    [0.5, true],
    ['60', true],
    ['60.001', false],
    [0.499, false],
    ['1e1', false],
    ['1.2345', false],
    ['', false],
    [Number.NaN, false],
  ])('block time %s: %s', (blockTime, ok) => {
    expect(withSettings({ blockTime }).ok).toBe(ok);
  });

  it.each([
    [30_000_000, true],
    ['70000000', true],
    [70_000_001, false],
    ['30000000.5', false],
    ['0x1c9c380', false],
  ])('gas limit %s: %s', (blockGasLimit, ok) => {
    expect(withSettings({ blockGasLimit }).ok).toBe(ok);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['fees where gas costs something', { gasless: false, minBaseFee: '1000000', dataFeePerByte: 5 }, []],
    ['a base fee on a gasless layer', { minBaseFee: 1 }, ['minBaseFee']],
    ['a data fee on a gasless layer', { dataFeePerByte: '1' }, ['dataFeePerByte']],
    ['fees of zero on a gasless layer', { minBaseFee: 0, dataFeePerByte: '0' }, []],
    ['a fee that must be a mistake', { gasless: false, minBaseFee: (10n ** 18n + 1n).toString() }, ['minBaseFee']],
    ['some of the recipients', { feeRecipients: { base: '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8' } }, []],
    ['a recipient that is none', { feeRecipients: { data: '0x12' } }, ['feeRecipients.data']],
    ['recipients of unknown fees', { feeRecipients: { tip: '0x12' } }, ['feeRecipients.tip']],
    ['a token without its mode', { currencyToken: '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8' }, ['currencyToken']],
    ['mode erc20 without a token', { currencyMode: 'erc20' }, ['currencyToken']],
    ['other decimals than those of ETH', { currencyMode: 'eth', tokenDecimals: 6 }, ['tokenDecimals']],
    ['ETH with a faucet', { currencyMode: 'eth', faucetReserve: '5' }, []],
    ['history of some blocks', { history: '128' }, []],
    ['all history', { history: 'archive' }, []],
    ['too little history', { history: 127 }, ['history']],
    ['an engine that is none', { engine: 'fast' }, ['engine']],
  ])('%s', (_, settings, violated) => {
    expect(paths(withSettings(settings))).toEqual(violated.map((field) => `flashlayer.settings.${field}`));
  });

  describe('genesis accounts', () => {
    const account = '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8';

    it('refuses the same account twice, whatever its case', () => {
      const result = withSettings({
        genesisAccounts: [
          { account, balance: '1' },
          { account: account.toLowerCase(), balance: 1 },
        ],
      });
      expect(paths(result)).toEqual(['flashlayer.settings.genesisAccounts.1.account']);
    });

    it('refuses a wrong checksum, a reserved address and more coin than there can be', () => {
      const wrong = account.replace('B2F', 'b2F');
      expect(paths(withSettings({ genesisAccounts: [{ account: wrong, balance: '1' }] }))).toHaveLength(1);
      const reserved = '0x00000000000000000000000000000000007e0001';
      expect(paths(withSettings({ genesisAccounts: [{ account: reserved, balance: '1' }] }))).toHaveLength(1);
      const all = ((1n << 256n) - 1n).toString();
      expect(paths(withSettings({ genesisAccounts: [{ account, balance: all }] }))).toEqual([
        'flashlayer.settings.genesisAccounts',
      ]);
    });

    it('holds at most 1,000', () => {
      const genesisAccounts = Array.from({ length: 1_001 }, (_, index) => ({
        account: `0x1${(index + 1).toString().padStart(39, '0')}`,
        balance: '1',
      }));
      expect(withSettings({ genesisAccounts: genesisAccounts.slice(1) }).ok).toBe(true);
      expect(paths(withSettings({ genesisAccounts }))).toEqual(['flashlayer.settings.genesisAccounts']);
    });
  });
});

describe('unsupportedFields', () => {
  it('refuses by name what does not work yet', () => {
    const result = validate(createFlashlayerBody, {
      restakingTrial: true,
      walletSign: { address: '0x1', sign: '0x', ts: 1 },
      flashlayer: { name: 'layer1', settings: { fcfs: false, currencyMode: 'eth', engine: 'ethereumjs' } },
    });
    expect(result.ok && unsupportedFields(result.value).map((field) => field.path)).toEqual(['restakingTrial']);
  });
});
