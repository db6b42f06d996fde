import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { usePlatform } from '../lib/queries.ts';
import classes from './AppShell.module.css';
import { Logo } from './Logo.tsx';
import { moveByKey } from './rowKeys.ts';
import { SchemeToggle } from './SchemeToggle.tsx';
import { TokenForm } from './TokenForm.tsx';
import { WalletMenu } from './WalletMenu.tsx';

const SearchDialog = lazy(() => import('./SearchDialog.tsx').then((module) => ({ default: module.SearchDialog })));

const PAGES = [
  { to: '/', label: 'Overview' },
  { to: '/launch', label: 'Launch' },
  { to: '/layers', label: 'Layers' },
  { to: '/restake', label: 'Restake' },
  { to: '/operators', label: 'Operators' },
] as const;

export function AppShell() {
  const [searching, setSearching] = useState(false);
  // Loaded with the first search, then kept.
  const searched = useRef(false);
  searched.current ||= searching;
  const { error } = usePlatform();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setSearching((open) => !open);
        return;
      }
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, [contenteditable]');
      if (event.key === '/' && !typing) {
        event.preventDefault();
        setSearching(true);
        return;
      }
      moveByKey(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  // The ledger of a settlement is public; everything else waits for the token.
  const isPublic = useLocation({ select: ({ pathname }) => /^\/layers\/\d+\/settlement$/.test(pathname) });
  const locked = error !== null && 'code' in error && error.code === 'UNAUTHENTICATED';
  const away = error !== null && 'code' in error && error.code === 'UNREACHABLE';
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/" className={classes.brand} aria-label="Tephra, overview">
            <Logo />
            <span>Tephra</span>
          </Link>
          <nav aria-label="Main" className={classes.nav}>
            {PAGES.map((page) => (
              <Link
                key={page.to}
                to={page.to}
                className={classes.link}
                activeOptions={{ exact: page.to === '/', includeSearch: false }}
              >
                {page.label}
              </Link>
            ))}
          </nav>
          <div className={classes.tools}>
            <button
              type="button"
              className={classes.search}
              onClick={() => setSearching(true)}
              aria-keyshortcuts="Meta+K Control+K /"
            >
              <IconSearch size={16} stroke={1.7} aria-hidden="true" />
              <span className={classes.searchText}>Search</span>
              <span className={classes.kbd} aria-hidden="true">
                ⌘K
              </span>
            </button>
            <SchemeToggle />
            <WalletMenu />
          </div>
        </div>
      </header>
      {away && (
        <p role="status" className={classes.away}>
          The platform does not answer. Is <code>./tephra up</code> still running? Trying again…
        </p>
      )}
      <main id="main" className={classes.main} tabIndex={-1}>
        {locked && <TokenForm />}
        {(!locked || isPublic) && <Outlet />}
      </main>
      {(searching || searched.current) && (
        <Suspense fallback={null}>
          <SearchDialog opened={searching} onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </>
  );
}
