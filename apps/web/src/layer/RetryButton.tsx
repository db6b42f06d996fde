import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../lib/api.ts';
import { describeError } from '../lib/errors.ts';
import { notifyError } from '../lib/notify.ts';

/** Runs the failed step again, or starts a crash-looping node anew. */
export function RetryButton({ id, label }: { id: string; label: string }) {
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: () => api.retryFlashlayer({ params: { id } }),
    onSuccess: (fresh) => queryClient.setQueryData(['layer', id], fresh),
    onError: (error) => notifyError('It could not be tried again', describeError(error).message),
  });
  return (
    <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
      {label}
    </Button>
  );
}
