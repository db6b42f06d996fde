import { formatCount, shortHex } from '../lib/format.ts';
import classes from './Disputes.module.css';
import { leavesOf, type Round, type Standing } from './replay.ts';
import { placeText } from './words.ts';

/** The way down both trees: one stratum a round, the chosen part marked, thinner with every round. */
export function TreeWalk({
  standing,
  current,
  onMove,
}: {
  standing: Standing;
  /** The move that is shown. */
  current: number;
  onMove: (move: number) => void;
}) {
  return (
    <div className={classes.trees}>
      {standing.walks.map((walk) => (
        <div key={walk.level}>
          <h3 className={classes.treeTitle}>
            {walk.level === 0
              ? 'Between segments of the claim'
              : `Between steps of segment ${formatCount(walk.segment ?? 0)}`}
          </h3>
          {walk.rounds.length === 0 ? (
            <p className={classes.dim}>
              {walk.level === 0 ? '65,536' : '134,217,728'} states, committed to by one hash. Not opened yet.
            </p>
          ) : (
            <ol
              className={classes.rounds}
              aria-label={walk.level === 0 ? 'Walk through segments' : 'Walk through steps'}
            >
              {walk.rounds.map((round) => (
                <Stratum key={round.revealed} round={round} current={current} onMove={onMove} />
              ))}
            </ol>
          )}
        </div>
      ))}
      <p className={classes.now}>
        Contested: <strong>{placeText(standing.contested)}</strong>
        {standing.contested.height === 0 && ', the state after it'}
      </p>
    </div>
  );
}

function Stratum({ round, current, onMove }: { round: Round; current: number; onMove: (move: number) => void }) {
  const { node, nodes, picked } = round;
  const shown = round.chosen ?? round.revealed;
  const height = node.height - Math.log2(nodes.length);
  const words =
    picked === null
      ? `${placeText(node)}: opened, the challenger thinks`
      : `${placeText(node)}: disagrees from ${placeText({ level: node.level, height, position: node.position * nodes.length + picked })} on`;
  return (
    <li>
      <button
        type="button"
        className={classes.round}
        aria-label={words}
        aria-current={current === round.revealed || current === round.chosen ? 'step' : undefined}
        onClick={() => onMove(shown)}
      >
        <span className={classes.range} aria-hidden="true">
          {placeText(node)}
        </span>
        <span className={classes.cells} aria-hidden="true">
          {nodes.map((hash, index) => {
            const state = picked === null ? 'open' : index < picked ? 'agreed' : index === picked ? 'picked' : 'later';
            const { first, last } = leavesOf({
              level: node.level,
              height,
              position: node.position * nodes.length + index,
            });
            return (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: parts of a node never change places, and equal ones are common
                key={index}
                className={classes.cell}
                data-state={state}
                title={`${formatCount(first)} – ${formatCount(last)}: ${shortHex(hash, 10, 6)}`}
              />
            );
          })}
        </span>
      </button>
    </li>
  );
}
