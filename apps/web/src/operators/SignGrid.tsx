import type { AvsTask } from '@tephra/api';
import { formatAbsolute } from '../lib/format.ts';
import { OperatorLink } from './OperatorLink.tsx';
import { type Mark, markOf, performanceOf, performanceText } from './performance.ts';
import classes from './SignGrid.module.css';
import { taskTitle } from './taskTitle.ts';

const WORDS: Record<Mark, string> = {
  signed: 'signed',
  missed: 'missed',
  wrong: 'signed a wrong answer',
  waiting: 'not signed yet',
  none: 'not asked',
};
const SIGNS: Record<Mark, string> = { signed: '', missed: '', wrong: '×', waiting: '', none: '' };

/** One line an operator, one cell a task, the newest on the right. Each state has a form of its own beside its colour. */
export function SignGrid({ tasks, operators }: { tasks: readonly AvsTask[]; operators: readonly string[] }) {
  const shown = [...tasks].reverse();
  return (
    <div className={classes.root}>
      <ul className={classes.rows}>
        {operators.map((operator) => (
          <li key={operator} className={classes.row}>
            <span className={classes.name}>
              <OperatorLink address={operator} copy={false} />
            </span>
            <SignCells tasks={shown} operator={operator} />
            <span className={classes.sum}>{performanceText(performanceOf(tasks, operator))}</span>
          </li>
        ))}
      </ul>
      <Legend />
    </div>
  );
}

/** The cells of one operator; `tasks` oldest first. */
export function SignCells({ tasks, operator }: { tasks: readonly AvsTask[]; operator: string }) {
  return (
    <span className={classes.cells} role="img" aria-label={performanceText(performanceOf(tasks, operator))}>
      {tasks.map((task) => {
        const mark = markOf(task, operator);
        return (
          <span
            key={task.taskId}
            className={classes.cell}
            data-mark={mark}
            title={`${taskTitle(task.taskId)}, ${formatAbsolute(Date.parse(task.createdAt))}: ${WORDS[mark]}`}
          >
            {SIGNS[mark]}
          </span>
        );
      })}
    </span>
  );
}

function Legend() {
  return (
    <p className={classes.legend} aria-hidden="true">
      {(['signed', 'missed', 'wrong', 'waiting'] as const).map((mark) => (
        <span key={mark} className={classes.key}>
          <span className={classes.cell} data-mark={mark}>
            {SIGNS[mark]}
          </span>
          {WORDS[mark]}
        </span>
      ))}
    </p>
  );
}
