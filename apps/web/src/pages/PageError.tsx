import { useRouter } from '@tanstack/react-router';
import { ErrorState } from '../components/ErrorState.tsx';

/** A page that could not be shown at all: a part that did not load, or a mistake of ours. */
export function PageError({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  return (
    <ErrorState
      title="This page could not be shown"
      error={error}
      onRetry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
