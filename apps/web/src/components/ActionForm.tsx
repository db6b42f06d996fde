import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Form.module.css';

/** Fields, what follows from them in a sentence, and the one button that asks for a signature. */
export function ActionForm({
  label,
  note,
  ready,
  busy,
  variant,
  onSubmit,
  children,
}: {
  /** Of the button. */
  label: string;
  note?: ReactNode;
  /** Everything needed is there and right. */
  ready: boolean;
  busy: boolean;
  /** `default` where it is not the main thing on the page. */
  variant?: 'default';
  onSubmit: () => void;
  children?: ReactNode;
}) {
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onSubmit();
      }}
    >
      {children}
      {note !== undefined && <p className={classes.note}>{note}</p>}
      <Button type="submit" variant={variant} disabled={!ready} loading={busy} className={classes.submit}>
        {label}
      </Button>
    </form>
  );
}
