import { EmptyState } from '../components/EmptyState.tsx';
import { LinkButton } from '../components/LinkButton.tsx';

export function NotFoundPage() {
  return (
    <EmptyState
      title="There is no such page"
      action={
        <LinkButton to="/" variant="default">
          Go to the overview
        </LinkButton>
      }
    >
      The address may be mistyped, or it belongs to another version. Search with <kbd>Ctrl K</kbd> or <kbd>⌘K</kbd>.
    </EmptyState>
  );
}
