import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';

/** Challenges by their number, each opened in its page. */
export function DisputeLinks({ id, challenges }: { id: string; challenges: readonly string[] }) {
  return challenges.map((challengeId, index) => (
    <Fragment key={challengeId}>
      {index > 0 && ', '}
      <Link to="/layers/$id/disputes/$challengeId" params={{ id, challengeId }} className="tp-link">
        challenge {challengeId}
      </Link>
    </Fragment>
  ));
}
