export type { DriverEvents, NodeSpec, NodeState, NodeTarget, RollupDriver } from './driver/driver.ts';
export type { NodeConfig } from './driver/node-config.ts';
export { ProcessDriver, type ProcessDriverOptions } from './driver/process-driver.ts';
export type { NodeCommand } from './driver/spawn-node.ts';
export { Launchpad, LaunchpadStartError } from './launchpad.ts';
export {
  OperatorSupervisor,
  type OperatorSupervisorOptions,
  type SupervisedOperator,
} from './operators/operator-supervisor.ts';
export {
  type ComputeGenesis,
  DEFAULT_LAUNCHPAD_OPTIONS,
  type L1Access,
  type LaunchpadDeps,
  type LaunchpadOptions,
  PUBLIC_L1_OPTIONS,
} from './options.ts';
