import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Address as AddressType, Hex } from 'viem';
import { isAddress } from 'viem';
import { decodeLog } from '../chain/logs.ts';
import { Address } from '../components/Address.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { formatCount } from '../lib/format.ts';
import classes from '../pages/Explorer.module.css';

const PAGE = 12;

type LogLike = { address: AddressType; topics: readonly Hex[]; data: Hex };

/** Events of a transaction; known ones by name, others as topics and data. */
export function LogList({ logs, layerId }: { logs: readonly LogLike[]; layerId?: string }) {
  const [shown, setShown] = useState(PAGE);
  if (logs.length === 0) return <EmptyState title="It emitted no events" />;
  return (
    <div>
      {logs.slice(0, shown).map((log, index) => {
        const decoded = decodeLog(log);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: logs of a receipt never change places
          <div key={index} className={classes.log}>
            <div className={classes.logHead}>
              <span className={classes.dim}>{index}</span>
              <span className={classes.logName}>{decoded?.name ?? 'Unknown event'}</span>
              <Address value={log.address} layerId={layerId} />
            </div>
            <KeyValue
              items={
                decoded === null
                  ? [
                      ...log.topics.map(
                        (topic, at) =>
                          [
                            `Topic ${at}`,
                            <span key={topic} className="tp-mono">
                              {topic}
                            </span>,
                          ] as const,
                      ),
                      [
                        'Data',
                        <span key="d" className="tp-mono">
                          {log.data}
                        </span>,
                      ],
                    ]
                  : decoded.args.map(
                      ([name, value]) =>
                        [
                          name,
                          isAddress(value) ? (
                            <Address key={name} value={value} layerId={layerId} />
                          ) : (
                            <span key={name} className="tp-mono">
                              {value}
                            </span>
                          ),
                        ] as const,
                    )
              }
            />
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
