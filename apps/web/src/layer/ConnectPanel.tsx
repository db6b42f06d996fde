import { Button } from '@mantine/core';
import { IconWallet } from '@tabler/icons-react';
import { useState } from 'react';
import type { EIP1193Provider } from 'viem';
import { useLayerChain } from '../chain/useChain.tsx';
import { CopyField } from '../components/CopyField.tsx';
import { Section } from '../components/Section.tsx';
import { describeError } from '../lib/errors.ts';
import { notifyDone, notifyError } from '../lib/notify.ts';
import { addChainParameters } from '../wallet/addChain.ts';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './ConnectPanel.module.css';

/** Endpoints to take along and the way into a wallet (EIP-3085). */
export function ConnectPanel() {
  const { layer, chain } = useLayerChain();
  const { connectors } = useWallet();
  const [busy, setBusy] = useState<string | null>(null);
  const { resources } = layer;
  const add = async (index: number) => {
    const connector = connectors[index];
    if (connector === undefined) return;
    setBusy(connector.uid);
    try {
      const provider = (await connector.getProvider()) as EIP1193Provider;
      await provider.request({ method: 'wallet_addEthereumChain', params: [addChainParameters(chain)] });
      notifyDone(`${connector.name} knows ${layer.name} now.`);
    } catch (error) {
      notifyError(`${connector.name} did not add ${layer.name}`, describeError(error).message);
    } finally {
      setBusy(null);
    }
  };
  return (
    <Section title="Connect">
      <CopyField label="RPC" value={resources.rpc} />
      <CopyField label="WebSocket" value={resources.rpcWs} />
      <CopyField label="Chain id" value={resources.chainId} />
      <CopyField label="Explorer" value={resources.explorer} href={resources.explorer} />
      <CopyField label="Faucet" value={resources.faucet} href={resources.faucet} />
      <div className={classes.wallets}>
        {connectors.map((connector, index) => (
          <Button
            key={connector.uid}
            variant="default"
            size="xs"
            loading={busy === connector.uid}
            leftSection={
              connector.icon ? <img src={connector.icon} alt="" width={16} height={16} /> : <IconWallet size={15} />
            }
            onClick={() => void add(index)}
          >
            Add to {connector.name}
          </Button>
        ))}
        {connectors.length === 0 && (
          <p className={classes.none}>
            With a wallet extension in this browser, a button here adds the chain to it. The dev account in the top
            right corner works without one.
          </p>
        )}
      </div>
    </Section>
  );
}
