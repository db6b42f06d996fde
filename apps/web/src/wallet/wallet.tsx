import { createContext, type ReactNode, useCallback, useContext, useMemo, useState, useSyncExternalStore } from 'react';
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
import { type PageKey, pageKeys, subscribePageKeys } from './pageKeys.ts';

export type ReadyClient = WalletClient<Transport, Chain, Account>;

/**
 * The account that signs. `dev` keys are public knowledge and belong on the embedded L1 only; `own` keys lie in this
 * browser's storage.
 */
export type Wallet = {
  kind: 'dev' | 'own' | 'extension';
  name: string;
  address: Address;
  /** A client that signs for `chain`; an extension is asked to add and select the chain first. */
  clientFor: (chain: Chain) => Promise<ReadyClient>;
};

export type DevAccount = { index: number; address: Address; privateKey: Hex };

type WalletState = {
  wallet: Wallet | null;
  devAccounts: DevAccount[];
  /** Keys that the visitor made or brought here. */
  ownKeys: readonly PageKey[];
  connectors: readonly Connector[];
  /** Chain that the connected extension is on; null without one. */
  extensionChainId: number | null;
  chooseOwn: (address: Address) => void;
  chooseDev: (index: number) => void;
  chooseExtension: (connector: Connector) => Promise<void>;
  leave: () => void;
};

const Context = createContext<WalletState | null>(null);
const STORED = 'tephra.dev-account';

/** What was chosen: a dev account, an own key, or nobody. Account 0 is there for a newcomer's first click. */
type Choice = { kind: 'dev'; index: number } | { kind: 'own'; address: string } | { kind: 'none' };

function storedChoice(): Choice {
  try {
    const text = localStorage.getItem(STORED);
    if (text === null) return { kind: 'dev', index: 0 };
    if (text.startsWith('own:')) return { kind: 'own', address: text.slice('own:'.length) };
    const index = Number.parseInt(text, 10);
    return index >= 0 ? { kind: 'dev', index } : { kind: 'none' };
  } catch {
    return { kind: 'dev', index: 0 };
  }
}

function store(choice: Choice): void {
  try {
    const text = choice.kind === 'own' ? `own:${choice.address}` : choice.kind === 'dev' ? String(choice.index) : '-1';
    localStorage.setItem(STORED, text);
  } catch {
    // without storage the choice lasts until the page is left
  }
}

/** A wallet whose key this page holds. */
function localWallet(kind: 'dev' | 'own', name: string, address: Address, privateKey: Hex): Wallet {
  return {
    kind,
    name,
    address,
    clientFor: async (chain) =>
      createWalletClient({
        chain,
        account: privateKeyToAccount(privateKey),
        transport: http(chain.rpcUrls.default.http[0]),
      }),
  };
}

export function WalletProvider({ children }: { children: ReactNode }) {
  const { data: platform } = usePlatform();
  const connection = useConnection();
  const connectors = useConnectors();
  const { mutateAsync: connectAsync } = useConnect();
  const { mutateAsync: disconnectAsync } = useDisconnect();
  const ownKeys = useSyncExternalStore(subscribePageKeys, pageKeys);
  const [choice, setChoice] = useState(storedChoice);

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
    if (choice.kind === 'own') {
      const own = ownKeys.find((key) => key.address === choice.address);
      return own === undefined ? null : localWallet('own', own.name, own.address, own.privateKey);
    }
    const dev = choice.kind === 'dev' ? devAccounts[choice.index] : undefined;
    return dev === undefined ? null : localWallet('dev', `Account ${dev.index}`, dev.address, dev.privateKey);
  }, [connection.status, connector, address, devAccounts, ownKeys, choice]);

  const choose = useCallback(
    (next: Choice) => {
      if (connector !== undefined) void disconnectAsync({ connector });
      store(next);
      setChoice(next);
    },
    [connector, disconnectAsync],
  );

  const extensionChainId = connection.status === 'connected' ? connection.chainId : null;
  const value = useMemo<WalletState>(
    () => ({
      wallet,
      devAccounts,
      ownKeys,
      connectors,
      extensionChainId,
      chooseDev: (index) => choose({ kind: 'dev', index }),
      chooseOwn: (own) => choose({ kind: 'own', address: own }),
      chooseExtension: async (chosen) => {
        await connectAsync({ connector: chosen });
      },
      leave: () => choose({ kind: 'none' }),
    }),
    [wallet, devAccounts, ownKeys, connectors, extensionChainId, connectAsync, choose],
  );
  return <Context value={value}>{children}</Context>;
}

export function useWallet(): WalletState {
  const value = useContext(Context);
  if (value === null) throw new Error('useWallet needs a WalletProvider above it');
  return value;
}
