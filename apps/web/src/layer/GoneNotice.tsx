import { Link } from '@tanstack/react-router';
import { useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';

/** For parts of a layer that need its chain, when there is none: not yet, or not any more. */
export function GoneNotice() {
  const { id, layer } = useLayerChain();
  if (layer.status === 'STATUS_TERMINATED') {
    return (
      <EmptyState
        title={`${layer.name} has ended`}
        action={
          <Link to="/layers/$id/settlement" params={{ id }} className="tp-link">
            Who got what
          </Link>
        }
      >
        Its blocks went with its node; anyone can rebuild them from the L1 with <code>./tephra rebuild</code>.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={`${layer.name} has no blocks yet`}
      action={
        <Link to="/layers/$id" params={{ id }} className="tp-link">
          Watch its launch
        </Link>
      }
    />
  );
}
