import { useState } from 'react';
import type { EIP1193Provider } from 'viem';
import { useConnection } from 'wagmi';
import { useLayerChain } from '../chain/useChain.tsx';
import { describeError } from '../lib/errors.ts';
import { notifyError } from '../lib/notify.ts';
import { selectChain } from '../wallet/addChain.ts';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './NetworkHint.module.css';

/** Says when the extension is on another network than the page, with the way here; the page asks again before signing. */
export function NetworkHint() {
  const { chain, layer } = useLayerChain();
  const { wallet, extensionChainId } = useWallet();
  const { connector } = useConnection();
  const [busy, setBusy] = useState(false);
  if (wallet?.kind !== 'extension' || connector === undefined || extensionChainId === chain.id) return null;
  const change = async () => {
    setBusy(true);
    try {
      await selectChain((await connector.getProvider()) as EIP1193Provider, chain);
    } catch (error) {
      notifyError(`${wallet.name} stayed on its network`, describeError(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className={classes.hint}>
      {wallet.name} is on chain {extensionChainId}.{' '}
      <button type="button" className="tp-textbutton" disabled={busy} onClick={() => void change()}>
        Use it on {layer.name}
      </button>
    </span>
  );
}
