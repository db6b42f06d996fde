import { useQuery } from '@tanstack/react-query';
import type { PlatformInfo } from '@tephra/api';
import { type Address as AddressType, isAddress } from 'viem';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { formatCount } from '../lib/format.ts';
import { type Draft, lockedFundsOf } from './draft.ts';
import { useCurrencyToken } from './useCurrencyToken.ts';

/** Gas of the one transaction that creates contracts, bond and escrow, measured at 1.07 million on the embedded L1 and rounded up. */
const CREATION_GAS = 1_500_000n;

/** What the launch takes from the platform's L1 account, in ETH and in the coin's token, and what comes back. */
export function Costs({ draft, platform }: { draft: Draft; platform: PlatformInfo | undefined }) {
  const token = useCurrencyToken(draft, platform);
  const account = platform?.l1.account;
  const funds = useQuery({
    queryKey: ['platform-funds', platform?.l1.rpcUrl, account],
    queryFn: async () => {
      if (platform === undefined) return null;
      const client = publicClientOf(l1ChainOf(platform.l1));
      const [balance, gasPrice] = await Promise.all([
        client.getBalance({ address: account as AddressType }),
        client.getGasPrice(),
      ]);
      return { balance, gasPrice };
    },
    enabled: account !== undefined && isAddress(account),
    refetchInterval: 10_000,
  });
  if (platform === undefined || !funds.data) {
    return (
      <Section title="What it costs">
        <TableSkeleton rows={5} />
      </Section>
    );
  }
  const { bondWei, settlementEscrowWei, proposerFundsWei } = platform.perLayer;
  const locked = lockedFundsOf(draft) ?? 0n;
  const gas = CREATION_GAS * funds.data.gasPrice;
  const lockedEth = draft.currencyMode === 'eth' ? locked : 0n;
  const total = BigInt(bondWei) + BigInt(settlementEscrowWei) + BigInt(proposerFundsWei) + lockedEth + gas;
  const short = funds.data.balance < total;
  const tokenShort =
    draft.currencyMode === 'erc20' && token.facts !== undefined && (token.facts.balance ?? 0n) < locked;
  const eth = (value: bigint) => <Amount value={value} unit="ETH" maxFraction={6} />;
  return (
    <Section title="What it costs">
      <KeyValue
        items={[
          ['Now, together', <strong key="t">{eth(total)}</strong>],
          ['Proposer’s bond', <>{eth(BigInt(bondWei))}, back at the end</>],
          [
            'For the settlement',
            <>{eth(BigInt(settlementEscrowWei))} in escrow, the rest back 30 days after the end</>,
          ],
          ['For posting', <>{eth(BigInt(proposerFundsWei))} of L1 gas while it lives; less when nothing happens</>],
          ...(lockedEth > 0n
            ? [['Locked as coin', <>{eth(lockedEth)}, one to one behind what genesis and faucet hold</>] as const]
            : []),
          ...(draft.currencyMode === 'erc20'
            ? [
                [
                  'Locked as coin',
                  <>
                    <Amount value={locked} unit={token.facts?.symbol ?? draft.tokenSymbol} maxFraction={18} /> of{' '}
                    <Address value={draft.currencyToken} />
                  </>,
                ] as const,
              ]
            : []),
          [
            'Gas of the launch',
            <>
              about {eth(gas)}, one L1 transaction of up to {formatCount(CREATION_GAS)} gas
            </>,
          ],
          [
            'Paid by',
            <>
              <Address value={platform.l1.account} />, the platform’s account
              {platform.l1.embedded && ' on the embedded L1: nothing of value'}; it holds {eth(funds.data.balance)}
            </>,
          ],
        ]}
      />
      {(short || tokenShort) && (
        <div style={{ marginTop: 12 }}>
          <Notice tone="warn" title="The platform’s account holds too little">
            {short && 'It cannot pay for the launch in ETH. '}
            {tokenShort && `It lacks ${token.facts?.symbol ?? 'tokens'} to lock; send some to it first.`}
          </Notice>
        </div>
      )}
    </Section>
  );
}
