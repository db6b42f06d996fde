import { Link } from '@tanstack/react-router';
import type { FinalityTier } from '@tephra/protocol';
import type { MovedBack } from '../chain/finality.ts';
import { TIERS } from '../chain/tiers.ts';
import { Notice } from '../components/Notice.tsx';
import { formatCount } from '../lib/format.ts';
import classes from '../packs/Packs.module.css';

/** Says that a transaction lost a place and the tiers that it had there, and why. */
export function MovedBackNotice({ id, moved, tier }: { id: string; moved: MovedBack; tier: FinalityTier }) {
  return (
    <div className={classes.notice}>
      <Notice tone={tier >= 2 ? 'info' : 'warn'} title="It moved back a tier and was executed again">
        It stood in block {formatCount(moved.blockNumber)} until{' '}
        {moved.reason === 'packs-reverted' ? (
          <>
            the L1 voided{' '}
            <Link to="/layers/$id/packs/$index" params={{ id, index: String(moved.packIndex) }} className="tp-link">
              pack {formatCount(moved.packIndex)}
            </Link>
            , which claimed something wrong about that block or an earlier one
          </>
        ) : (
          'the L1 dropped a block that it was built on'
        )}
        . Nothing of it was lost: it is “{TIERS[tier].name.toLowerCase()}” again, and goes up from there as before.
      </Notice>
    </div>
  );
}
