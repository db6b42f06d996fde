import { Link } from '@tanstack/react-router';
import { Notice } from '../components/Notice.tsx';
import classes from '../packs/Packs.module.css';

/** Says above other things that a pack of the layer is disputed right now. */
export function ContestedNotice({ id, pack }: { id: string; pack: number }) {
  return (
    <div className={classes.notice}>
      <Notice
        tone="warn"
        title={`Pack ${pack} is disputed`}
        action={
          <Link to="/layers/$id/disputes" params={{ id }} className="tp-link">
            Watch the dispute
          </Link>
        }
      >
        It and the packs after it become final when every challenge of it has failed. The layer goes on meanwhile.
      </Notice>
    </div>
  );
}
