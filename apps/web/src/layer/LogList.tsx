import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Abi, Address as AddressType, Hex } from 'viem';
import { decodeEvent } from '../chain/decode.ts';
import { Address } from '../components/Address.tsx';
import { Arguments } from '../components/Arguments.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { formatCount } from '../lib/format.ts';
import classes from '../pages/Explorer.module.css';

const PAGE = 12;

type LogLike = { address: AddressType; topics: readonly Hex[]; data: Hex };

/** Events of a transaction; known ones by name, others as topics and data. */
export function LogList({
  logs,
  layerId,
  abiOf,
}: {
  logs: readonly LogLike[];
  layerId?: string;
  /** ABI of a contract, where one is known beyond the usual ones. */
  abiOf?: (address: AddressType) => Abi | undefined;
}) {
  const [shown, setShown] = useState(PAGE);
  if (logs.length === 0) return <EmptyState title="It emitted no events" />;
  return (
    <div>
      {logs.slice(0, shown).map((log, index) => {
        const decoded = decodeEvent(log, abiOf?.(log.address));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: logs of a receipt never change places
          <div key={index} className={classes.log}>
            <div className={classes.logHead}>
              <span className={classes.dim}>{index}</span>
              <span className={classes.logName} title={decoded?.signature}>
                {decoded?.name ?? 'Unknown event'}
              </span>
              <Address value={log.address} layerId={layerId} />
            </div>
            {decoded === null ? <RawLog log={log} /> : <Arguments args={decoded.args} layerId={layerId} />}
          </div>
        );
      })}
      {shown < logs.length && (
        <Button variant="default" size="xs" mt="md" onClick={() => setShown(shown + PAGE * 5)}>
          Show more of {formatCount(logs.length)}
        </Button>
      )}
    </div>
  );
}

function RawLog({ log }: { log: LogLike }) {
  return (
    <KeyValue
      items={[
        ...log.topics.map(
          (topic, at) => [`Topic ${at}`, <Hash key={topic} value={topic} label={`topic ${at}`} full />] as const,
        ),
        ['Data', <Hash key="d" value={log.data} label="data" full />],
      ]}
    />
  );
}
