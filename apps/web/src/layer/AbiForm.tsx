import { Button, Group, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Address } from 'viem';
import { useLayerChain } from '../chain/useChain.tsx';
import { parsePastedAbi, storeAbi } from '../lib/abiStore.ts';
import { describeError } from '../lib/errors.ts';

/** Takes the ABI of a contract: JSON, a compiler's artifact, or signatures. It stays in this browser. */
export function AbiForm({ address, pasted, needed }: { address: Address; pasted: boolean; needed: boolean }) {
  const { chain } = useLayerChain();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const use = () => {
    try {
      storeAbi(chain.id, address, parsePastedAbi(text));
      setText('');
      setError(null);
      setOpen(false);
    } catch (problem) {
      setError(describeError(problem).message);
    }
  };
  return (
    <div style={{ marginTop: 16 }}>
      {open || needed ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            use();
          }}
        >
          <Textarea
            label="ABI of this contract"
            description="JSON, a compiler’s artifact, or one signature per line. It stays in this browser and names calls, events and errors everywhere on this layer."
            placeholder="function count(address account) view returns (uint256)"
            autosize
            minRows={3}
            maxRows={12}
            value={text}
            error={error}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setError(null);
            }}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
          />
          <Group gap="xs" mt="xs">
            <Button type="submit" size="xs" disabled={text.trim() === ''}>
              Use this ABI
            </Button>
            {!needed && (
              <Button size="xs" variant="default" onClick={() => setOpen(false)}>
                Cancel
              </Button>
            )}
          </Group>
        </form>
      ) : (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setOpen(true)}>
            {pasted ? 'Paste another ABI' : 'Paste its own ABI'}
          </Button>
          {pasted && (
            <Button size="xs" variant="default" onClick={() => storeAbi(chain.id, address, null)}>
              Forget the pasted one
            </Button>
          )}
        </Group>
      )}
    </div>
  );
}
