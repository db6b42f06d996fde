import type { Service, TypedEmitter } from '@tephra/core';
import type { NodeConfig } from './node-config.ts';

/** One layer's node as a driver runs it. */
export type NodeSpec = {
  /** Id of the layer. */
  id: number;
  name: string;
  /** The node's own folder; exists. */
  dir: string;
  config: NodeConfig;
};

/**
 * stopped: not wanted. starting: spawned, no port yet. running: told its port. restarting: ended by itself and waits for
 * its next start. crash-looping: the same, too often in a short time; starts are tried more seldom.
 */
export type NodeState = 'stopped' | 'starting' | 'running' | 'restarting' | 'crash-looping';

export type NodeTarget = { host: string; port: number };

export type DriverEvents = {
  /** `reason` says why the node ended, when it did. */
  state: [id: number, state: NodeState, reason: string | undefined];
  /** One line of a node's output. */
  line: [id: number, line: string];
};

/** Runs nodes somewhere: child processes on this machine, or workloads of a cluster. */
export interface RollupDriver extends Service {
  readonly events: TypedEmitter<DriverEvents>;
  /** Makes the node run, and keeps it running until {@link halt}; a running one is left alone. */
  launch(spec: NodeSpec): Promise<void>;
  /** Says that a launch is coming, so that what can be done before it is. */
  prepare(): void;
  /** Stops the node and waits until it is gone; harmless for one that doesn't run. */
  halt(id: number): Promise<void>;
  /** Starts a crash-looping or waiting node at once. */
  kick(id: number): void;
  state(id: number): NodeState;
  /** Starts after the first. */
  restarts(id: number): number;
  /** Where its JSON-RPC answers; undefined unless running. */
  target(id: number): NodeTarget | undefined;
  /** Last lines of output, oldest first. */
  tail(id: number, lines: number): Promise<string[]>;
  /** Forgets output and state of a node that is gone for ever. */
  forget(id: number): Promise<void>;
}
