import type { NodeTarget } from '../../driver/driver.ts';
import { StepError } from '../../errors.ts';
import type { Layer } from '../../store/layer-store.ts';
import type { LifecycleContext, StepOperation, StepRun } from '../context.ts';
import { nodeSpec } from '../node-spec.ts';

const LOG_LINES = 5;

/** Starts the layer's node and waits until it tells its port. */
export const node: StepOperation = async (layer, context, run) => {
  // Whoever retries does not want to wait for the next seldom try of a crash loop.
  if (context.deps.driver.state(layer.id) === 'crash-looping') context.deps.driver.kick(layer.id);
  await runningNode(layer, context, run);
  await run.log('info', 'The node is up.');
};

/**
 * Makes the node run and gives its address.
 * @throws StepError NODE_CRASH_LOOP, NODE_DID_NOT_START with the node's last lines.
 */
export async function runningNode(
  layer: Layer,
  context: LifecycleContext,
  run: Pick<StepRun, 'signal'>,
): Promise<NodeTarget> {
  const { driver, clock } = context.deps;
  await driver.launch(await nodeSpec(layer, context));
  const deadline = clock.now() + context.options.nodeStartTimeoutMs;
  for (;;) {
    const target = driver.target(layer.id);
    if (target) return target;
    const looping = driver.state(layer.id) === 'crash-looping';
    if (looping || clock.now() > deadline) {
      const lines = (await driver.tail(layer.id, LOG_LINES)).join('\n');
      throw new StepError(
        looping ? 'NODE_CRASH_LOOP' : 'NODE_DID_NOT_START',
        `${looping ? 'the node ends again and again' : 'the node did not get ready'}: ${lines || 'it wrote nothing'}`,
        { hint: 'Read its log, correct the cause and retry from here.' },
      );
    }
    await clock.sleep(15, run.signal);
  }
}
