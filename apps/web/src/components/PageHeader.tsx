import type { ReactNode } from 'react';
import { useEffect } from 'react';
import classes from './PageHeader.module.css';

/** Title of a page (also of the browser's tab), what it is about, and its actions. */
export function PageHeader({
  title,
  documentTitle,
  children,
  actions,
}: {
  title: ReactNode;
  documentTitle: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  useDocumentTitle(documentTitle);
  return (
    <div className={classes.root}>
      <div className={classes.text}>
        <h1 className={classes.title}>{title}</h1>
        {children !== undefined && <div className={classes.sub}>{children}</div>}
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tephra`;
  }, [title]);
}
