import { Link } from '@tanstack/react-router';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { TierBadge } from '../components/TierBadge.tsx';
import { formatCount, formatGas, plural } from '../lib/format.ts';
import { BlockTime } from './BlockTime.tsx';
import classes from './Strata.module.css';
import { runThickness, type Stratum, strataOf, thickness } from './strata.ts';

const SHOWN = 14;

/** The chain as it is laid down: new blocks on top, firmer the deeper they settle. */
export function Strata() {
  const { blocks, heads, open, link } = useFeed();
  const next = (blocks[0]?.number ?? 0n) + 1n;
  const { id } = useLayerChain();
  const strata = strataOf(blocks, heads).slice(0, SHOWN);
  if (strata.length === 0) {
    return (
      <div className={classes.waiting} role="status">
        {link === 'down' ? 'The chain does not answer at the moment.' : 'Reading the newest blocks…'}
      </div>
    );
  }
  return (
    <ol className={classes.list} aria-label="Latest blocks, newest first">
      <OpenLayer number={next} count={open?.number === next ? open.transactions : 0} />
      {strata.map((stratum) => (
        <Layer
          key={stratum.kind === 'block' ? `b${stratum.block.number}` : `e${stratum.first}`}
          stratum={stratum}
          id={id}
        />
      ))}
    </ol>
  );
}

/** The block being built: what it holds is promised, not sealed. */
function OpenLayer({ number, count }: { number: bigint; count: number }) {
  return (
    <li className={classes.row} data-open>
      <span className={classes.section} aria-hidden="true">
        <span className={classes.bar} data-tier={0} style={{ height: count === 0 ? 5 : 9 }} />
      </span>
      <span className={classes.number}>{formatCount(number)}</span>
      <span className={classes.what}>{count === 0 ? 'open' : `open, ${plural(count, 'transaction')}`}</span>
      <span className={classes.gas} />
      <span className={classes.time} />
      <span className={classes.tier}>
        <TierBadge tier={0} />
      </span>
    </li>
  );
}

function Layer({ stratum, id }: { stratum: Stratum; id: string }) {
  if (stratum.kind === 'empty') {
    return (
      <li className={classes.row} data-empty>
        <span className={classes.section} aria-hidden="true">
          <span
            className={classes.bar}
            data-run
            data-tier={stratum.tier}
            style={{ height: runThickness(stratum.last - stratum.first + 1n) }}
          />
        </span>
        <span className={classes.number}>
          {formatCount(stratum.first)} – {formatCount(stratum.last)}
        </span>
        <span className={classes.what}>{plural(stratum.last - stratum.first + 1n, 'empty block')}</span>
        <span className={classes.gas} />
        <span className={classes.time} />
        <span className={classes.tier}>
          <TierBadge tier={stratum.tier} />
        </span>
      </li>
    );
  }
  const { block, tier } = stratum;
  const count = block.transactions.length;
  return (
    <li className={classes.row}>
      <span className={classes.section} aria-hidden="true">
        <span className={classes.bar} data-tier={tier} style={{ height: thickness(block) }} />
      </span>
      <Link to="/layers/$id/block/$n" params={{ id, n: String(block.number) }} className={classes.number}>
        {formatCount(block.number)}
      </Link>
      <span className={classes.what}>{count === 0 ? 'empty' : plural(count, 'transaction')}</span>
      <span className={classes.gas}>{block.gasUsed === 0n ? '' : `${formatGas(block.gasUsed)} gas`}</span>
      <span className={classes.time}>
        <BlockTime at={Number(block.timestamp) * 1_000} />
      </span>
      <span className={classes.tier}>
        <TierBadge tier={tier} />
      </span>
    </li>
  );
}
