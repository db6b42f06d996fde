import { useQuery } from '@tanstack/react-query';
import { type Address as AddressType, type Hex, keccak256 } from 'viem';
import { usualAbi } from '../chain/contractAbi.ts';
import { readCreation } from '../chain/creation.ts';
import { readProxy } from '../chain/proxy.ts';
import type { TokenStandard } from '../chain/tokenKind.ts';
import { useAbis } from '../chain/useAbis.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Section } from '../components/Section.tsx';
import { formatCount } from '../lib/format.ts';
import classes from '../pages/Explorer.module.css';
import { AbiForm } from './AbiForm.tsx';
import { ContractFunctions } from './ContractFunctions.tsx';

/** Where the code came from, what it is, and its functions as forms. */
export function ContractTab({
  address,
  code,
  standard,
}: {
  address: AddressType;
  code: Hex;
  standard: TokenStandard | null;
}) {
  const { id, client } = useLayerChain();
  const abis = useAbis();
  const proxy = useQuery({
    queryKey: ['proxy', id, address, code.length],
    queryFn: () => readProxy(client, address, code),
    retry: false,
  });
  const pasted = abis.of(address);
  const behind = proxy.data ? abis.of(proxy.data.target) : undefined;
  const usual = usualAbi(address, standard);
  const abi = pasted ?? behind ?? usual?.abi;
  const source =
    pasted !== undefined
      ? 'the ABI that you pasted'
      : behind !== undefined
        ? 'the ABI that you pasted for what it delegates to'
        : usual?.source;
  return (
    <>
      <Section title="Code">
        <KeyValue
          items={[
            ['Created', <Creation key="c" address={address} />],
            ['Size', `${formatCount((code.length - 2) / 2)} bytes`],
            ['Code hash', <Hash key="h" value={keccak256(code)} label="code hash" full />],
            ...(proxy.data
              ? [
                  [
                    'Delegates to',
                    <>
                      <Address value={proxy.data.target} layerId={id} full /> ({proxy.data.kind})
                    </>,
                  ] as const,
                ]
              : []),
            ['Source', 'not published here; nothing on this page vouches for what the code does'],
          ]}
        />
      </Section>
      <Section title="Functions" note={source === undefined ? undefined : `by ${source}`}>
        {abi !== undefined && <ContractFunctions address={address} abi={abi} />}
        <AbiForm address={address} pasted={pasted !== undefined} needed={abi === undefined} />
      </Section>
      <Section title="Bytecode" actions={<CopyButton value={code} label="bytecode" />}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
        <pre className={classes.raw} style={{ maxHeight: 200 }} tabIndex={0}>
          {code}
        </pre>
      </Section>
    </>
  );
}

function Creation({ address }: { address: AddressType }) {
  const { id, client } = useLayerChain();
  const { heads } = useFeed();
  const latest = heads?.latest;
  const creation = useQuery({
    queryKey: ['creation', id, address],
    queryFn: () => readCreation(client, address, latest ?? 0n),
    enabled: latest !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (creation.isPending) return '…';
  if (creation.isError) return 'not known: the node keeps no old state';
  if (creation.data === null) return 'not known';
  if (creation.data.kind === 'genesis') return 'with the chain itself, at genesis';
  const { creator, byContract, hash } = creation.data;
  return (
    <>
      by {byContract && 'the contract '}
      <Address value={creator} layerId={id} copy={false} /> in{' '}
      <Hash value={hash} label="transaction hash" to={`/layers/${id}/tx/${hash}`} />
    </>
  );
}
