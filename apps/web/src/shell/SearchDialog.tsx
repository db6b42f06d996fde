import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import { layersQuery } from '../lib/queries.ts';
import { localHits, remoteHits, type SearchHit } from '../lib/search.ts';
import classes from './SearchDialog.module.css';

/** ⌘K: pages, layers, and anything with a hash, number or address on the living layers. */
export function SearchDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      yOffset="10vh"
      size={600}
      attributes={{ content: { 'aria-label': 'Search' } }}
    >
      {opened && <SearchBox onClose={onClose} />}
    </Modal>
  );
}

function SearchBox({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const id = useId();
  const { data: layers = [] } = useQuery(layersQuery);
  const remote = useQuery({
    queryKey: ['search', text.trim(), layers.map((layer) => `${layer.id}${layer.status}`).join()],
    queryFn: () => remoteHits(text, layers),
    staleTime: 2_000,
  });
  const hits = [...localHits(text, layers), ...(remote.data ?? [])];
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query starts at its first hit
  useEffect(() => setActive(0), [text]);
  const open = (hit: SearchHit | undefined) => {
    if (hit === undefined) return;
    onClose();
    void navigate({ to: hit.to });
  };
  return (
    <div>
      <input
        className={classes.input}
        role="combobox"
        aria-label="Search layers, blocks, transactions, addresses and pages"
        aria-expanded={hits.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={hits.length > 0 ? `${id}-${active}` : undefined}
        aria-autocomplete="list"
        placeholder="Layer, block number, hash, address or page"
        value={text}
        data-autofocus
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            setActive((index) => Math.min(index + 1, hits.length - 1));
          } else if (event.key === 'ArrowUp') {
            event.preventDefault();
            setActive((index) => Math.max(index - 1, 0));
          } else if (event.key === 'Enter') open(hits[active]);
        }}
      />
      <div role="listbox" id={`${id}-list`} aria-label="Results" className={classes.list}>
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard acts through the combobox above
          // biome-ignore lint/a11y/useFocusableInteractive: options of a combobox are not focused themselves
          <div
            key={`${hit.kind}${hit.to}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={classes.option}
            onMouseEnter={() => setActive(index)}
            onClick={() => open(hit)}
          >
            <span className={classes.kind}>{hit.kind}</span>
            <span className={classes.title}>{hit.title}</span>
            {hit.note !== undefined && <span className={classes.note}>{hit.note}</span>}
          </div>
        ))}
      </div>
      {hits.length === 0 && (
        <p className={classes.none} role="status">
          {remote.isFetching
            ? 'Looking on the living layers…'
            : 'Nothing found. Try a layer name, a block number, a hash or an address.'}
        </p>
      )}
    </div>
  );
}
