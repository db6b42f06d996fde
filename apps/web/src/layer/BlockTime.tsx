import { useAhead } from '../chain/useChain.tsx';
import { Time } from '../components/Time.tsx';

/** Time by the chain's clock, which jumps with the embedded L1's: relative to the chain's now, not to the wall's. */
export function BlockTime({ at, absolute = false }: { at: number; absolute?: boolean }) {
  return <Time at={at} absolute={absolute} aheadMs={useAhead()} />;
}
