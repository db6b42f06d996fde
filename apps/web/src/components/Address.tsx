import { Link } from '@tanstack/react-router';
import { getAddress, isAddress } from 'viem';
import { shortHex } from '../lib/format.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './Hash.module.css';
import { highlight } from './highlight.ts';
import { useName } from './names.tsx';

export type AddressProps = {
  value: string;
  /** Layer whose explorer shows the address; without it there is no link (an L1 address). */
  layerId?: string;
  full?: boolean;
  copy?: boolean;
  /** Digits even when there is a name, where the name stands beside it anyway. */
  plain?: boolean;
};

/** An address with its known name ("Bridge", "Account 0"), a copy button and marking of every occurrence. */
export function Address({ value: given, layerId, full = false, copy = true, plain = false }: AddressProps) {
  const value = isAddress(given, { strict: false }) ? getAddress(given) : given;
  const name = useName(value);
  const text = full ? value : plain || name === undefined ? shortHex(value, 6, 4) : name;
  const props = {
    className: `${classes.value} ${name !== undefined && !full && !plain ? classes.name : ''}`,
    title: name === undefined ? value : `${name}: ${value}`,
    ...highlight(value),
  };
  return (
    <span className={classes.root} data-full={full || undefined}>
      {layerId === undefined ? (
        <span {...props}>{text}</span>
      ) : (
        <Link to="/layers/$id/address/$address" params={{ id: layerId, address: value }} data-link {...props}>
          {text}
        </Link>
      )}
      {copy && <CopyButton value={value} label={name === undefined ? 'address' : `address of ${name}`} />}
    </span>
  );
}
