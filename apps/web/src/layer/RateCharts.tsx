import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { type RatePoint, ratesOf } from '../chain/ChainFeed.ts';
import { useFeed } from '../chain/useChain.tsx';
import { formatPercent } from '../lib/format.ts';
import classes from './RateCharts.module.css';

/** Throughput and gas of the last blocks, summed by second. */
export function RateCharts() {
  const { blocks } = useFeed();
  const points = ratesOf(blocks);
  const newest = points.at(-1);
  return (
    <div className={classes.pair}>
      <Chart
        title="Transactions per second"
        value={newest === undefined ? '–' : newest.transactions.toFixed(newest.transactions < 10 ? 1 : 0)}
        points={points}
        field="transactions"
        format={(value) => `${value.toFixed(value < 10 ? 1 : 0)}/s`}
      />
      <Chart
        title="Gas used of the limit"
        value={newest === undefined ? '–' : formatPercent(newest.gasShare)}
        points={points}
        field="gasShare"
        format={formatPercent}
      />
    </div>
  );
}

function Chart({
  title,
  value,
  points,
  field,
  format,
}: {
  title: string;
  value: string;
  points: RatePoint[];
  field: 'transactions' | 'gasShare';
  format: (value: number) => string;
}) {
  const highest = Math.max(...points.map((point) => point[field]), field === 'gasShare' ? 0.01 : 1);
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span>{title}</span>
        <span className={classes.value}>{value}</span>
      </figcaption>
      <div className={classes.plot} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart accessibilityLayer={false} data={points} margin={{ top: 4, right: 0, bottom: 0, left: 0 }}>
            <CartesianGrid vertical={false} stroke="var(--tp-border)" />
            <XAxis dataKey="timestamp" hide />
            <YAxis
              domain={[0, highest]}
              ticks={[0, highest]}
              width={52}
              axisLine={false}
              tickLine={false}
              tick={{ fontSize: 11.5, fill: 'var(--tp-dim)' }}
              tickFormatter={format}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--tp-border-strong)' }}
              contentStyle={{
                background: 'var(--tp-surface)',
                border: '1px solid var(--tp-border)',
                borderRadius: 6,
                fontSize: 12.5,
              }}
              labelFormatter={(at) => new Date(Number(at) * 1_000).toLocaleTimeString('en-GB')}
              formatter={(each) => [format(Number(each)), title]}
            />
            <Area
              type="stepAfter"
              dataKey={field}
              stroke="var(--tp-t3)"
              strokeWidth={1.4}
              fill="var(--tp-t1)"
              fillOpacity={0.55}
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}
