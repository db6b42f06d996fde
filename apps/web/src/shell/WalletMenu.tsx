import { Menu } from '@mantine/core';
import { IconCheck, IconChevronDown, IconWallet } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { DevTag } from '../components/DevTag.tsx';
import { describeError } from '../lib/errors.ts';
import { shortHex } from '../lib/format.ts';
import { notifyError } from '../lib/notify.ts';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './WalletMenu.module.css';

const KeyDialog = lazy(() => import('../wallet/KeyDialog.tsx').then((module) => ({ default: module.KeyDialog })));

/** Which account signs: dev accounts (keys everybody knows) or a wallet extension found by EIP-6963. */
export function WalletMenu() {
  const { wallet, devAccounts, ownKeys, connectors, chooseDev, chooseOwn, chooseExtension, leave } = useWallet();
  const [keys, setKeys] = useState(false);
  return (
    <>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <button type="button" className={classes.target}>
            <span className="tp-visually-hidden">Wallet: </span>
            <IconWallet size={17} stroke={1.6} aria-hidden="true" />
            {wallet === null ? (
              <span className={classes.name}>No wallet</span>
            ) : (
              <>
                <span className={classes.name}>
                  {wallet.kind === 'extension' ? shortHex(wallet.address) : wallet.name}
                </span>
                {wallet.kind !== 'extension' && <DevTag short />}
              </>
            )}
            <IconChevronDown size={14} stroke={1.6} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Wallet extensions</Menu.Label>
          {connectors.length === 0 && (
            <p className={classes.none}>None found in this browser. The accounts below work without one.</p>
          )}
          {connectors.map((connector) => (
            <Menu.Item
              key={connector.uid}
              leftSection={connector.icon && <img src={connector.icon} alt="" width={18} height={18} />}
              rightSection={
                wallet?.kind === 'extension' && wallet.name === connector.name ? <IconCheck size={15} /> : null
              }
              onClick={() => {
                chooseExtension(connector).catch((error: unknown) =>
                  notifyError('The wallet did not connect', describeError(error).message),
                );
              }}
            >
              {connector.name}
            </Menu.Item>
          ))}
          {devAccounts.length > 0 && (
            <>
              <Menu.Divider />
              <Menu.Label>
                Dev accounts <DevTag />
              </Menu.Label>
              <div className={classes.list}>
                {devAccounts.map((account) => (
                  <Menu.Item
                    key={account.address}
                    onClick={() => chooseDev(account.index)}
                    rightSection={
                      wallet?.kind === 'dev' && wallet.address === account.address ? <IconCheck size={15} /> : null
                    }
                  >
                    Account {account.index} <span className={classes.address}>{shortHex(account.address)}</span>
                  </Menu.Item>
                ))}
              </div>
            </>
          )}
          <Menu.Divider />
          <Menu.Label>
            Keys of this page <DevTag />
          </Menu.Label>
          {ownKeys.map((key) => (
            <Menu.Item
              key={key.address}
              onClick={() => chooseOwn(key.address)}
              rightSection={wallet?.kind === 'own' && wallet.address === key.address ? <IconCheck size={15} /> : null}
            >
              {key.name} <span className={classes.address}>{shortHex(key.address)}</span>
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => setKeys(true)}>
            {ownKeys.length === 0 ? 'Make or bring a key…' : 'Manage keys…'}
          </Menu.Item>
          {wallet !== null && (
            <>
              <Menu.Divider />
              <Menu.Item onClick={leave}>Use no wallet</Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {keys && (
        <Suspense fallback={null}>
          <KeyDialog onClose={() => setKeys(false)} />
        </Suspense>
      )}
    </>
  );
}
