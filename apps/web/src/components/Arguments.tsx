import { useState } from 'react';
import { type AbiParameter, type Hex, isAddress, isHex } from 'viem';
import { type DecodedArg, decodeCall } from '../chain/decode.ts';
import { formatCount, shortHex } from '../lib/format.ts';
import { Address } from './Address.tsx';
import classes from './Arguments.module.css';
import { CopyButton } from './CopyButton.tsx';

const FIRST_ITEMS = 8;
/** Longer than a hash: shown by head and tail. */
const LONG_BYTES = 68;

/** Decoded arguments by name and type; tuples and lists unfold, bytes that are calls are decoded in turn. */
export function Arguments({ args, layerId }: { args: readonly DecodedArg[]; layerId?: string }) {
  if (args.length === 0) return <p style={{ margin: 0, color: 'var(--tp-dim)' }}>No arguments.</p>;
  return (
    <ul className={classes.list}>
      {args.map((arg) => (
        <li key={arg.name} className={classes.row}>
          <span className={classes.name}>
            {arg.name}
            <span className={classes.type}>{arg.type.replace('tuple', 'struct')}</span>
          </span>
          <span className={classes.value}>
            <Value value={arg.value} type={arg.type} components={arg.components} layerId={layerId} />
          </span>
        </li>
      ))}
    </ul>
  );
}

type ValueProps = { value: unknown; type: string; components: readonly AbiParameter[]; layerId?: string };

function Value({ value, type, components, layerId }: ValueProps) {
  if (Array.isArray(value) && type.endsWith(']')) {
    return <Items value={value} type={type} components={components} layerId={layerId} />;
  }
  if (typeof value === 'object' && value !== null) {
    const args = components.map<DecodedArg>((component, at) => ({
      name: component.name || String(at),
      type: component.type,
      value: Array.isArray(value) ? value[at] : (value as Record<string, unknown>)[component.name ?? ''],
      components: 'components' in component ? component.components : [],
    }));
    return <Arguments args={args} layerId={layerId} />;
  }
  if (type === 'address' && typeof value === 'string' && isAddress(value, { strict: false })) {
    return <Address value={value} layerId={layerId} />;
  }
  if (typeof value === 'bigint' || typeof value === 'number') {
    return (
      <span className="tp-num" title={String(value)}>
        {formatCount(value)}
      </span>
    );
  }
  if (type === 'bytes' && isHex(value)) return <Bytes value={value} layerId={layerId} />;
  if (type === 'string') return <span>“{String(value)}”</span>;
  return <span className="tp-mono">{String(value)}</span>;
}

function Items({ value, type, components, layerId }: ValueProps & { value: readonly unknown[] }) {
  const [all, setAll] = useState(false);
  const inner = type.replace(/\[\d*\]$/, '');
  const shown = all ? value : value.slice(0, FIRST_ITEMS);
  if (value.length === 0) return <span style={{ color: 'var(--tp-dim)' }}>empty list</span>;
  return (
    <>
      {shown.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of an argument never change places
        <div key={at} className={classes.item}>
          <span className={classes.index}>{at}</span>
          <Value value={item} type={inner} components={components} layerId={layerId} />
        </div>
      ))}
      {shown.length < value.length && (
        <button type="button" className="tp-textbutton" onClick={() => setAll(true)}>
          Show all {formatCount(value.length)}
        </button>
      )}
    </>
  );
}

function Bytes({ value, layerId }: { value: Hex; layerId?: string }) {
  const call = decodeCall(value);
  const short = value.length > LONG_BYTES ? shortHex(value, 34, 16) : value;
  return (
    <>
      <span className="tp-mono" title={`${formatCount((value.length - 2) / 2)} bytes`}>
        {short}
      </span>
      {value !== '0x' && <CopyButton value={value} label="bytes" />}
      {call !== null && (
        <div className={classes.call}>
          <span className={classes.callName}>{call.name}</span>
          <Arguments args={call.args} layerId={layerId} />
        </div>
      )}
    </>
  );
}
