import type { Clock, Logger } from '@tephra/core';
import type { Bls } from '@tephra/crypto';
import type { AvsAdapter } from '../adapters/adapter.ts';
import type { AggregatorMetrics } from '../metrics.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import { certificateOf, type TaskStore } from '../store/task-store.ts';
import { buildCertificate } from './build-certificate.ts';
import type { KeyCache } from './key-cache.ts';
import type { OpenTask, TaskBook } from './task-book.ts';

export type CertifierDeps = {
  adapter: AvsAdapter;
  book: TaskBook;
  store: TaskStore;
  evidence: EvidenceStore;
  bls: Bls;
  keys: KeyCache;
  clock: Clock;
  logger: Logger;
  metrics: AggregatorMetrics;
  /** Called after a certificate was written. */
  onCertificate: () => void;
};

/** Makes the certificate of a task once its thresholds are reached; of several replicas, one succeeds. */
export class Certifier {
  readonly #deps: CertifierDeps;

  constructor(deps: CertifierDeps) {
    this.#deps = deps;
  }

  async certifyIfReached(open: OpenTask): Promise<void> {
    const { adapter, book, store, evidence, bls, keys, clock, logger, metrics } = this.#deps;
    const leading = book.leading(open);
    if (open.certificate !== null || open.state !== 'open' || !leading?.reached) return;
    const now = new Date(clock.now());
    const certificate = buildCertificate(
      { task: open.task, set: open.set, leading, responses: open.responses.values(), createdAt: now.getTime() },
      { bls, keyOf: (operatorId) => keys.of(open.set.get(operatorId)!) },
    );
    if (!(await store.certify(open.number, certificate, now))) {
      await book.refresh([open]);
      return;
    }
    open.certificate = certificate;
    open.certifiedAt = now;
    open.state = 'certified';
    metrics.certificates.inc({ avs: adapter.name });
    metrics.certification.observe({ avs: adapter.name }, (now.getTime() - open.createdAt.getTime()) / 1_000);
    logger.info(
      {
        avs: adapter.name,
        taskId: open.task.taskId,
        signed: leading.percentages,
        missing: certificate.nonSignerIds.length,
      },
      'certified',
    );
    book.events.emit('certificate', certificateOf(open)!);
    const minority = [...open.responses.values()].filter(
      (response) =>
        response.digest !== certificate.digest && adapter.isRight?.(open.task, response.response) === undefined,
    );
    const kept = await evidence.add(open, 'wrong', minority);
    if (kept > 0) metrics.evidence.inc({ avs: adapter.name, kind: 'wrong' }, kept);
    this.#deps.onCertificate();
  }
}
