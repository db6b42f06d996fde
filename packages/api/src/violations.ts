import type { z } from 'zod';
import type { FieldViolation } from './errors.ts';

/** Zod's issues as field violations, each under its full path; an unknown key is named itself. */
export function violationsOf(error: z.ZodError): FieldViolation[] {
  const fields: FieldViolation[] = [];
  for (const issue of error.issues) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) fields.push({ path: [...path, key].join('.'), message: 'is not a known field' });
    } else {
      fields.push({ path: path.join('.'), message: issue.message });
    }
  }
  return fields;
}

export type Validation<T> = { ok: true; value: T } | { ok: false; fields: FieldViolation[] };

/** Checks a request body by the API's own schema, for forms and the CLI; nothing is thrown. */
export function validate<S extends z.ZodType>(schema: S, input: unknown): Validation<z.output<S>> {
  const result = schema.safeParse(input);
  return result.success ? { ok: true, value: result.data } : { ok: false, fields: violationsOf(result.error) };
}
