import { Collapse } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Disclosure.module.css';

/** A title that unfolds what is below it. */
export function Disclosure({
  title,
  open,
  onToggle,
  children,
}: {
  title: string;
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <>
      <button type="button" className={classes.toggle} aria-expanded={open} onClick={onToggle}>
        <IconChevronDown size={16} stroke={1.8} data-open={open || undefined} aria-hidden="true" />
        {title}
      </button>
      <Collapse expanded={open}>{children}</Collapse>
    </>
  );
}
