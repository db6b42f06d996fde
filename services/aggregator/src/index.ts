export type {
  AdapterContext,
  AvsAdapter,
  SubmissionRequest,
  SubmissionResult,
} from './adapters/adapter.ts';
export { EchoAdapter, type EchoAdapterOptions } from './adapters/echo/echo-adapter.ts';
export { VitalAdapter, type VitalAdapterOptions } from './adapters/vital/vital-adapter.ts';
export { Aggregator } from './aggregator.ts';
export { AggregatorError, Refusal } from './errors.ts';
export type { AggregatorDeps, AggregatorOptions } from './options.ts';
