import type { Page } from 'playwright-core';
import { createWalletClient, type Hex, http, numberToHex } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';

type AddedChain = { chainId: Hex; chainName: string; rpcUrls: string[] };
type SentTransaction = { to?: Hex; data?: Hex; value?: Hex; gas?: Hex };

/** What the page asked of the extension. */
export type ExtensionRecord = { added: AddedChain[]; methods: string[] };

/**
 * A wallet extension as a page sees one: announced by EIP-6963, knows only chain 1 at first, adds and switches chains
 * (EIP-3085, EIP-3326), signs with `privateKey`. The signing happens in the test's process.
 */
export async function installExtension(page: Page, privateKey: Hex): Promise<ExtensionRecord> {
  const account = privateKeyToAccount(privateKey);
  const record: ExtensionRecord = { added: [], methods: [] };
  const permissions = [
    { parentCapability: 'eth_accounts', caveats: [{ type: 'restrictReturnedAccounts', value: [account.address] }] },
  ];
  let allowed = false;
  let chainId: Hex = '0x1';
  await page.exposeFunction('extensionRequest', async (method: string, params: unknown[]) => {
    record.methods.push(method);
    switch (method) {
      case 'eth_requestAccounts':
        allowed = true;
        return { result: [account.address] };
      case 'eth_accounts':
        return { result: allowed ? [account.address] : [] };
      case 'eth_chainId':
        return { result: chainId };
      case 'wallet_requestPermissions':
        allowed = true;
        return { result: permissions };
      case 'wallet_getPermissions':
        return { result: allowed ? permissions : [] };
      case 'wallet_addEthereumChain':
        record.added.push(params[0] as AddedChain);
        return { result: null };
      case 'wallet_switchEthereumChain': {
        const { chainId: wanted } = params[0] as { chainId: Hex };
        if (!record.added.some((chain) => chain.chainId === wanted)) {
          return { error: { code: 4902, message: `Unrecognized chain ID ${wanted}` } };
        }
        chainId = wanted;
        return { result: null };
      }
      case 'eth_sendTransaction':
        return { result: await send(account, record, chainId, params[0] as SentTransaction) };
      default:
        return { error: { code: 4200, message: `${method} is not supported` } };
    }
  });
  await page.addInitScript(announce);
  return record;
}

async function send(
  account: PrivateKeyAccount,
  record: ExtensionRecord,
  chainId: Hex,
  transaction: SentTransaction,
): Promise<Hex> {
  const chain = record.added.find((each) => each.chainId === chainId);
  const client = createWalletClient({ account, transport: http(chain?.rpcUrls[0]) });
  const { to, data, value, gas } = transaction;
  return client.sendTransaction({
    chain: null,
    to,
    data,
    value: value === undefined ? 0n : BigInt(value),
    gas: gas === undefined ? undefined : BigInt(gas),
  } as Parameters<typeof client.sendTransaction>[0]);
}

/** Runs in the page before its own scripts. */
const announce = `(() => {
  const listeners = {};
  const provider = {
    request: async ({ method, params }) => {
      const { result, error } = await window.extensionRequest(method, params ?? []);
      if (error) throw Object.assign(new Error(error.message), { code: error.code });
      if (method === 'wallet_switchEthereumChain') for (const each of listeners.chainChanged ?? []) each(params[0].chainId);
      return result;
    },
    on: (event, listener) => { (listeners[event] ??= []).push(listener); },
    removeListener: (event, listener) => { listeners[event] = (listeners[event] ?? []).filter((each) => each !== listener); },
  };
  const info = Object.freeze({
    uuid: '350670db-19fa-4704-a166-e52e178b59d2',
    name: 'Test Wallet',
    rdns: 'org.example.wallet',
    icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>',
  });
  const say = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
  window.addEventListener('eip6963:requestProvider', say);
  say();
})();`;

/** Chain ids as wallets write them. */
export function chainIdOf(chainId: number): Hex {
  return numberToHex(chainId);
}
