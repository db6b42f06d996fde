import { Group } from '@mantine/core';
import { LinkButton } from '../components/LinkButton.tsx';

/** To the older part of a list, and back to its newest. */
export function ListPages(props: {
  to: '/layers/$id/packs' | '/layers/$id/disputes';
  id: string;
  /** Of the part that is shown; undefined for the newest. */
  cursor: string | undefined;
  nextCursor: string | null;
}) {
  const { to, id, cursor, nextCursor } = props;
  return (
    <Group mt="md" gap="xs">
      {cursor !== undefined && (
        <LinkButton to={to} params={{ id }} search={{}} variant="default" size="xs">
          Newest
        </LinkButton>
      )}
      {nextCursor !== null && (
        <LinkButton to={to} params={{ id }} search={{ cursor: nextCursor }} variant="default" size="xs">
          Older
        </LinkButton>
      )}
    </Group>
  );
}
