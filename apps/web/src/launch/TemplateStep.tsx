import { IconChevronRight } from '@tabler/icons-react';
import { TEMPLATES, type Template, type TemplateName } from './draft.ts';
import classes from './TemplateStep.module.css';

/** One row per template; choosing one fills the settings with its defaults. */
export function TemplateStep({
  chosen,
  onChoose,
}: {
  chosen: TemplateName | null;
  onChoose: (template: Template) => void;
}) {
  return (
    <ul className={classes.list}>
      {TEMPLATES.map((template) => (
        <li key={template.name}>
          <button type="button" className={classes.row} onClick={() => onChoose(template)}>
            <Picture name={template.name} />
            <span className={classes.text}>
              <span className={classes.title}>
                {template.title}
                {chosen === template.name && <span className={classes.draft}>your draft</span>}
              </span>
              <span className={classes.about}>{template.text}</span>
            </span>
            <span className={classes.facts}>
              {template.sets.blockTime} s blocks
              <br />
              {template.sets.gasless ? 'gasless' : 'EIP-1559 fees'}
              <br />
              {template.sets.freeTrial ? 'ends after 2 h' : 'no end'}
            </span>
            <IconChevronRight size={18} stroke={1.6} aria-hidden="true" className={classes.arrow} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Strata that tell the templates apart: how many layers, how dense, how far down. */
function Picture({ name }: { name: TemplateName }) {
  const layers: Record<TemplateName, number[]> = {
    'nft-mint': [2, 2, 2, 2, 2, 2],
    'game-round': [2, 4, 2, 4, 2],
    'test-chain': [3, 3, 3],
    persistent: [2, 4, 6, 9],
  };
  let y = 4;
  return (
    <svg width="56" height="44" viewBox="0 0 56 44" aria-hidden="true" className={classes.picture}>
      {layers[name].map((height, index) => {
        const top = y;
        y += height + 3.5;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed drawing
            key={index}
            x="4"
            y={top}
            width="48"
            height={height}
            rx={height / 2}
            data-depth={Math.min(3, Math.floor((index / layers[name].length) * 4))}
          />
        );
      })}
    </svg>
  );
}
