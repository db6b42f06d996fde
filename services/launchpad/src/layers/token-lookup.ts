import type { L1Client } from '@tephra/l1';
import { type Abi, decodeFunctionResult, encodeFunctionData, erc20Abi, type Hex } from 'viem';
import type { NodeTarget } from '../driver/driver.ts';
import type { TokenInfo, TokenLookup } from './ledger.ts';
import { nodeRpc } from './node-rpc.ts';

/** Longest name that is kept: tokens are strangers' contracts. */
const MAX_TEXT = 64;

type Call = (data: Hex) => Promise<unknown>;

/** Asks each token once; one that does not answer has empty texts. */
export function tokenLookup(client: L1Client, target: NodeTarget): TokenLookup {
  const known = new Map<string, Promise<TokenInfo>>();
  return (token, where, standard) => {
    const key = `${where}:${token.toLowerCase()}`;
    let info = known.get(key);
    if (!info) {
      const call: Call = (data) =>
        where === 'l1'
          ? client.call({ to: token, data }).then((result) => result.data)
          : nodeRpc(target, 'eth_call', [{ to: token, data }, 'latest']);
      info = tokenInfo(standard === 'erc20', call);
      known.set(key, info);
    }
    return info;
  };
}

async function tokenInfo(fungible: boolean, call: Call): Promise<TokenInfo> {
  const [name, symbol, decimals] = await Promise.all([
    read(call, 'name'),
    read(call, 'symbol'),
    fungible ? read(call, 'decimals') : 0,
  ]);
  return {
    name: String(name ?? '').slice(0, MAX_TEXT),
    symbol: String(symbol ?? '').slice(0, MAX_TEXT),
    decimals: Number(decimals ?? 0),
  };
}

async function read(call: Call, functionName: 'name' | 'symbol' | 'decimals'): Promise<unknown> {
  const abi: Abi = erc20Abi;
  try {
    const data = await call(encodeFunctionData({ abi, functionName }));
    return decodeFunctionResult({ abi, functionName, data: data as Hex });
  } catch {
    return undefined;
  }
}
