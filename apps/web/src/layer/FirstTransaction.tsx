import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { demoNftAbi } from '@tephra/l1/abis';
import { useState } from 'react';
import { type Address as AddressType, encodeFunctionData } from 'viem';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { Section } from '../components/Section.tsx';
import { describeError } from '../lib/errors.ts';
import { notifyError } from '../lib/notify.ts';
import { useSign } from '../wallet/sign.tsx';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './FirstTransaction.module.css';
import { firstTransaction } from './snippets.ts';

/** A contract on the new chain without leaving the page, and the same from code. */
export function FirstTransaction() {
  const { layer } = useLayerChain();
  const { wallet, devAccounts } = useWallet();
  const dev = devAccounts.find((account) => account.address === wallet?.address) ?? devAccounts[0];
  return (
    <Section title="First transaction" note="Put a contract on it from here, or from your own code.">
      <SampleCollection />
      <CodeSnippet
        title="First transaction in code"
        snippets={firstTransaction({ layer, devKey: dev?.privateKey ?? null })}
      />
    </Section>
  );
}

/** Deploys an ordinary OpenZeppelin collection and mints from it; the chosen account owns it. */
function SampleCollection() {
  const { id, layer, chain, client } = useLayerChain();
  const sign = useSign();
  const queryClient = useQueryClient();
  const { wallet } = useWallet();
  const [collection, setCollection] = useState<AddressType | null>(null);
  const [minted, setMinted] = useState(0);
  const [busy, setBusy] = useState(false);
  const act = async (action: () => Promise<void>) => {
    setBusy(true);
    try {
      await action();
      void queryClient.invalidateQueries({ queryKey: ['balance', id] });
    } catch (error) {
      notifyError('That did not work', describeError(error).message);
    } finally {
      setBusy(false);
    }
  };
  const deploy = () =>
    act(async () => {
      const { sampleDeployment } = await import('./sampleCollection.ts');
      const receipt = await sign({
        chain,
        data: sampleDeployment(),
        sentence: `Deploy the sample collection “Otters” on ${layer.name}.`,
        after: 'An ordinary OpenZeppelin ERC-721; the account that deploys it may mint.',
      });
      if (receipt?.contractAddress) setCollection(receipt.contractAddress);
    });
  const mint = () =>
    act(async () => {
      if (collection === null || wallet === null) return;
      const receipt = await sign({
        chain,
        to: collection,
        data: encodeFunctionData({ abi: demoNftAbi, functionName: 'mintTo', args: [wallet.address] }),
        sentence: `Mint the next Otter to ${wallet.name}.`,
        after: 'When the layer ends, the token appears on its L1 twin in the same account.',
      });
      if (receipt === null) return;
      setMinted(
        Number(await client.readContract({ address: collection, abi: demoNftAbi, functionName: 'totalMinted' })),
      );
    });
  return (
    <div className={classes.sample}>
      {collection === null ? (
        <Button onClick={() => void deploy()} loading={busy} disabled={layer.status !== 'STATUS_ACTIVE'}>
          Deploy a sample collection
        </Button>
      ) : (
        <>
          <Button onClick={() => void mint()} loading={busy} disabled={layer.status !== 'STATUS_ACTIVE'}>
            Mint {minted === 0 ? 'the first Otter' : `Otter #${minted + 1}`}
          </Button>
          <span className={classes.where}>
            Otters at <Address value={collection} layerId={id} />
            {minted > 0 && `, ${minted} minted`}
          </span>
          {minted > 0 && (
            <Link to="/layers/$id/settlement" params={{ id }} className="tp-link">
              What happens to them at the end
            </Link>
          )}
        </>
      )}
    </div>
  );
}
