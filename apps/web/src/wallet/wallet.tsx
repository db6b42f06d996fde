import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import {
  type Account,
  type Address,
  type Chain,
  createWalletClient,
  custom,
  type EIP1193Provider,
  getAddress,
  type Hex,
  http,
  isHex,
  type Transport,
  type WalletClient,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { type Connector, useConnect, useConnection, useConnectors, useDisconnect } from 'wagmi';
import { usePlatform } from '../lib/queries.ts';
import { selectChain } from './addChain.ts';

export type ReadyClient = WalletClient<Transport, Chain, Account>;

/** The account that signs; `dev` keys are public knowledge and belong on the embedded L1 only. */
export type Wallet = {
  kind: 'dev' | 'extension';
  name: string;
  address: Address;
  /** A client that signs for `chain`; an extension is asked to add and select the chain first. */
  clientFor: (chain: Chain) => Promise<ReadyClient>;
};

export type DevAccount = { index: number; address: Address; privateKey: Hex };

type WalletState = {
  wallet: Wallet | null;
  devAccounts: DevAccount[];
  connectors: readonly Connector[];
  chooseDev: (index: number) => void;
  chooseExtension: (connector: Connector) => Promise<void>;
  leave: () => Promise<void>;
};

const Context = createContext<WalletState | null>(null);
const STORED = 'tephra.dev-account';

/** Index of the chosen dev account; -1 when the visitor chose none. Account 0 is there for a newcomer's first click. */
function storedIndex(): number {
  try {
    const text = localStorage.getItem(STORED);
    return text === null ? 0 : Number.parseInt(text, 10);
  } catch {
    return 0;
  }
}

function store(index: number): void {
  try {
    localStorage.setItem(STORED, String(index));
  } catch {
    // without storage the choice lasts until the page is left
  }
}

export function WalletProvider({ children }: { children: ReactNode }) {
  const { data: platform } = usePlatform();
  const connection = useConnection();
  const connectors = useConnectors();
  const { mutateAsync: connectAsync } = useConnect();
  const { mutateAsync: disconnectAsync } = useDisconnect();
  const [devIndex, setDevIndex] = useState(storedIndex);

  const devAccounts = useMemo<DevAccount[]>(
    () =>
      (platform?.accounts ?? []).flatMap((account, index) =>
        isHex(account.privateKey)
          ? [{ index, address: getAddress(account.address), privateKey: account.privateKey }]
          : [],
      ),
    [platform?.accounts],
  );

  const { connector, address } = connection;
  const wallet = useMemo<Wallet | null>(() => {
    if (connection.status === 'connected' && connector !== undefined && address !== undefined) {
      return {
        kind: 'extension',
        name: connector.name,
        address,
        clientFor: async (chain) => {
          const provider = (await connector.getProvider()) as EIP1193Provider;
          await selectChain(provider, chain);
          return createWalletClient({ chain, account: address, transport: custom(provider) });
        },
      };
    }
    const dev = devAccounts[devIndex];
    if (dev === undefined) return null;
    return {
      kind: 'dev',
      name: `Account ${dev.index}`,
      address: dev.address,
      clientFor: async (chain) =>
        createWalletClient({
          chain,
          account: privateKeyToAccount(dev.privateKey),
          transport: http(chain.rpcUrls.default.http[0]),
        }),
    };
  }, [connection.status, connector, address, devAccounts, devIndex]);

  const leave = useCallback(async () => {
    if (connector !== undefined) await disconnectAsync({ connector });
    store(-1);
    setDevIndex(-1);
  }, [connector, disconnectAsync]);

  const value = useMemo<WalletState>(
    () => ({
      wallet,
      devAccounts,
      connectors,
      chooseDev: (index) => {
        if (connector !== undefined) void disconnectAsync({ connector });
        store(index);
        setDevIndex(index);
      },
      chooseExtension: async (chosen) => {
        await connectAsync({ connector: chosen });
      },
      leave,
    }),
    [wallet, devAccounts, connectors, connector, connectAsync, disconnectAsync, leave],
  );
  return <Context value={value}>{children}</Context>;
}

export function useWallet(): WalletState {
  const value = useContext(Context);
  if (value === null) throw new Error('useWallet needs a WalletProvider above it');
  return value;
}
