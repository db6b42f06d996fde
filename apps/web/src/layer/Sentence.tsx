import { Link } from '@tanstack/react-router';
import type { Address as AddressType } from 'viem';
import type { Part } from '../chain/parts.ts';
import { useToken } from '../chain/tokens.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { formatCount, formatUnits, shortHex } from '../lib/format.ts';

/** The parts of a sentence with names, amounts and links; long ids are cut. */
export function Sentence({ parts }: { parts: readonly Part[] }) {
  return (
    <span>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never change places
        <SentencePart key={index} part={part} />
      ))}
    </span>
  );
}

function SentencePart({ part }: { part: Part }) {
  const { id, symbol, decimals } = useLayerChain();
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'address':
      return <Address value={part.address} layerId={id} copy={false} />;
    case 'coin':
      return `${formatUnits(part.value, decimals)} ${symbol}`;
    case 'amount':
      return <TokenAmount token={part.token} value={part.value} />;
    case 'nft':
      return (
        <>
          <TokenName token={part.token} /> #{tokenIdText(part.tokenId)}
        </>
      );
    case 'items':
      return (
        <>
          {formatCount(part.amount)} of <TokenName token={part.token} /> #{tokenIdText(part.tokenId)}
        </>
      );
    case 'token':
      return <TokenName token={part.token} />;
    case 'created':
      return <Created address={part.address} />;
  }
}

/** A new contract by its own name where it tells one. */
function Created({ address }: { address: AddressType }) {
  const { id } = useLayerChain();
  const facts = useToken(address);
  return (
    <>
      {facts?.name == null ? 'a contract' : `the contract ${facts.name}`} at{' '}
      <Address value={address} layerId={id} copy={false} />
    </>
  );
}

export function tokenIdText(id: bigint): string {
  const text = id.toString();
  return text.length > 12 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text;
}

export function TokenName({ token }: { token: AddressType }) {
  const { id } = useLayerChain();
  const facts = useToken(token);
  return (
    <Link to="/layers/$id/address/$address" params={{ id, address: token }} className="tp-link" title={token}>
      {facts?.name ?? facts?.symbol ?? shortHex(token)}
    </Link>
  );
}

function TokenAmount({ token, value }: { token: AddressType; value: bigint }) {
  const facts = useToken(token);
  if (facts === undefined || facts.decimals === null) {
    return (
      <>
        {value.toString()} of <TokenName token={token} />
      </>
    );
  }
  const unlimited = value > 1n << 250n;
  return (
    <>
      {unlimited ? 'any amount of' : formatUnits(value, facts.decimals)}{' '}
      <span title={token}>{facts.symbol ?? shortHex(token)}</span>
    </>
  );
}
