import classes from './DevTag.module.css';

/** Marks what is known to everybody or worth nothing: dev accounts, keys of the page, tokens that anybody mints. */
export function DevTag({ short = false }: { short?: boolean }) {
  return <span className={classes.tag}>{short ? 'DEV' : 'DEV ONLY'}</span>;
}
