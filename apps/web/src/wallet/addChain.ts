import type { Chain, EIP1193Provider } from 'viem';
import { numberToHex } from 'viem';

/** Parameters of wallet_addEthereumChain (EIP-3085) for a chain. */
export function addChainParameters(chain: Chain) {
  return {
    chainId: numberToHex(chain.id),
    chainName: chain.name.length > 1 ? `Tephra ${chain.name}` : chain.name,
    nativeCurrency: chain.nativeCurrency,
    rpcUrls: [...chain.rpcUrls.default.http],
  };
}

/** Makes the wallet know the chain and use it; asks the user where the wallet does. */
export async function selectChain(provider: EIP1193Provider, chain: Chain): Promise<void> {
  const current = await provider.request({ method: 'eth_chainId' });
  if (Number(current) === chain.id) return;
  try {
    await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: numberToHex(chain.id) }] });
  } catch (error) {
    if (!isUnknownChain(error)) throw error;
    await provider.request({ method: 'wallet_addEthereumChain', params: [addChainParameters(chain)] });
    await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: numberToHex(chain.id) }] });
  }
}

/** EIP-3326: 4902 says that the wallet does not know the chain; some wrap it. */
function isUnknownChain(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && error.code === 4902) return true;
  return 'message' in error && typeof error.message === 'string' && /unrecogni[sz]ed chain|4902/i.test(error.message);
}
