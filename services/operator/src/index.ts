export { EchoDuty, echoDuty } from './duties/echo/echo-duty.ts';
export { VitalError } from './duties/vital/errors.ts';
export { NodeClient } from './duties/vital/node-client.ts';
export { readRollupFacts } from './duties/vital/rollup-facts.ts';
export { StvfThread } from './duties/vital/stvf.ts';
export { verifyBlocks } from './duties/vital/verify-blocks.ts';
export { type VitalOptions, vitalDuty } from './duties/vital/vital-duty.ts';
export type { Duty, DutyContext, DutyModule, SignedAnswer, SigningMeta } from './duty.ts';
export { OperatorError } from './errors.ts';
export { OperatorHost, type OperatorHostDeps } from './operator-host.ts';
export {
  DEFAULT_METRICS_PORT,
  DEFAULT_NODE_API_PORT,
  nodeUrlOf,
  type OperatorHostOptions,
  type OperatorHostOptionsInput,
  operatorHostOptions,
} from './options.ts';
export type { PartStatus } from './status.ts';
