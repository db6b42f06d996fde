import { createFlashlayerBody, validate } from '@tephra/api';
import { expect, test } from 'vitest';
import { bodyOf, checkDraft, type Draft, draftOf, freeName, lockedFundsOf, TEMPLATES } from './draft.ts';

const ACCOUNTS = ['0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'];

test.each(TEMPLATES.map((template) => [template.name, template] as const))(
  'template %s is valid as it is',
  (_, template) => {
    const draft = draftOf(template, [], ACCOUNTS);
    expect(checkDraft(draft, [])).toEqual({});
    expect(validate(createFlashlayerBody, bodyOf(draft)).ok).toBe(true);
  },
);

test('suggests a name that no living layer has', () => {
  expect(freeName('mint', [])).toBe('mint');
  expect(freeName('mint', ['mint', 'mint2'])).toBe('mint3');
});

test('genesis balances are entered in coins and sent in smallest units', () => {
  const template = TEMPLATES.find((each) => each.name === 'test-chain');
  const draft = draftOf(template!, [], ACCOUNTS);
  expect(bodyOf({ ...draft, tokenDecimals: '6' }).flashlayer.settings?.genesisAccounts?.[0]).toEqual({
    account: ACCOUNTS[0],
    balance: '1000000000',
  });
});

test('every wrong field is named at its own path', () => {
  const draft = {
    ...draftOf(TEMPLATES[0]!, [], ACCOUNTS),
    name: '9lives',
    blockTime: '0.1',
    tokenSymbol: 'X',
    blockGasLimit: '1',
    challengePeriod: 'soon',
    genesisAccounts: [
      { key: 1, account: '0x12', balance: '1' },
      { key: 2, account: ACCOUNTS[0]!, balance: 'many' },
    ],
  };
  expect(Object.keys(checkDraft(draft, [])).sort()).toEqual([
    'flashlayer.name',
    'flashlayer.settings.blockGasLimit',
    'flashlayer.settings.blockTime',
    'flashlayer.settings.challengePeriod',
    'flashlayer.settings.genesisAccounts.0.account',
    'flashlayer.settings.genesisAccounts.1.balance',
    'flashlayer.settings.tokenSymbol',
  ]);
});

test('fees are entered in gwei, and only where the layer has fees', () => {
  const draft = { ...draftOf(TEMPLATES[0]!, [], ACCOUNTS), minBaseFee: '0.5', dataFee: '2', feeBase: ACCOUNTS[0]! };
  expect(bodyOf(draft).flashlayer.settings).not.toHaveProperty('minBaseFee');
  expect(bodyOf({ ...draft, gasless: false }).flashlayer.settings).toMatchObject({
    minBaseFee: '500000000',
    dataFeePerByte: '2000000000',
    feeRecipients: { base: ACCOUNTS[0] },
  });
  expect(Object.keys(checkDraft({ ...draft, gasless: false, minBaseFee: 'x', feeBase: '0x1' }, [])).sort()).toEqual([
    'flashlayer.settings.feeRecipients.base',
    'flashlayer.settings.minBaseFee',
  ]);
});

test('a backed coin locks what genesis and faucet hold', () => {
  const draft: Draft = {
    ...draftOf(TEMPLATES[0]!, [], ACCOUNTS),
    currencyMode: 'eth',
    faucetReserve: '1.5',
    genesisAccounts: [{ key: 1, account: ACCOUNTS[0]!, balance: '2' }],
  };
  expect(lockedFundsOf(draft)).toBe(35n * 10n ** 17n);
  expect(lockedFundsOf({ ...draft, currencyMode: 'issued' })).toBe(0n);
  expect(lockedFundsOf({ ...draft, faucetReserve: 'much' })).toBeNull();
  expect(bodyOf(draft).flashlayer.settings).toMatchObject({
    currencyMode: 'eth',
    faucetReserve: '1500000000000000000',
  });
  expect(Object.keys(checkDraft({ ...draft, currencyMode: 'erc20', currencyToken: 'x' }, []))).toContain(
    'flashlayer.settings.currencyToken',
  );
});

test('a name of a living layer is refused while typing', () => {
  const draft = draftOf(TEMPLATES[0]!, [], ACCOUNTS);
  expect(checkDraft(draft, [draft.name])).toEqual({ 'flashlayer.name': 'is taken by a living layer' });
});
