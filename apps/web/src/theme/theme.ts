import { Button, type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent; it marks actions and nothing else. */
const ember: MantineColorsTuple = [
  '#fff1ea',
  '#ffe0d1',
  '#ffc0a3',
  '#ff9d72',
  '#ff8450',
  '#ff7a3d',
  '#e0521a',
  '#bf3f0c',
  '#9c340c',
  '#7c2b0d',
];

const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f4f2ee',
  '#eae6e0',
  '#dcd7cf',
  '#c5beb3',
  '#9d958a',
  '#6f685f',
  '#4f4943',
  '#332f2b',
  '#1d1b19',
];

const dark: MantineColorsTuple = [
  '#ece8e2',
  '#cdc7be',
  '#a9a298',
  '#857e75',
  '#4b4641',
  '#3a3632',
  '#2b2825',
  '#1d1b19',
  '#161513',
  '#100f0e',
];

export const theme = createTheme({
  primaryColor: 'ember',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  colors: { ember, gray, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono', ui-monospace, 'SF Mono', Menlo, monospace",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '600' },
  defaultRadius: 'sm',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      // autoContrast looks at the light scheme's shade only; ember needs dark text in the dark one.
      vars: (_, props) => ({
        root:
          props.color === undefined && (props.variant === undefined || props.variant === 'filled')
            ? { '--button-color': 'var(--tp-on-ember)' }
            : {},
      }),
    }),
    Tooltip: { defaultProps: { openDelay: 250, withArrow: false, transitionProps: { duration: 120 } } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 150 },
        radius: 'md',
        overlayProps: { backgroundOpacity: 0.5 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Menu: { defaultProps: { transitionProps: { duration: 120 }, radius: 'md', shadow: 'md' } },
    Popover: { defaultProps: { transitionProps: { duration: 120 } } },
    Collapse: { defaultProps: { transitionDuration: 150 } },
  },
});

/** Maps our tokens (theme/tokens.css) onto the names that Mantine's components read. */
export const resolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--tp-bg)',
    '--mantine-color-text': 'var(--tp-text)',
    '--mantine-color-dimmed': 'var(--tp-dim)',
    '--mantine-color-placeholder': 'var(--tp-faint)',
    '--mantine-color-anchor': 'var(--tp-link)',
    '--mantine-color-default': 'var(--tp-surface)',
    '--mantine-color-default-hover': 'var(--tp-hover)',
    '--mantine-color-default-color': 'var(--tp-text)',
    '--mantine-color-default-border': 'var(--tp-border-strong)',
    '--mantine-color-error': 'var(--tp-bad)',
  };
  return { variables: {}, light: shared, dark: shared };
};
