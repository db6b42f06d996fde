import { type LayerSettingsInput, layerSettings } from '@tephra/api';
import { createL1Client, demoErc20Abi, demoErc20Bytecode, TransactionSender } from '@tephra/l1';
import { ANVIL_KEYS } from '@tephra/testing';
import { type Address, encodeDeployData, encodeFunctionData, parseEther } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LifecycleContext } from '../lifecycle/context.ts';
import { DEFAULT_LAUNCHPAD_OPTIONS } from '../options.ts';
import { logger, startTestL1, type TestL1 } from '../testing/harness.ts';
import { checkFunds } from './check-funds.ts';

const ACCOUNT = '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8';
/** Answers 6 to whatever it is asked: decimals as of USDC. */
const SIX = { address: '0x00000000000000000000000000000000000a0006', code: '0x600660005260206000f3' } as const;

let l1: TestL1;
let token: Address;
let funder: TransactionSender;
beforeAll(async () => {
  l1 = await startTestL1();
  funder = await TransactionSender.create(
    { rpcUrl: l1.access.rpcUrl, privateKey: ANVIL_KEYS[2], chainId: 900, pollIntervalMs: 10 },
    { logger },
  );
  token = await deployToken(funder);
  await l1.anvil.rpc('anvil_setCode', [SIX.address, SIX.code]);
});
afterAll(() => l1?.stop());

async function deployToken(owner: TransactionSender): Promise<Address> {
  const args = ['Coin', 'COIN'] as const;
  const data = encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args });
  const { receipt } = await owner.send({ to: null, data });
  const to = receipt.contractAddress!;
  const minted = [owner.address, parseEther('1000')] as const;
  await owner.send({ to, data: encodeFunctionData({ abi: demoErc20Abi, functionName: 'mint', args: minted }) });
  return to;
}

function check(settings: LayerSettingsInput, options: Partial<LifecycleContext['options']> = {}, rpcUrl?: string) {
  const context = {
    client: createL1Client({ rpcUrl: rpcUrl ?? l1.access.rpcUrl, chainId: 900, retryCount: 0 }),
    funder,
    options: { ...DEFAULT_LAUNCHPAD_OPTIONS, ...options },
  } as unknown as LifecycleContext;
  return checkFunds(layerSettings.parse(settings), context);
}
const genesis = (coins: string) => ({
  genesisAccounts: [{ account: ACCOUNT, balance: parseEther(coins).toString() }],
});
const refused = (path: string, message: string) => ({
  code: 'INVALID_ARGUMENT',
  fields: [{ path: `flashlayer.settings.${path}`, message: expect.stringContaining(message) }],
});

it('lets pass what the account can pay', async () => {
  await check({});
  await check({ currencyMode: 'eth', ...genesis('3') });
  await check({ currencyMode: 'erc20', currencyToken: token, ...genesis('3') });
});

it('names how much is missing, of ETH and of a token', async () => {
  await expect(check({}, { bondWei: parseEther('20000') })).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    message: expect.stringMatching(/holds \d+(\.\d+)? ETH .* needs 20004 and gas/),
  });
  const options = { maxLockedWei: parseEther('1000000000') };
  await expect(check({ currencyMode: 'eth', ...genesis('9999') }, options)).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
  });
  await expect(
    check({ currencyMode: 'erc20', currencyToken: token, ...genesis('100000000') }, options),
  ).rejects.toMatchObject(refused('currencyToken', 'the genesis locks 100000000'));
});

it('locks no more than the platform allows', async () => {
  await expect(check({ currencyMode: 'eth', ...genesis('1001') })).rejects.toMatchObject(
    refused('genesisAccounts', 'this platform allows 1000'),
  );
  // Issued coin locks nothing.
  await check(genesis('1000000'));
});

it('takes only a contract with 18 decimals for a currency', async () => {
  await expect(check({ currencyMode: 'erc20', currencyToken: ACCOUNT })).rejects.toMatchObject(
    refused('currencyToken', 'there is no contract'),
  );
  await expect(check({ currencyMode: 'erc20', currencyToken: SIX.address })).rejects.toMatchObject(
    refused('currencyToken', 'has 6 decimals'),
  );
  const factory = l1.access.deployments.factory;
  await expect(check({ currencyMode: 'erc20', currencyToken: factory })).rejects.toMatchObject(
    refused('currencyToken', 'is not an ERC-20'),
  );
});

it('needs the L1 for a currency of the L1 only', async () => {
  const away = 'http://127.0.0.1:1';
  await check({}, {}, away);
  await expect(check({ currencyMode: 'eth' }, {}, away)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    retryable: true,
  });
});
