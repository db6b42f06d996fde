import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import type { Address as AddressType } from 'viem';
import { Address } from '../components/Address.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Notice } from '../components/Notice.tsx';
import { describeError } from '../lib/errors.ts';
import classes from './KeyDialog.module.css';
import { createPageKey, importPageKey, removePageKey } from './pageKeys.ts';
import { useWallet } from './wallet.tsx';

/** Keys kept by this page: make, bring, take along, forget. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const { ownKeys, chooseOwn } = useWallet();
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [forgetting, setForgetting] = useState<AddressType | null>(null);
  const add = (make: () => { address: AddressType }) => {
    try {
      chooseOwn(make().address);
      setText('');
      setError(null);
    } catch (problem) {
      setError(describeError(problem).message);
    }
  };
  return (
    <Modal opened onClose={onClose} title="Keys of this page" centered size={520}>
      <Notice tone="warn" title="For trying things only">
        These keys lie readable in this browser’s storage. They are sent nowhere, and whoever can open this browser can
        read them: never put anything of value on them.
      </Notice>
      {ownKeys.length > 0 && (
        <ul className={classes.list} aria-label="Keys">
          {ownKeys.map((key) => (
            <li key={key.address} className={classes.key}>
              <span className={classes.name}>{key.name}</span>
              <Address value={key.address} plain />
              <span className={classes.actions}>
                <span className={classes.take}>
                  private key <CopyButton value={key.privateKey} label={`private key of ${key.name}`} />
                </span>
                {forgetting === key.address ? (
                  <Button
                    size="compact-xs"
                    color="red"
                    onClick={() => {
                      removePageKey(key.address);
                      setForgetting(null);
                    }}
                  >
                    Forget it for good
                  </Button>
                ) : (
                  <Button size="compact-xs" variant="default" onClick={() => setForgetting(key.address)}>
                    Forget
                  </Button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Group mt="md">
        <Button size="xs" onClick={() => add(createPageKey)}>
          Make a new key
        </Button>
      </Group>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          add(() => importPageKey(text));
        }}
      >
        <PasswordInput
          label="Or bring a private key"
          placeholder="0x…"
          value={text}
          error={error}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setError(null);
          }}
          autoComplete="off"
          className={classes.input}
        />
        <Button type="submit" variant="default" disabled={text.trim() === ''}>
          Bring it
        </Button>
      </form>
    </Modal>
  );
}
