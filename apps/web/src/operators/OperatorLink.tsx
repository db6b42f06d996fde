import { Link } from '@tanstack/react-router';
import { getAddress, isAddress } from 'viem';
import { CopyButton } from '../components/CopyButton.tsx';
import classes from '../components/Hash.module.css';
import { highlight } from '../components/highlight.ts';
import { useName } from '../components/names.tsx';
import { shortHex } from '../lib/format.ts';

/** An operator by its name, or its address where it has none, opened in its page. */
export function OperatorLink({ address: given, copy = true }: { address: string; copy?: boolean }) {
  const address = isAddress(given, { strict: false }) ? getAddress(given) : given;
  const name = useName(address);
  return (
    <span className={classes.root}>
      <Link
        to="/operators/$address"
        params={{ address }}
        className={`${classes.value} ${name === undefined ? '' : classes.name}`}
        title={name === undefined ? address : `${name}: ${address}`}
        data-link
        {...highlight(address)}
      >
        {name ?? shortHex(address, 6, 4)}
      </Link>
      {copy && <CopyButton value={address} label={name === undefined ? 'address' : `address of ${name}`} />}
    </span>
  );
}
