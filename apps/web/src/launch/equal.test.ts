import { expect, test } from 'vitest';
import { bodyOf, draftOf, TEMPLATES } from './draft.ts';
import { cliOf, equalOf } from './equal.ts';

const ACCOUNT = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const mint = draftOf(TEMPLATES[0]!, [], []);

test('the CLI says only what differs from its defaults', () => {
  const plain = { ...mint, blockTime: '1', tokenSymbol: 'ETH' };
  expect(cliOf(bodyOf(plain))).toBe('./tephra launch mint');
  expect(cliOf(bodyOf(mint))).toBe('./tephra launch mint --block-time 0.5 --symbol MINT');
});

test('genesis accounts are written in coins', () => {
  const draft = { ...mint, gasless: false, genesisAccounts: [{ key: 1, account: ACCOUNT, balance: '1.5' }] };
  expect(cliOf(bodyOf(draft))).toContain(`--genesis ${ACCOUNT}=1.5`);
  expect(cliOf(bodyOf(draft))).toContain('--no-gasless');
});

test('ordering, fees and coin have their flags', () => {
  const draft = {
    ...mint,
    ordering: 'pga' as const,
    gasless: false,
    minBaseFee: '1',
    feePriority: ACCOUNT,
    currencyMode: 'erc20' as const,
    currencyToken: ACCOUNT,
    faucetReserve: '2',
    history: '500',
    verification: 'posted' as const,
  };
  const command = cliOf(bodyOf(draft));
  for (const flag of [
    '--auction',
    '--min-base-fee 1000000000',
    `--fee-recipient priority=${ACCOUNT}`,
    '--currency erc20',
    `--currency-token ${ACCOUNT}`,
    '--faucet-reserve 2',
    '--history 500',
    '--verification posted',
  ]) {
    expect(command).toContain(flag);
  }
});

test('many accounts go through a file', () => {
  const genesisAccounts = Array.from({ length: 5 }, (_, key) => ({ key, account: ACCOUNT, balance: '1' }));
  expect(cliOf(bodyOf({ ...mint, genesisAccounts, freeTrial: false }))).toContain('--settings layer.json --no-trial');
});

test('curl carries the very JSON of its tab', () => {
  const [, curl, json] = equalOf(bodyOf(mint), 'http://localhost:8080');
  expect(curl?.code).toContain(json?.code);
  expect(curl?.code).toContain('http://localhost:8080/v1/flashlayer/create');
});
