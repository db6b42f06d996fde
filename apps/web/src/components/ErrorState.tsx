import { Button } from '@mantine/core';
import { describeError } from '../lib/errors.ts';
import { Notice } from './Notice.tsx';

/** What happened, why, and what to do. */
export function ErrorState({ title, error, onRetry }: { title: string; error: unknown; onRetry?: () => void }) {
  const { message, hint, requestId } = describeError(error);
  return (
    <Notice
      tone="bad"
      title={title}
      action={
        onRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <p>{message}</p>
      {hint !== undefined && <p style={{ marginTop: 4 }}>{hint}</p>}
      {requestId !== undefined && (
        <p style={{ marginTop: 4, color: 'var(--tp-dim)' }}>
          Request <span className="tp-mono">{requestId}</span>
        </p>
      )}
    </Notice>
  );
}
