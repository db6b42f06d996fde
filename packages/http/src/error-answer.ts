import { ERROR_STATUS, type ErrorCode, type ErrorEnvelope } from '@tephra/api';
import type { Logger } from '@tephra/core';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { RouteError } from './route-error.ts';

/** Errors of fastify itself that are the caller's, in the API's words. */
const FASTIFY_ERRORS: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['INVALID_ARGUMENT', 'Send JSON with the header Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['INVALID_ARGUMENT', 'Content-Length does not match the body.'],
  FST_ERR_BAD_URL: ['INVALID_ARGUMENT', 'The URL is malformed.'],
  FST_ERR_PARAM_LENGTH: ['INVALID_ARGUMENT', 'A part of the path is too long.'],
};

function envelopeOf(error: RouteError, requestId: string): ErrorEnvelope {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.hint ? { hint: error.hint } : {}),
      fields: error.fields,
      requestId,
    },
  };
}

/** Answers any thrown value in the API's envelope; what is not the caller's fault is logged and told without details. */
export function errorHandler(logger: Logger) {
  return (error: FastifyError | RouteError, request: FastifyRequest, reply: FastifyReply): void => {
    let answer: RouteError;
    const known = FASTIFY_ERRORS[error.code];
    if (error instanceof RouteError) answer = error;
    else if (known) answer = new RouteError(known[0], known[1]);
    else {
      logger.error({ err: error, requestId: request.id, method: request.method, url: request.url }, 'request failed');
      answer = new RouteError('INTERNAL', 'Something went wrong on the platform.', {
        hint: `The platform's log has the cause under request id ${request.id}.`,
      });
    }
    void reply.code(ERROR_STATUS[answer.code]).type('application/json').send(envelopeOf(answer, request.id));
  };
}
