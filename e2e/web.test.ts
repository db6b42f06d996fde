/** The page as a newcomer uses it, at desktop and phone width: launch, mint, watch the tiers, end, read the ledger. */
import { demoErc20Abi, demoErc20Bytecode, demoNftAbi, demoNftBytecode } from '@tephra/l1';
import type { Browser, Page } from 'playwright-core';
import {
  createWalletClient,
  defineChain,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  http,
  publicActions,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openPage, overflow, seriousFindings, sign, startBrowser } from './support/browser.ts';
import { chainIdOf, installExtension } from './support/extension.ts';
import { E2ePlatform } from './support/platform.ts';

const SIZES = [
  { kind: 'desktop', name: 'drop', width: 1280, height: 900 },
  { kind: 'phone', name: 'pocket', width: 390, height: 844 },
] as const;

// The tests mostly wait for windows of the L1, so they share that time.
describe.skipIf(chromiumPath() === undefined)('page in Chromium', { concurrent: true, timeout: 180_000 }, () => {
  let platform: E2ePlatform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([E2ePlatform.start(), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.[Symbol.asyncDispose]();
  });

  test.for(SIZES)(
    '$kind: launch, mint, tiers, end, ledger',
    { timeout: 300_000 },
    async ({ kind, name, width, height }, { expect }) => {
      const { page, context, problems } = await openPage(browser, { width, height });
      const { url, accounts } = platform.ready;
      const look = async (where: string) => {
        expect(await seriousFindings(page), where).toEqual([]);
        expect(await overflow(page), `${where} scrolls sideways`).toBe(0);
      };

      await page.goto(url);
      await page.getByText('DEV ONLY').first().waitFor();
      await page.getByText('10,000').first().waitFor();
      await look('overview');

      await launch(page, name, look);
      const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      await page.getByRole('heading', { name: 'Blocks', exact: true }).waitFor();

      const minted = await mint(`${url}/rpc/${name}`, accounts[1]!.privateKey);
      await page.getByRole('row', { name: /minted Otters #1/ }).waitFor();
      await look('home');

      await page.goto(`${url}/layers/${id}/tx/${minted.hash}`);
      await page.getByRole('heading', { name: /Account 1 minted Otters #1/ }).waitFor();
      // On a slow machine the block may be final before the page is read.
      await page.getByText(/What could still revert this|It stays/).waitFor();
      await look('transaction');
      await page.getByRole('tab', { name: 'Calls' }).click();
      await page.getByText('mintTo').waitFor();
      await page.getByRole('tab', { name: 'State changes' }).click();
      await page.getByRole('row', { name: /Account 1.*nonce/ }).waitFor();
      await look('state changes');
      await page.getByText('It stays.').waitFor({ timeout: 120_000 });
      await page.getByText(/Pack \d+ in L1 block/).waitFor();

      for (const part of [
        'blocks',
        `block/${minted.blockNumber}`,
        `address/${minted.collection}`,
        'packs',
        'packs/1',
        'disputes',
        'bridge',
      ]) {
        await page.goto(`${url}/layers/${id}/${part}`);
        await page.getByRole('heading', { level: 2 }).first().waitFor();
        await expect.poll(() => page.getByRole('status', { name: 'Loading' }).count(), { timeout: 30_000 }).toBe(0);
        await look(part);
      }

      await end(page, `${url}/layers/${id}`, name, look);
      const row = page.getByRole('row', { name: /Otters #1/ });
      await expect.poll(() => row.textContent(), { timeout: 30_000 }).toMatch(/Account 1[\s\S]*Paid/);
      await look('ledger');
      await row.getByRole('link').click();
      await page.getByText('MessageExecuted').first().waitFor();
      await look('L1 transaction');
      if (kind === 'phone') await readAsStranger(browser, `${platform.ready.url}/layers/${id}`, name);
      if (kind === 'desktop') await playOn(page, `${url}/layers/${id}`, look);
      expect(problems).toEqual([]);
      await context.close();
    },
  );

  test('the explorer and faucet URLs of the API open their pages', async () => {
    const { page, context } = await openPage(browser, { width: 1280, height: 900 });
    const layer = await platform.launch('urls', { gasless: true });
    type Answer = { flashlayer: { resources: { explorer: string; faucet: string } } };
    const { resources } = (await platform.api<Answer>('GET', `/v1/flashlayer/info/${layer.id}`)).flashlayer;
    await page.goto(resources.explorer);
    await page.waitForURL(`**/layers/${layer.id}/blocks`);
    // People write names where ids stand.
    await page.goto(`${platform.ready.url}/layers/URLS/bridge`);
    await page.waitForURL(`**/layers/${layer.id}/bridge`);
    await page.goto(`${platform.ready.url}/layers/nowhere`);
    await page.getByText('There is no layer nowhere').waitFor();
    await page.goto(resources.faucet);
    await page.getByLabel('Address').fill('0x000000000000000000000000000000000000dEaD');
    await page.getByRole('button', { name: 'Get TST' }).click();
    await page.getByText(/sent:/).waitFor();
    await context.close();
  });

  test('a block is downloaded as a proof and executed again in the page', async ({ expect }) => {
    const { page, context, problems } = await openPage(browser, { width: 1280, height: 900 });
    const layer = await platform.launch('proof', { gasless: true });
    const { blockNumber } = await mint(layer.rpc, platform.ready.accounts[1]!.privateKey);
    await page.goto(`${platform.ready.url}/layers/${layer.id}/block/${blockNumber}`);
    await page.getByRole('button', { name: 'Verify this block in my browser' }).click();
    await page.getByText('Verified in this browser').waitFor();
    await page.getByText(/executed [1-9]\d* transactions? .* stvf\.wasm with the hash/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(problems).toEqual([]);
    await context.close();
  });

  test('a wallet extension connects, learns the chain and signs', async () => {
    const { page, context } = await openPage(browser, { width: 1280, height: 900 });
    const layer = await platform.launch('ext', { gasless: true });
    const wallet = await installExtension(page, platform.ready.accounts[2]!.privateKey);
    await page.goto(`${platform.ready.url}/layers/${layer.id}`);
    await page.getByRole('button', { name: /Account 0/ }).click();
    await page.getByRole('menuitem', { name: 'Test Wallet' }).click();
    await page.getByRole('button', { name: /0x3C44/ }).waitFor();
    await page.getByRole('button', { name: 'Add to Test Wallet' }).click();
    await page.getByText('Test Wallet knows ext now.').waitFor();
    expect(wallet.added).toMatchObject([{ chainId: chainIdOf(layer.chainId), rpcUrls: [layer.rpc] }]);
    await page.getByRole('button', { name: 'Deploy a sample collection' }).click();
    await page.getByText('Nothing: this layer is gasless').waitFor();
    await page.getByRole('button', { name: 'Continue in wallet' }).click();
    await page.getByRole('button', { name: 'Mint the first Otter' }).waitFor();
    expect(wallet.methods).toContain('eth_sendTransaction');
    // The choice survives a reload.
    await page.reload();
    await page.getByRole('button', { name: /0x3C44/ }).waitFor();
    await context.close();
  });

  test('an ERC-20 and an NFT of the L1 cross on the page, and the ERC-20 comes back', async ({ expect }) => {
    const { page, context } = await openPage(browser, { width: 1280, height: 900 });
    const layer = await platform.launch('cross', { gasless: true });
    const { l1, erc20, nft, account } = await tokensOnL1();
    await page.addInitScript(`localStorage.setItem('tephra.dev-account', '3')`);
    const bridge = `${platform.ready.url}/layers/${layer.id}/bridge`;

    await page.goto(`${bridge}?asset=erc20`);
    await page.getByLabel('Token on the L1').fill(erc20);
    await page.getByText('Ember', { exact: true }).waitFor();
    await page.getByLabel('Amount').fill('25');
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    await sign(page, 'Let the bridge take 25 EMB, and no more.');
    await sign(page, 'Deposit 25 EMB into cross.');
    await page.getByRole('row', { name: /25 EMB to cross Arrived/ }).waitFor();

    await page.goto(`${bridge}?asset=erc721`);
    await page.getByLabel('Token on the L1').fill(nft);
    await page.getByLabel('Token id').fill('1');
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    await sign(page, 'Let the bridge take Otters #1.');
    await sign(page, 'Deposit Otters #1 into cross.');
    await page.getByRole('row', { name: /Otters #1 to cross Arrived/ }).waitFor();

    await page.goto(`${bridge}?direction=withdraw&asset=erc20`);
    await page.getByRole('combobox', { name: 'Token' }).click();
    await page.getByRole('option', { name: /Ember: 25 EMB/ }).click();
    await page.getByLabel('Amount').fill('10');
    await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await sign(page, 'Withdraw 10 EMB from cross to the L1.');
    await page.getByRole('button', { name: 'Take on the L1' }).click({ timeout: 120_000 });
    await sign(page, /Take withdrawal \d+ on the L1/);
    await page.getByRole('row', { name: /10 EMB to the L1 Paid on the L1/ }).waitFor();
    const balance = await l1.readContract({
      address: erc20,
      abi: demoErc20Abi,
      functionName: 'balanceOf',
      args: [account],
    });
    expect(balance).toBe(985n * 10n ** 18n);
    await context.close();
  });

  /** A token of each kind on the L1, held by account 3. */
  async function tokensOnL1() {
    const { l1Url, accounts } = platform.ready;
    const owner = privateKeyToAccount(accounts[3]!.privateKey);
    const l1 = createWalletClient({ account: owner, transport: http(l1Url), pollingInterval: 200 }).extend(
      publicActions,
    );
    const deploy = async (data: Hex): Promise<Hex> => {
      const hash = await l1.sendTransaction({ chain: null, data });
      return (await l1.waitForTransactionReceipt({ hash })).contractAddress!;
    };
    const erc20 = await deploy(
      encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Ember', 'EMB'] }),
    );
    const nft = await deploy(
      encodeDeployData({
        abi: demoNftAbi,
        bytecode: demoNftBytecode,
        args: ['Otters', 'OTTR', 'ipfs://otters/', zeroHash, 0n],
      }),
    );
    const calls = [
      {
        to: erc20,
        data: encodeFunctionData({ abi: demoErc20Abi, functionName: 'mint', args: [owner.address, 10n ** 21n] }),
      },
      { to: nft, data: encodeFunctionData({ abi: demoNftAbi, functionName: 'mintTo', args: [owner.address] }) },
    ];
    for (const call of calls) {
      await l1.waitForTransactionReceipt({ hash: await l1.sendTransaction({ chain: null, ...call }) });
    }
    return { l1, erc20, nft, account: owner.address };
  }

  test('the wizard names a wrong field while one types, and keeps the draft over a reload', async () => {
    const { page, context } = await openPage(browser, { width: 1280, height: 900 });
    await page.goto(`${platform.ready.url}/launch`);
    await page.getByRole('button', { name: /Game round/ }).click();
    await page.getByLabel('Block time').fill('0.1');
    await page.getByText('Must be between 0.5 and 60 seconds.').waitFor();
    await page.getByLabel('Name').fill('evening');
    await page.reload();
    expect(await page.getByLabel('Name').inputValue()).toBe('evening');
    expect(await page.getByLabel('Block time').inputValue()).toBe('0.1');
    await page.getByRole('button', { name: 'Review' }).click();
    expect(await page.getByLabel('Block time').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Block time').fill('0.5');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('./tephra launch evening').waitFor();
    await context.close();
  });
});

async function launch(page: Page, name: string, look: (where: string) => Promise<void>): Promise<void> {
  await page
    .getByRole('link', { name: /Launch (a|your first) layer/ })
    .first()
    .click();
  await page.getByRole('button', { name: /NFT mint/ }).click();
  await page.getByLabel('Name').fill(name);
  await look('settings');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByText('Who is trusted for what').waitFor();
  await look('review');
  await page.getByRole('button', { name: `Launch ${name}` }).click();
  await page.waitForURL(/\/layers\/\d+$/);
}

/** A collection and one token on it, by a client that knows nothing of the page. */
async function mint(rpcUrl: string, privateKey: Hex) {
  const probe = createWalletClient({ transport: http(rpcUrl) });
  const chain = defineChain({
    id: await probe.getChainId(),
    name: 'layer',
    nativeCurrency: { name: 'Mint', symbol: 'MINT', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const account = privateKeyToAccount(privateKey);
  const client = createWalletClient({ account, chain, transport: http(), pollingInterval: 100 }).extend(publicActions);
  const deployed = await client.waitForTransactionReceipt({
    hash: await client.deployContract({
      abi: demoNftAbi,
      bytecode: demoNftBytecode,
      args: ['Otters', 'OTTR', 'ipfs://otters/', zeroHash, 0n],
    }),
  });
  const collection = deployed.contractAddress!;
  const { transactionHash: hash, blockNumber } = await client.waitForTransactionReceipt({
    hash: await client.writeContract({
      address: collection,
      abi: demoNftAbi,
      functionName: 'mintTo',
      args: [account.address],
    }),
  });
  return { collection, hash, blockNumber };
}

async function end(page: Page, url: string, name: string, look: (where: string) => Promise<void>): Promise<void> {
  await page.goto(`${url}/settlement`);
  await page.getByText(`What ending ${name} would do now`).waitFor();
  await page.getByText('L1 gas').waitFor();
  await look('dry run');
  await page.getByRole('button', { name: `End ${name}` }).click();
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole('button', { name: 'End it and settle' }).click();
  await page.getByText('Every asset is paid on the L1').waitFor({ timeout: 120_000 });
}

/** The ledger is public: without a token it is there all the same, and says where claims are paid. */
async function readAsStranger(browser: Browser, url: string, name: string): Promise<void> {
  const { page, context, problems } = await openPage(browser, { width: 390, height: 844 });
  await page.route('**/v1/session', (route) => route.fulfill({ status: 401, json: {} }));
  await page.goto(`${url}/settlement`);
  await page.getByRole('heading', { name: `Settlement of ${name}` }).waitFor();
  await page.getByText('Every asset is paid on the L1').waitFor();
  await page.getByRole('row', { name: /Otters #1/ }).waitFor();
  expect(problems).toEqual([]);
  await context.close();
}

/** A second round with the settings of the first: its tokens are known there, and their owner brings them with one button. */
async function playOn(page: Page, url: string, look: (where: string) => Promise<void>): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Launch it again' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('again');
  await look('launch again');
  await page.getByRole('button', { name: 'Launch again' }).click();
  await page.waitForURL((to) => /\/layers\/\d+$/.test(to.pathname) && to.href !== url);
  await page.getByRole('heading', { name: 'Blocks', exact: true }).waitFor();
  await page.evaluate(`localStorage.setItem('tephra.dev-account', '1')`);
  await page.goto(`${page.url()}/bridge`);
  await page.getByRole('row', { name: /Otters #1/ }).waitFor();
  await look('bring');
  await page.getByRole('button', { name: 'Bring everything I own' }).click();
  await sign(page, 'Let the bridge take Otters #1.');
  await sign(page, 'Deposit Otters #1 into again.');
  await page.getByRole('row', { name: /Otters #1 to again Arrived/ }).waitFor();
}
