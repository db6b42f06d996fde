import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Flashlayer } from '@tephra/api';
import { layerName, validate } from '@tephra/api';
import { useRef, useState } from 'react';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { capital } from '../launch/field.ts';
import { api } from '../lib/api.ts';

/** Launches a layer that is over once more: same settings, a chain of its own. */
export function RedeployButton({ layer }: { layer: Flashlayer }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size="xs" onClick={() => setAsking(true)}>
        Launch it again
      </Button>
      {asking && <Ask layer={layer} onClose={() => setAsking(false)} />}
    </>
  );
}

function Ask({ layer, onClose }: { layer: Flashlayer; onClose: () => void }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [name, setName] = useState(layer.name);
  const [bring, setBring] = useState(true);
  /** The same key for the same name: a second click never launches a second layer. */
  const key = useRef(crypto.randomUUID());
  const checked = validate(layerName, name.trim());
  const redeploy = useMutation({
    mutationFn: () =>
      api.redeployFlashlayer(
        { params: { id: layer.id }, body: { name: name.trim(), ...(bring && { import: true }) } },
        { idempotencyKey: key.current },
      ),
    onSuccess: async ({ flashlayer }) => {
      void queryClient.invalidateQueries({ queryKey: ['layers'] });
      await navigate({ to: '/layers/$id', params: { id: flashlayer.id } });
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Launch ${layer.name} again`} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (checked.ok) redeploy.mutate();
        }}
      >
        <p style={{ margin: '0 0 16px' }}>
          The new layer has the same settings and a chain id of its own, and it begins empty: what {layer.name} held is
          on the L1 and can be brought over its bridge.
        </p>
        <TextInput
          label="Name"
          value={name}
          error={checked.ok ? undefined : capital(checked.fields[0]?.message ?? 'it does not hold')}
          onChange={(event) => {
            setName(event.currentTarget.value);
            key.current = crypto.randomUUID();
          }}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Checkbox
          mt="md"
          label={`Make the tokens of ${layer.name} known there`}
          description="Their owners then bring them over the bridge with one button."
          checked={bring}
          onChange={(event) => {
            setBring(event.currentTarget.checked);
            key.current = crypto.randomUUID();
          }}
        />
        <div style={{ marginTop: 16 }}>
          <CodeSnippet
            title="The same from the terminal"
            snippets={[
              {
                label: 'CLI',
                code: `./tephra redeploy ${layer.name}${name.trim() === layer.name ? '' : ` --name ${name.trim()}`}${bring ? ' --import' : ''}`,
              },
            ]}
          />
        </div>
        {redeploy.isError && (
          <div style={{ marginTop: 16 }}>
            <ErrorState title="The layer was not launched" error={redeploy.error} />
          </div>
        )}
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!checked.ok} loading={redeploy.isPending}>
            Launch {name.trim()}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
