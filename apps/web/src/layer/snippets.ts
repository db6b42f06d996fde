import type { Flashlayer } from '@tephra/api';
import type { Snippet } from '../components/CodeSnippet.tsx';

export type SnippetInput = {
  layer: Pick<Flashlayer, 'name' | 'resources' | 'settings'>;
  /** A key that everybody knows, or null: then the snippet asks for one. */
  devKey: string | null;
};

/** The first transaction on a layer, ready to be pasted, in four tools. */
export function firstTransaction({ layer, devKey }: SnippetInput): Snippet[] {
  const { rpc, chainId } = layer.resources;
  const { tokenSymbol: symbol, tokenDecimals: decimals } = layer.settings;
  const key = devKey ?? '0xYOUR_PRIVATE_KEY';
  const remark = devKey === null ? '' : ' // DEV ONLY: everybody knows this key';
  return [
    {
      label: 'viem',
      code: `// npm install viem
import { createWalletClient, defineChain, http, publicActions } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const chain = defineChain({
  id: ${chainId},
  name: '${layer.name}',
  nativeCurrency: { name: '${symbol}', symbol: '${symbol}', decimals: ${decimals} },
  rpcUrls: { default: { http: ['${rpc}'] } },
});
const account = privateKeyToAccount('${key}');${remark}
const client = createWalletClient({ account, chain, transport: http() }).extend(publicActions);

const hash = await client.sendTransaction({ to: account.address, value: 0n });
console.log(await client.waitForTransactionReceipt({ hash }));
`,
    },
    {
      label: 'ethers',
      code: `// npm install ethers
import { JsonRpcProvider, Wallet } from 'ethers';

const provider = new JsonRpcProvider('${rpc}');
const wallet = new Wallet('${key}', provider);${remark}

const transaction = await wallet.sendTransaction({ to: wallet.address, value: 0n });
console.log(await transaction.wait());
`,
    },
    {
      label: 'cast',
      code: `export ETH_RPC_URL=${rpc}
export KEY=${key}${remark.replace('//', '#')}

cast send --private-key $KEY --value 0 $(cast wallet address $KEY)

# your own contract:
forge create src/MyToken.sol:MyToken --rpc-url $ETH_RPC_URL --private-key $KEY --broadcast
`,
    },
    {
      label: 'curl',
      code: `curl -s ${rpc} -H 'Content-Type: application/json' \\
  -d '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}'

# how final block 1 is, and why
curl -s ${rpc} -H 'Content-Type: application/json' \\
  -d '{"jsonrpc":"2.0","id":1,"method":"tephra_getFinality","params":["0x1"]}'
`,
    },
  ];
}
