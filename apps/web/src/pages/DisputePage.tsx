import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError, type DisputeDetail, type GameDetail } from '@tephra/api';
import { useCallback } from 'react';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { L1Time } from '../components/L1Time.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { ChallengeStatus } from '../disputes/ChallengeStatus.tsx';
import { Clocks } from '../disputes/Clocks.tsx';
import classes from '../disputes/Disputes.module.css';
import { GameCards } from '../disputes/GameCards.tsx';
import { MoveList } from '../disputes/MoveList.tsx';
import { Player } from '../disputes/Player.tsx';
import { standingAt } from '../disputes/replay.ts';
import { StepView } from '../disputes/StepView.tsx';
import { TreeWalk } from '../disputes/TreeWalk.tsx';
import { Verdict } from '../disputes/Verdict.tsx';
import { claimText, moveText } from '../disputes/words.ts';
import { formatCount, plural } from '../lib/format.ts';
import { ApiSnippet } from '../packs/ApiSnippet.tsx';
import { disputeQuery } from '../packs/queries.ts';
import explorer from './Explorer.module.css';

const route = getRouteApi('/layers/$id/disputes/$challengeId');
const UNKNOWN = new Set(['NOT_FOUND', 'INVALID_ARGUMENT']);

/** A challenge move by move: the walk down to one step, both clocks, and what the L1 said. */
export function DisputePage() {
  const { challengeId } = route.useParams();
  const { id, layer } = useLayerChain();
  const query = useQuery(disputeQuery(id, challengeId));
  useDocumentTitle(`Challenge ${challengeId} of ${layer.name}`);
  if (query.error instanceof ApiError && UNKNOWN.has(query.error.code) && query.data === undefined) {
    return (
      <EmptyState
        title={`There is no challenge ${challengeId} about ${layer.name}`}
        action={
          <LinkButton to="/layers/$id/disputes" params={{ id }} variant="default">
            All disputes
          </LinkButton>
        }
      >
        It may be about another layer, or the L1 dropped the block that held it.
      </EmptyState>
    );
  }
  return (
    <Loaded query={query} what="The dispute" rows={10}>
      {(dispute) => <Dispute id={id} dispute={dispute} />}
    </Loaded>
  );
}

function Dispute({ id, dispute }: { id: string; dispute: DisputeDetail }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const game = dispute.games.find((each) => each.id === search.game) ?? dispute.games[0];
  return (
    <>
      <div className={explorer.head}>
        <h2 className={explorer.sentence}>
          <Address value={dispute.challenger} copy={false} /> says that {claimText(dispute)}.
        </h2>
        <ChallengeStatus challenge={dispute} />
      </div>
      <Verdict id={id} dispute={dispute} />
      <Section
        title={`Defences (${formatCount(dispute.games.length)})`}
        note="Any bonded party may defend the claim; all play at once, and the pack falls only when every defence is refuted."
      >
        {game === undefined ? (
          <EmptyState title={dispute.status === 'open' ? 'Nobody defends it yet' : 'Nobody defended it'}>
            {dispute.status === 'open' ? (
              <>
                Defences may enter until <L1Time at={dispute.defenceEnd} absolute />. Without one the pack falls.
              </>
            ) : (
              'So the pack fell when the time for defences was over.'
            )}
          </EmptyState>
        ) : (
          <GameCards
            games={dispute.games}
            shown={game.id}
            onChoose={(gameId) => void navigate({ search: { game: gameId }, replace: true, resetScroll: false })}
          />
        )}
      </Section>
      {game !== undefined && <Game key={game.id} game={game} />}
      <Facts id={id} dispute={dispute} />
      <ApiSnippet path={`/v1/flashlayer/${id}/disputes/${dispute.id}`} />
    </>
  );
}

/** One game: shown at its newest move until the visitor goes to another one. */
function Game({ game }: { game: GameDetail }) {
  const { move: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const last = game.moves.length - 1;
  const at = asked === undefined ? last : Math.min(asked - 1, last);
  const onMove = useCallback(
    (move: number) => void navigate({ search: { game: game.id, move: move + 1 }, replace: true, resetScroll: false }),
    [navigate, game.id],
  );
  const standing = standingAt(game, at);
  const shown = game.moves[at];
  const live = game.status === 'open' && at === last;
  const atLeaf = standing.contested.level === 1 && standing.contested.height === 0;
  return (
    <>
      <Section title={`Game ${game.id}`} actions={<Follow live={live} open={game.status === 'open'} game={game.id} />}>
        <Player at={at} moves={game.moves.length} onMove={onMove} />
        <div className={classes.columns}>
          <div>
            {shown !== undefined && (
              <p className={classes.said} aria-live="polite">
                {moveText(shown)}
                <span className={classes.saidBy}>
                  <L1Time at={shown.at} absolute /> in <L1Hash value={shown.transactionHash} />, sent by{' '}
                  <Address value={shown.from} copy={false} />, {formatCount(BigInt(shown.gasUsed))} gas
                </span>
              </p>
            )}
            {standing.clocks !== null && <Clocks clocks={standing.clocks} live={live} />}
            <TreeWalk standing={standing} current={at} onMove={onMove} />
          </div>
          <MoveList moves={game.moves} current={at} onMove={onMove} />
        </div>
      </Section>
      {atLeaf && (
        <Section title="The one step" note="What both sides disagree about, executed by the layer’s node.">
          <StepView gameId={game.id} live={game.status === 'open'} />
        </Section>
      )}
    </>
  );
}

function Follow({ live, open, game }: { live: boolean; open: boolean; game: string }) {
  const navigate = route.useNavigate();
  if (!open) return null;
  if (live) return <span className={classes.dim}>live</span>;
  return (
    <button
      type="button"
      className="tp-textbutton"
      onClick={() => void navigate({ search: { game }, replace: true, resetScroll: false })}
    >
      Follow live
    </button>
  );
}

function Facts({ id, dispute }: { id: string; dispute: DisputeDetail }) {
  const moves = dispute.games.reduce((sum, game) => sum + game.moves.length, 0);
  return (
    <Section title="The challenge">
      <KeyValue
        items={[
          [
            'About',
            <span key="a">
              <Link to="/layers/$id/packs/$index" params={{ id, index: String(dispute.packIndex) }} className="tp-link">
                pack {formatCount(dispute.packIndex)}
              </Link>
              {dispute.blockNumber !== null && (
                <>
                  ,{' '}
                  <Link to="/layers/$id/block/$n" params={{ id, n: String(dispute.blockNumber) }} className="tp-link">
                    block {formatCount(dispute.blockNumber)}
                  </Link>
                </>
              )}
            </span>,
          ],
          ['Challenger', <Address key="c" value={dispute.challenger} full />],
          [
            'Opened',
            <span key="o">
              <L1Time at={dispute.opened.at} absolute /> in <L1Hash value={dispute.opened.transactionHash} />,{' '}
              {formatCount(BigInt(dispute.openedGas))} gas
            </span>,
          ],
          ['Defences until', <L1Time key="d" at={dispute.defenceEnd} absolute />],
          ...(dispute.resolved === null
            ? []
            : ([
                [
                  'Resolved',
                  <span key="r">
                    <L1Time at={dispute.resolved.at} absolute /> in <L1Hash value={dispute.resolved.transactionHash} />
                    {dispute.resolvedGas !== null && `, ${formatCount(BigInt(dispute.resolvedGas))} gas`}
                  </span>,
                ],
              ] as const)),
          [
            'Bonds',
            <span key="b">
              <Amount value={BigInt(dispute.challengeBondWei)} unit="ETH" /> for the challenge,{' '}
              <Amount value={BigInt(dispute.defenceBondWei)} unit="ETH" /> for each defence
            </span>,
          ],
          ['Moves', plural(moves, 'move')],
          ['First state', <Hash key="i" value={dispute.initial} label="digest of the first state" full />],
          ['Claimed last state', <Hash key="l" value={dispute.claimed} label="digest of the last state" full />],
        ]}
      />
    </Section>
  );
}
