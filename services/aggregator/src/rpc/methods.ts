import { createHash, timingSafeEqual } from 'node:crypto';
import {
  createTaskParams,
  getCertificateParams,
  initOperatorParams,
  signedTaskResponseParams,
  violationsOf,
} from '@tephra/api';
import type { z } from 'zod';
import type { AvsDesk } from '../avs-desk.ts';
import { Refusal } from '../errors.ts';
import type { Views } from '../views.ts';

/** Who calls: address of the connection, and the token it brought. */
export type Caller = { address: string; token: string | undefined };

export type RpcMethods = ReadonlyMap<string, (parameters: unknown, caller: Caller) => Promise<unknown>>;

/** The methods of `/aggregator`; parameters come as one object, or as a list with that object alone. */
export function rpcMethods(
  options: { taskToken: string | null },
  deps: { desks: ReadonlyMap<string, AvsDesk>; views: Views },
): RpcMethods {
  const { desks, views } = deps;
  const deskOf = (avs: string): AvsDesk => {
    const desk = desks.get(avs);
    if (desk) return desk;
    throw new Refusal('UNKNOWN_AVS', `this aggregator serves no AVS ${avs}`, {
      hint: `It serves ${[...desks.keys()].join(', ') || 'none'}.`,
    });
  };
  return new Map<string, (parameters: unknown, caller: Caller) => Promise<unknown>>([
    [
      'aggregator_initOperator',
      async (parameters) => {
        const { avs, operatorId } = parse(initOperatorParams, parameters);
        return await deskOf(avs).intake.session(operatorId);
      },
    ],
    [
      'aggregator_processSignedTaskResponse',
      async (parameters, caller) => {
        const input = parse(signedTaskResponseParams, parameters);
        return await deskOf(input.avs).intake.process(input, caller.address);
      },
    ],
    [
      'aggregator_createTask',
      async (parameters, caller) => {
        if (options.taskToken === null || !sameToken(caller.token, options.taskToken)) {
          throw new Refusal('UNAUTHENTICATED', 'creating tasks needs the token of the platform', {
            hint: 'Send the header Authorization: Bearer <token>.',
          });
        }
        const task = parse(createTaskParams, parameters);
        return await deskOf(task.avs).createTask(task);
      },
    ],
    [
      'aggregator_getCertificate',
      async (parameters) => {
        const { avs, taskId } = parse(getCertificateParams, parameters);
        deskOf(avs);
        return await views.certificate(avs, taskId);
      },
    ],
  ]);
}

/** @throws Refusal MALFORMED naming every violated field */
export function parse<T extends z.ZodType>(schema: T, parameters: unknown): z.output<T> {
  const value = Array.isArray(parameters) && parameters.length === 1 ? parameters[0] : parameters;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const words = violationsOf(result.error).map(({ path, message }) => `${path || 'parameters'} ${message}`);
  throw new Refusal('MALFORMED', words.join('; ').slice(0, 500));
}

/** Compares hashes, so that neither time nor length tells anything of the token. */
function sameToken(given: string | undefined, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(hash(given), hash(expected));
}
