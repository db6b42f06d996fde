import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type MetricOptions<Label extends string> = { name: string; help: string; labels?: readonly Label[] };

/**
 * Prometheus metrics of one process part. Names get a prefix, `tephra_` unless a specification of others asks for its own, and
 * carry their unit (`_seconds`, `_bytes`, `_total`). Asking twice for a name returns the same metric.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #prefix: string;

  constructor(options: { labels?: Record<string, string>; processMetrics?: boolean; prefix?: string } = {}) {
    this.#prefix = options.prefix ?? 'tephra_';
    if (options.labels) this.registry.setDefaultLabels(options.labels);
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    return this.#once(options.name, (name) => new Counter({ ...this.#shape(options), name }));
  }

  /** `collect` sets the value when the metrics are read, for figures that are cheap to look up. */
  gauge<Label extends string = never>(options: MetricOptions<Label> & { collect?: () => number }): Gauge<Label> {
    const read = options.collect;
    return this.#once(
      options.name,
      (name) =>
        new Gauge({
          ...this.#shape(options),
          name,
          ...(read
            ? {
                collect() {
                  this.set(read());
                },
              }
            : {}),
        }),
    );
  }

  /** Buckets in the metric's unit, ascending. */
  histogram<Label extends string = never>(options: MetricOptions<Label> & { buckets: number[] }): Histogram<Label> {
    return this.#once(
      options.name,
      (name) => new Histogram({ ...this.#shape(options), name, buckets: options.buckets }),
    );
  }

  /** Text exposition format; serve it with {@link contentType}. */
  render(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  #shape<Label extends string>(options: MetricOptions<Label>) {
    return { help: options.help, labelNames: options.labels ?? [], registers: [this.registry] };
  }

  #once<Metric>(name: string, make: (name: string) => Metric): Metric {
    const full = `${this.#prefix}${name}`;
    const known = this.registry.getSingleMetric(full);
    return known ? (known as Metric) : make(full);
  }
}
