import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { usePlatform } from '../lib/queries.ts';
import classes from './AppShell.module.css';
import { Logo } from './Logo.tsx';
import { SchemeToggle } from './SchemeToggle.tsx';
import { SearchDialog } from './SearchDialog.tsx';
import { TokenForm } from './TokenForm.tsx';
import { WalletMenu } from './WalletMenu.tsx';

const PAGES = [
  { to: '/', label: 'Overview' },
  { to: '/launch', label: 'Launch' },
  { to: '/layers', label: 'Layers' },
] as const;

export function AppShell() {
  const [searching, setSearching] = useState(false);
  const { error } = usePlatform();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setSearching((open) => !open);
      }
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
                activeOptions={{ exact: page.to !== '/layers', includeSearch: false }}
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
              aria-keyshortcuts="Meta+K Control+K"
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
      <SearchDialog opened={searching} onClose={() => setSearching(false)} />
    </>
  );
}
