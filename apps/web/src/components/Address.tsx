import { Link } from '@tanstack/react-router';
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
};

/** An address with its known name ("Bridge", "Account 0"), a copy button and marking of every occurrence. */
export function Address({ value, layerId, full = false, copy = true }: AddressProps) {
  const name = useName(value);
  const text = full ? value : (name ?? shortHex(value, 6, 4));
  const props = {
    className: `${classes.value} ${name !== undefined && !full ? classes.name : ''}`,
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
