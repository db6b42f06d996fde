/** The pages for people who look closely: accounts, tokens, contracts, search, keys of the page, coins backed by ETH. */
import { demoErc20Abi, demoErc20Bytecode, demoErc1155Abi, demoErc1155Bytecode } from '@tephra/l1';
import type { Browser, Page } from 'playwright-core';
import {
  type Abi,
  createWalletClient,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  http,
  publicActions,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openPage, overflow, seriousFindings, sign, startBrowser } from './support/browser.ts';
import { E2ePlatform } from './support/platform.ts';

const DEAD = '0x000000000000000000000000000000000000dEaD';

describe.skipIf(chromiumPath() === undefined)('explorer in Chromium', { concurrent: true, timeout: 120_000 }, () => {
  let platform: E2ePlatform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([E2ePlatform.start(), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.[Symbol.asyncDispose]();
  });

  /** Sends calls to a chain with the key of a development account; gives back addresses of contracts and hashes. */
  function sender(url: string, account: number) {
    const signer = privateKeyToAccount(platform.ready.accounts[account]!.privateKey);
    const client = createWalletClient({ account: signer, transport: http(url), pollingInterval: 100 }).extend(
      publicActions,
    );
    return {
      address: signer.address,
      client,
      deploy: async (abi: Abi, bytecode: Hex, args: unknown[]): Promise<Hex> => {
        const hash = await client.sendTransaction({ chain: null, data: encodeDeployData({ abi, bytecode, args }) });
        return (await client.waitForTransactionReceipt({ hash })).contractAddress!;
      },
      call: async (to: Hex, abi: Abi, functionName: string, args: unknown[], gas?: bigint): Promise<Hex> => {
        const data = encodeFunctionData({ abi, functionName, args });
        const hash = await client.sendTransaction({ chain: null, to, data, gas } as Parameters<
          typeof client.sendTransaction
        >[0]);
        await client.waitForTransactionReceipt({ hash });
        return hash;
      },
    };
  }

  test('accounts, tokens, contracts and failures are read to the ground', async ({ expect }) => {
    const layer = await platform.launch('deep', { gasless: false });
    const maker = sender(layer.rpc, 1);
    const ember = await maker.deploy(demoErc20Abi, demoErc20Bytecode, ['Ember', 'EMB']);
    await maker.call(ember, demoErc20Abi, 'mint', [maker.address, 10n ** 21n]);
    await maker.call(ember, demoErc20Abi, 'transfer', [DEAD, 25n * 10n ** 17n]);
    const failed = await maker.call(ember, demoErc20Abi, 'transferFrom', [DEAD, maker.address, 1n], 200_000n);

    const { page, context, problems } = await openPage(browser, { width: 1280, height: 900 });
    const base = `${platform.ready.url}/layers/${layer.id}`;
    await page.goto(`${base}/address/${maker.address}`);
    await page.getByRole('row', { name: /Account 1 sent 2.5 EMB/ }).waitFor();
    await page.getByRole('row', { name: /Account 1 deployed the contract Ember/ }).waitFor();
    await page.getByRole('tab', { name: /Holds/ }).click();
    await page.getByRole('row', { name: /Ember.*997.5 EMB/ }).waitFor();
    await look(page, 'account');

    // What others sent to an address is its activity too.
    await page.goto(`${base}/address/${DEAD}`);
    await page.getByText(/Received 2.5 EMB from/).waitFor();

    await page.goto(`${base}/address/${ember}?tab=holders`);
    await page.getByRole('row', { name: /Account 1.*997.5 EMB/ }).waitFor();
    await page.getByRole('tab', { name: 'Transfers' }).click();
    await page.getByRole('row', { name: /1,000 EMB/ }).waitFor();
    await look(page, 'token');
    await page.getByRole('tab', { name: 'Contract' }).click();
    await page.getByText(/by Account 1 in/).waitFor();
    await page.getByRole('button', { name: 'Paste its own ABI' }).click();
    await page
      .getByLabel('ABI of this contract')
      .fill('function mint(address to, uint256 amount)\nfunction totalSupply() view returns (uint256 supply)');
    await page.getByRole('button', { name: 'Use this ABI' }).click();
    await page.getByRole('button', { name: /^totalSupply/ }).click();
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('1,000,000,000,000,000,000,000').waitFor();
    await page.getByRole('button', { name: /^mint/ }).click();
    await page.getByLabel('to (address)').fill('nobody');
    await page.getByLabel('amount (uint256)').fill('1');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('An address is 0x and 40 hexadecimal digits.').waitFor();
    await look(page, 'contract');

    await page.goto(`${base}/tx/${failed}`);
    await page.getByText(/ERC20InsufficientAllowance/).waitFor();
    await page.getByText('Base fee vault').waitFor();
    await look(page, 'failed transaction');
    await page.getByRole('tab', { name: 'Raw' }).click();
    await page.getByText(/cast send .*'transferFrom\(address,address,uint256\)'/).waitFor();

    // The keyboard reaches everything: / searches, j goes into a table, Enter opens.
    await page.goto(`${base}/address/${maker.address}`);
    await page.getByRole('row', { name: /Account 1 sent 2.5 EMB/ }).waitFor();
    await page.locator('body').press('j');
    expect(await page.evaluate(`document.activeElement.closest('tr') !== null`)).toBe(true);
    await page.keyboard.press('/');
    await page.getByRole('combobox').fill('ember');
    await page.getByRole('option', { name: /Token Ember \(EMB\)/ }).waitFor();
    await look(page, 'search');
    await page.getByRole('combobox').press('Enter');
    await page.waitForURL(new RegExp(`/address/${ember}`, 'i'));
    expect(problems).toEqual([]);
    await context.close();
  });

  test('without an extension the page keeps a key, forces a transaction in and brings items over', async ({
    expect,
  }) => {
    const layer = await platform.launch('keys', { gasless: true });
    const items = sender(platform.ready.l1Url, 4);
    const armoury = await items.deploy(demoErc1155Abi, demoErc1155Bytecode, [
      'Armoury',
      'ARM',
      'ipfs://armoury/{id}',
      0n,
    ]);
    await items.call(armoury, demoErc1155Abi, 'mint', [items.address, 7n, 100n]);
    const { page, context } = await openPage(browser, { width: 390, height: 844 });
    const base = `${platform.ready.url}/layers/${layer.id}`;
    await page.addInitScript(
      `localStorage.getItem('tephra.dev-account') ?? localStorage.setItem('tephra.dev-account', '4')`,
    );

    await page.goto(`${base}/bridge?asset=erc1155`);
    await page.getByLabel('Token on the L1').fill(armoury);
    await page.getByLabel('Token id').fill('7');
    await page.getByText('100 items on the L1').waitFor();
    await page.getByLabel('Amount').fill('40');
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    await sign(page, /Let the bridge take items of this collection/);
    await sign(page, 'Deposit 40 of Armoury #7 into keys.');
    await page.getByRole('row', { name: /40 of Armoury #7 to keys Arrived/ }).waitFor();
    await look(page, 'bridge');
    await page.goto(`${base}/address/${items.address}?tab=holdings`);
    await page.getByRole('row', { name: /ERC-1155, from the L1/ }).waitFor();

    await page.goto(`${base}/bridge`);
    await page.getByRole('button', { name: 'Force a transaction through the L1' }).click();
    await page.getByLabel('To, on the layer').fill(DEAD);
    await page.getByLabel('Coin to send').fill('3');
    await page.getByRole('button', { name: 'Force it in' }).click();
    await sign(page, /Force the transaction/);
    await page.getByRole('row', { name: /Forced transaction.*Executed/ }).waitFor();
    const { client } = sender(layer.rpc, 4);
    expect(await client.getBalance({ address: DEAD })).toBe(3n * 10n ** 18n);

    await page.getByRole('button', { name: /Account 4/ }).click();
    await page.getByRole('menuitem', { name: 'Make or bring a key…' }).click();
    await page.getByRole('button', { name: 'Make a new key' }).click();
    await page.getByText('For trying things only').waitFor();
    await look(page, 'keys');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('button', { name: /Key 1/ }).waitFor();
    await page.goto(base);
    await page.getByRole('button', { name: 'Deploy a sample collection' }).click();
    await page.getByRole('button', { name: 'Sign with Key 1' }).click();
    await page.getByRole('button', { name: 'Mint the first Otter' }).waitFor();
    await context.close();
  });

  test('a layer whose coin is ETH is launched with its costs in sight, and ETH arrives as that coin', async ({
    expect,
  }) => {
    const { page, context } = await openPage(browser, { width: 1280, height: 900 });
    await page.goto(`${platform.ready.url}/launch`);
    await page.getByRole('button', { name: /Persistent/ }).click();
    await page.getByLabel('Name').fill('backed');
    await page.getByRole('radio', { name: 'ETH of the L1' }).check();
    await page.getByRole('radio', { name: 'Priority auction' }).check();
    await page.getByLabel('Faucet holds').fill('2');
    await page.getByLabel('Data fee for a byte').fill('0.001');
    await look(page, 'settings of a backed coin');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('Locked as coin').waitFor();
    await page.getByText('./tephra launch backed').waitFor();
    expect(await page.getByText('--currency eth').count()).toBeGreaterThan(0);
    await look(page, 'review of a backed coin');
    await page.getByRole('button', { name: 'Launch backed' }).click();
    await page.waitForURL(/\/layers\/\d+$/);
    await page.getByRole('heading', { name: 'Blocks', exact: true }).waitFor();
    await page.getByText(/backed by ETH/).waitFor();
    await page.goto(`${page.url()}/bridge`);
    await page.getByText('one to one').waitFor();
    await page.getByLabel('Amount').fill('1.5');
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    await sign(page, 'Deposit 1.5 ETH from the L1 into backed.');
    await page.getByRole('row', { name: /1.5 ETH to backed.*Arrived/ }).waitFor();
    await context.close();
  });

  test('a layer whose coin is a token of the L1 is launched in the wizard, and the token arrives as that coin', async ({
    expect,
  }) => {
    const holder = sender(platform.ready.l1Url, 5);
    const token = await holder.deploy(demoErc20Abi, demoErc20Bytecode, ['Gravel', 'GRV']);
    type Info = { l1: { account: Hex } };
    const { l1 } = await platform.api<Info>('GET', '/v1/platform');
    // The faucet's coin is locked out of what the platform itself holds.
    for (const to of [l1.account, holder.address])
      await holder.call(token, demoErc20Abi, 'mint', [to, 5n * 10n ** 18n]);
    const { page, context, problems } = await openPage(browser, { width: 1280, height: 900 });
    await page.addInitScript(`localStorage.setItem('tephra.dev-account', '5')`);
    await page.goto(`${platform.ready.url}/launch`);
    await page.getByRole('button', { name: /Persistent/ }).click();
    await page.getByLabel('Name').fill('gravel');
    await page.getByRole('radio', { name: 'An ERC-20 of the L1' }).check();
    await page.getByLabel('Token on the L1').fill(holder.address);
    await page.getByText('There is no contract at this address on the L1.').waitFor();
    await page.getByLabel('Token on the L1').fill(token);
    await page.getByText('Gravel (GRV), 18 decimals').waitFor();
    await page.getByLabel('Coin symbol').fill('GRV');
    await page.getByLabel('Faucet holds').fill('2');
    await look(page, 'settings of a coin that is a token');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('Locked as coin').waitFor();
    await page.getByRole('button', { name: 'Launch gravel' }).click();
    await page.waitForURL(/\/layers\/\d+$/);
    await page.getByText(/backed by a token of the L1/).waitFor();
    await page.getByRole('heading', { name: 'Blocks', exact: true }).waitFor();
    await page.goto(`${page.url()}/bridge`);
    await page.getByText('5 GRV on the L1').waitFor();
    await page.getByLabel('Amount').fill('1.5');
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    await sign(page, 'Let the bridge take 1.5 GRV, and no more.');
    await sign(page, 'Deposit 1.5 GRV into gravel.');
    await page.getByRole('row', { name: /1.5 GRV to gravel.*Arrived/ }).waitFor();
    const { client } = sender(`${platform.ready.url}/rpc/gravel`, 5);
    expect(await client.getBalance({ address: holder.address })).toBe(15n * 10n ** 17n);
    expect(problems).toEqual([]);
    await context.close();
  });

  /** Nothing that axe calls serious, and nothing that scrolls sideways. */
  async function look(page: Page, where: string): Promise<void> {
    expect(await seriousFindings(page), where).toEqual([]);
    expect(await overflow(page), `${where} scrolls sideways`).toBe(0);
  }
});
