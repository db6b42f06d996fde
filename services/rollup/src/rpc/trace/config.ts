import { z } from 'zod';

/** Go's durations, as far as clients send them: "5s", "300ms", "1m". */
const goDuration = z.string().transform((text, context): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (match === null) {
    context.addIssue({ code: 'custom', message: `time: invalid duration ${JSON.stringify(text.slice(0, 32))}` });
    return z.NEVER;
  }
  return Number(match[1]) * { ms: 1, s: 1_000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
});

const flag = z.boolean().nullish();

/** Last parameter of the debug_trace methods, as go-ethereum takes it; unknown fields are ignored. */
export const traceConfig = z.object({
  tracer: z.string().nullish(),
  tracerConfig: z
    .object({
      onlyTopCall: flag,
      withLog: flag,
      diffMode: flag,
      disableCode: flag,
      disableStorage: flag,
    })
    .nullish(),
  timeout: goDuration.nullish(),
  disableStack: flag,
  disableStorage: flag,
  disableMemory: flag,
  enableMemory: flag,
  enableReturnData: flag,
  limit: z.number().int().min(0).nullish(),
});
export type TraceConfig = z.infer<typeof traceConfig>;
