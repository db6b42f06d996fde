import type { Metrics } from '@tephra/core';

/** What the aggregator counts. */
export function aggregatorMetrics(metrics: Metrics) {
  return {
    responses: metrics.counter({
      name: 'aggregator_responses_total',
      help: 'Answers of operators, by AVS and what became of them (accepted, or the code of the refusal).',
      labels: ['avs', 'result'],
    }),
    batch: metrics.histogram({
      name: 'aggregator_batch_signatures',
      help: 'Signatures that were verified at once.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    }),
    verification: metrics.histogram({
      name: 'aggregator_verification_seconds',
      help: 'Time to verify one batch of signatures.',
      buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1],
    }),
    certificates: metrics.counter({
      name: 'aggregator_certificates_total',
      help: 'Certificates, by AVS.',
      labels: ['avs'],
    }),
    certification: metrics.histogram({
      name: 'aggregator_certification_seconds',
      help: 'Time from a task to its certificate, by AVS.',
      labels: ['avs'],
      buckets: [0.1, 0.3, 1, 3, 10, 30, 100, 300],
    }),
    submissions: metrics.counter({
      name: 'aggregator_submissions_total',
      help: 'Attempts to bring certificates to the L1, by AVS and outcome.',
      labels: ['avs', 'outcome'],
    }),
    tasks: metrics.counter({
      name: 'aggregator_tasks_total',
      help: 'Tasks, by AVS and event (opened, expired, refused).',
      labels: ['avs', 'event'],
    }),
    openTasks: metrics.gauge({
      name: 'aggregator_open_tasks',
      help: 'Tasks that take answers, by AVS.',
      labels: ['avs'],
    }),
    evidence: metrics.counter({
      name: 'aggregator_evidence_total',
      help: 'Signed statements kept as evidence, by AVS and kind.',
      labels: ['avs', 'kind'],
    }),
    connections: metrics.gauge({
      name: 'aggregator_websocket_connections',
      help: 'Open WebSocket connections.',
    }),
  };
}

export type AggregatorMetrics = ReturnType<typeof aggregatorMetrics>;
