import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Notice } from '../components/Notice.tsx';
import { setToken } from '../lib/api.ts';

/** Shown when the platform does not hand its token to this page, because it is opened from another machine. */
export function TokenForm() {
  const [text, setText] = useState('');
  const queryClient = useQueryClient();
  return (
    <div style={{ marginBottom: 24 }}>
      <Notice tone="warn" title="This page needs an access token">
        <p style={{ marginBottom: 12 }}>
          The platform gives its token only to pages on its own machine. Paste the token that <code>./tephra up</code>{' '}
          printed; it stays in this tab's memory.
        </p>
        <form
          style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'flex-end' }}
          onSubmit={(event) => {
            event.preventDefault();
            setToken(text);
            void queryClient.invalidateQueries();
          }}
        >
          <PasswordInput
            label="Access token"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            style={{ flex: '1 1 280px' }}
            autoComplete="off"
          />
          <Button type="submit" disabled={text.trim() === ''}>
            Use token
          </Button>
        </form>
      </Notice>
    </div>
  );
}
