import { Link } from '@tanstack/react-router';
import classes from './LaunchSteps.module.css';

const STEPS = [
  { step: 'template', label: 'Template' },
  { step: 'settings', label: 'Settings' },
  { step: 'review', label: 'Review' },
] as const;

/** Where the wizard stands; earlier steps are links back. */
export function LaunchSteps({
  active,
  reachable,
  valid,
}: {
  active: (typeof STEPS)[number]['step'];
  /** A template is chosen. */
  reachable: boolean;
  /** The settings hold, so that the review may be opened. */
  valid: boolean;
}) {
  return (
    <nav aria-label="Steps of the launch">
      <ol className={classes.list}>
        {STEPS.map(({ step, label }, index) => {
          const open = step === 'template' || (reachable && (step === 'settings' || valid));
          const content = (
            <>
              <span className={classes.number}>{index + 1}</span>
              {label}
            </>
          );
          return (
            <li key={step} className={classes.item}>
              {open ? (
                <Link
                  to="/launch"
                  search={{ step }}
                  className={classes.step}
                  aria-current={step === active ? 'step' : undefined}
                  data-active={step === active || undefined}
                >
                  {content}
                </Link>
              ) : (
                <span className={classes.step} data-closed>
                  {content}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
