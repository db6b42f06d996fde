import { callRequest, rewordTimeout } from '../call.ts';
import { defineMethod } from '../method.ts';
import { blockRef, callArguments, LATEST, stateOverrides } from '../params.ts';
import { readState } from '../resolve.ts';
import { traceConfig } from '../trace/config.ts';
import { traceTimeout } from '../trace/traceBlock.ts';
import { createTracer, TraceBudget } from '../trace/tracer.ts';

export const debugTraceCall = defineMethod({
  name: 'debug_traceCall',
  doc: {
    text: 'Executes a call under a tracer; one that fails is traced as well as any other. The config may hold `stateOverrides`.',
    params: ['call: call', 'block?: block', 'config?: trace config'],
    result: 'what the tracer reports',
    errors: ['-32000 execution aborted: it took longer than `timeout`'],
  },
  params: [
    callArguments,
    blockRef.optional(),
    traceConfig.extend({ stateOverrides: stateOverrides.nullish() }).optional(),
  ],
  handle: (context, args, ref, config = {}) =>
    readState(context, ref ?? LATEST, async (view) => {
      const tracer = createTracer(config, new TraceBudget(context.limits.maxResponseLength));
      const timeoutMs = traceTimeout(context, config);
      const request = { ...callRequest(context, args, view.context), deadline: performance.now() + timeoutMs };
      const overrides = config.stateOverrides ?? undefined;
      await rewordTimeout(timeoutMs, () => context.engine.traceCall(request, view.at, overrides, tracer));
      return tracer.result();
    }),
});
