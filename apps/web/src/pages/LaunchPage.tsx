import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ApiError } from '@tephra/api';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ErrorState } from '../components/ErrorState.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import {
  bodyOf,
  checkDraft,
  type Draft,
  draftOf,
  type FieldErrors,
  loadDraft,
  saveDraft,
  type Template,
} from '../launch/draft.ts';
import { SETTINGS } from '../launch/field.ts';
import { LaunchSteps } from '../launch/LaunchSteps.tsx';
import { ReviewStep } from '../launch/ReviewStep.tsx';
import { SettingsStep } from '../launch/SettingsStep.tsx';
import { TemplateStep } from '../launch/TemplateStep.tsx';
import { useCurrencyToken } from '../launch/useCurrencyToken.ts';
import { api } from '../lib/api.ts';
import { useLayers, usePlatform } from '../lib/queries.ts';

const route = getRouteApi('/launch');

/** Template, settings, review. The step is in the URL, the draft survives a reload. */
export function LaunchPage() {
  const { step: asked } = route.useSearch();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { data: platform } = usePlatform();
  const { data: layers } = useLayers();
  const [draft, setDraft] = useState<Draft | null>(loadDraft);
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Record<string, string>>({});
  /** The same key until the draft changes: a second click never launches a second layer. */
  const key = useRef(crypto.randomUUID());
  const accounts = useMemo(() => (platform?.accounts ?? []).map((account) => account.address), [platform?.accounts]);
  const taken = useMemo(
    () => (layers ?? []).filter((layer) => layer.status !== 'STATUS_TERMINATED').map((layer) => layer.name),
    [layers],
  );
  const ended = useMemo(() => (layers ?? []).filter((layer) => layer.status === 'STATUS_TERMINATED'), [layers]);
  const launch = useMutation({
    mutationFn: (body: ReturnType<typeof bodyOf>) => api.createFlashlayer({ body }, { idempotencyKey: key.current }),
    onSuccess: async ({ flashlayer }) => {
      saveDraft(null);
      void queryClient.invalidateQueries({ queryKey: ['layers'] });
      await navigate({ to: '/layers/$id', params: { id: flashlayer.id } });
    },
    onError: async (error) => {
      key.current = crypto.randomUUID();
      if (!(error instanceof ApiError) || error.fields.length === 0) return;
      setRefused(Object.fromEntries(error.fields.map((field) => [field.path, field.message])));
      setShown(new Set(error.fields.map((field) => field.path)));
      await navigate({ to: '/launch', search: { step: 'settings' } });
    },
  });

  useEffect(() => {
    if (draft !== null) saveDraft(draft);
  }, [draft]);

  const step = draft === null ? 'template' : asked;
  const token = useCurrencyToken(draft, platform);
  const errors: FieldErrors =
    draft === null
      ? {}
      : {
          ...refused,
          ...(token.error !== undefined && { [`${SETTINGS}.currencyToken`]: token.error }),
          ...checkDraft(draft, launch.isSuccess ? [] : taken),
        };
  const go = (to: 'template' | 'settings' | 'review') => navigate({ to: '/launch', search: { step: to } });
  const choose = (template: Template) => {
    setDraft(draftOf(template, taken, accounts));
    setShown(new Set());
    setRefused({});
    launch.reset();
    void go('settings');
  };
  const change = (part: Partial<Draft>) => {
    setDraft((before) => (before === null ? before : { ...before, ...part }));
    setRefused({});
    launch.reset();
    key.current = crypto.randomUUID();
  };
  const review = () => {
    if (Object.keys(errors).length > 0) {
      setShown(new Set(Object.keys(errors)));
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    void go('review');
  };

  return (
    <>
      <PageHeader title="Launch a layer" documentTitle="Launch a layer" />
      <LaunchSteps active={step} reachable={draft !== null} valid={Object.keys(errors).length === 0} />
      {step === 'template' && <TemplateStep chosen={draft?.template ?? null} onChoose={choose} />}
      {step === 'settings' && draft !== null && (
        <SettingsStep
          draft={draft}
          errors={errors}
          shown={shown}
          onTouch={(path) => setShown((before) => new Set(before).add(path))}
          onChange={change}
          platform={platform}
          ended={ended}
          footer={
            <Group gap="xs">
              <Button onClick={review}>Review</Button>
              <Button variant="default" onClick={() => go('template')}>
                Back
              </Button>
            </Group>
          }
        />
      )}
      {step === 'review' && draft !== null && (
        <ReviewStep
          draft={draft}
          errors={errors}
          platform={platform}
          footer={
            <>
              {launch.isError && (
                <div style={{ marginBottom: 16 }}>
                  <ErrorState title="The layer was not launched" error={launch.error} />
                </div>
              )}
              <Group gap="xs">
                <Button
                  loading={launch.isPending}
                  disabled={Object.keys(errors).length > 0 && !launch.isSuccess}
                  onClick={() => launch.mutate(bodyOf(draft))}
                >
                  Launch {draft.name}
                </Button>
                <Button variant="default" disabled={launch.isPending} onClick={() => go('settings')}>
                  Back
                </Button>
              </Group>
            </>
          }
        />
      )}
    </>
  );
}
