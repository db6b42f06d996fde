import type { z } from 'zod';
import type { RpcContext, RpcSession } from './context.ts';
import { invalidParams } from './errors.ts';
import type { MethodDoc } from './method-doc.ts';

/** Output types of a parameter list. */
type Values<Params extends readonly z.ZodType[]> = { [Index in keyof Params]: z.infer<Params[Index]> };

export type MethodSpec<Params extends readonly z.ZodType[]> = {
  name: string;
  doc: MethodDoc;
  /** One schema per position. Trailing ones that accept `undefined` are optional; null counts as left out. */
  params: Params;
  /** `write` calls of one batch run side by side; a `read` waits for the writes before it. Default `read`. */
  kind?: 'read' | 'write';
  /** `admin` needs the node's token. Default `public`. */
  access?: 'public' | 'admin';
  /** What the method gives back is turned into JSON as it stands; `undefined` becomes null. */
  handle(context: RpcContext, ...values: Values<Params>): unknown;
};

export type SessionMethodSpec<Params extends readonly z.ZodType[]> = Omit<MethodSpec<Params>, 'handle'> & {
  handle(context: RpcContext, session: RpcSession, ...values: Values<Params>): unknown;
};

/** A method with its parameters checked inside. */
export type RpcMethod = {
  name: string;
  doc: MethodDoc;
  /** Per parameter, whether it may be left out. */
  optional: readonly boolean[];
  kind: 'read' | 'write';
  access: 'public' | 'admin';
  /** True when it needs a WebSocket connection. */
  needsSession: boolean;
  invoke(context: RpcContext, session: RpcSession | null, params: unknown): unknown;
};

export function defineMethod<const Params extends readonly z.ZodType[]>(spec: MethodSpec<Params>): RpcMethod {
  const read = parameterReader(spec.params);
  return {
    name: spec.name,
    doc: spec.doc,
    optional: spec.params.map(mayBeLeftOut),
    kind: spec.kind ?? 'read',
    access: spec.access ?? 'public',
    needsSession: false,
    invoke: (context, _session, params) => spec.handle(context, ...(read(params) as Values<Params>)),
  };
}

export function defineSessionMethod<const Params extends readonly z.ZodType[]>(
  spec: SessionMethodSpec<Params>,
): RpcMethod {
  const read = parameterReader(spec.params);
  return {
    name: spec.name,
    doc: spec.doc,
    optional: spec.params.map(mayBeLeftOut),
    kind: spec.kind ?? 'read',
    access: spec.access ?? 'public',
    needsSession: true,
    invoke: (context, session, params) => spec.handle(context, session!, ...(read(params) as Values<Params>)),
  };
}

function mayBeLeftOut(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success;
}

/** @throws RpcError -32602 in go-ethereum's words, naming the argument and the field inside it. */
function parameterReader(schemas: readonly z.ZodType[]): (params: unknown) => unknown[] {
  const required = schemas.findLastIndex((schema) => !mayBeLeftOut(schema)) + 1;
  return (params) => {
    if (params !== undefined && params !== null && !Array.isArray(params)) throw invalidParams('non-array args');
    const given: unknown[] = params ?? [];
    if (given.length > schemas.length) {
      throw invalidParams(`too many arguments, want at most ${schemas.length}`);
    }
    return schemas.map((schema, index) => {
      const value = given[index] ?? undefined;
      if (value === undefined && index < required) throw invalidParams(`missing value for required argument ${index}`);
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      const path = issue?.path.length ? `${issue.path.join('.')}: ` : '';
      throw invalidParams(`invalid argument ${index}: ${path}${issue?.message ?? 'invalid value'}`);
    });
  };
}
