import { Modal, useMantineColorScheme } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { layersQuery, usePlatform } from '../lib/queries.ts';
import { livingLayers, localHits, readQuery, remoteHits, type SearchHit } from '../lib/search.ts';
import { matchTokens, readLayerTokens } from '../lib/tokenSearch.ts';
import { KeyDialog } from '../wallet/KeyDialog.tsx';
import classes from './SearchDialog.module.css';

/** More layers than this are not asked for their tokens at every search. */
const SEARCHED_LAYERS = 10;
const SHOWN_TOKENS = 8;

/** ⌘K: pages, layers, tokens and actions, and anything with a hash, number or address on the living layers. */
export function SearchDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [keys, setKeys] = useState(false);
  return (
    <>
      <Modal
        opened={opened}
        onClose={onClose}
        withCloseButton={false}
        padding={0}
        yOffset="10vh"
        size={600}
        attributes={{ content: { 'aria-label': 'Search' } }}
      >
        {opened && <SearchBox onClose={onClose} onKeys={() => setKeys(true)} />}
      </Modal>
      {keys && <KeyDialog onClose={() => setKeys(false)} />}
    </>
  );
}

function SearchBox({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const id = useId();
  const { data: layers = [] } = useQuery(layersQuery);
  const { data: platform } = usePlatform();
  const { toggleColorScheme } = useMantineColorScheme();
  const list = useRef<HTMLDivElement>(null);
  const living = livingLayers(layers).slice(0, SEARCHED_LAYERS);
  const remote = useQuery({
    queryKey: ['search', text.trim(), layers.map((layer) => `${layer.id}${layer.status}`).join()],
    queryFn: () => remoteHits(text, layers, platform?.l1),
    staleTime: 2_000,
  });
  const words = text.trim().length >= 2 && readQuery(text) === null;
  const tokens = useQueries({
    queries: living.map((layer) => ({
      queryKey: ['search-tokens', layer.id],
      queryFn: () => readLayerTokens(layer),
      enabled: words,
      staleTime: 20_000,
      retry: false,
    })),
  });
  const known = matchTokens(
    text,
    tokens.flatMap((each) => each.data ?? []),
  ).slice(0, SHOWN_TOKENS);
  const hits: SearchHit[] = [
    ...localHits(text, layers),
    ...known.map<SearchHit>(({ layer, address, name, symbol }) => ({
      kind: 'Token',
      title: symbol === '' || symbol === name ? name : `${name} (${symbol})`,
      note: layer.name,
      to: `/layers/${layer.id}/address/${address}`,
    })),
    ...(remote.data ?? []),
  ];
  const looking = remote.isFetching || (words && tokens.some((each) => each.isFetching));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query starts at its first hit
  useEffect(() => setActive(0), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen line stays in sight
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const open = (hit: SearchHit | undefined) => {
    if (hit === undefined) return;
    onClose();
    if (hit.act === 'scheme') toggleColorScheme();
    else if (hit.act === 'keys') onKeys();
    else void navigate({ href: hit.to });
  };
  return (
    <div>
      <input
        className={classes.input}
        role="combobox"
        aria-label="Search layers, blocks, transactions, addresses, tokens, pages and actions"
        aria-expanded={hits.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={hits.length > 0 ? `${id}-${active}` : undefined}
        aria-autocomplete="list"
        placeholder="Layer, block, hash, address, token or action"
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
      <div ref={list} role="listbox" id={`${id}-list`} aria-label="Results" className={classes.list}>
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard acts through the combobox above
          // biome-ignore lint/a11y/useFocusableInteractive: options of a combobox are not focused themselves
          <div
            key={`${hit.kind}${hit.to}${hit.title}`}
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
          {looking
            ? 'Looking on the living layers…'
            : 'Nothing found. Try a layer name, a block number, a hash or an address.'}
        </p>
      )}
      <p className={classes.keys} aria-hidden="true">
        <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> open <kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move in
        tables
      </p>
    </div>
  );
}
