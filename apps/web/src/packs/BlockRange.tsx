import { Link } from '@tanstack/react-router';
import type { PackAnswer } from '@tephra/api';
import { useLayerChain } from '../chain/useChain.tsx';
import { formatCount } from '../lib/format.ts';

/** "4 – 9", each opened in its page while the layer's node is there. */
export function BlockRange({ id, pack }: { id: string; pack: Pick<PackAnswer, 'firstBlock' | 'lastBlock'> }) {
  const { reachable } = useLayerChain();
  const show = (n: number) =>
    reachable ? (
      <Link to="/layers/$id/block/$n" params={{ id, n: String(n) }} className="tp-link tp-num">
        {formatCount(n)}
      </Link>
    ) : (
      <span className="tp-num">{formatCount(n)}</span>
    );
  return (
    <>
      <span className="tp-phone">blocks </span>
      {show(pack.firstBlock)}
      {pack.lastBlock > pack.firstBlock && <> – {show(pack.lastBlock)}</>}
    </>
  );
}
