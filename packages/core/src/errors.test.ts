import { describe, expect, it } from 'vitest';
import { errorMessage, isTephraError, TephraError, toErrorJson } from './errors.ts';

class StoreError extends TephraError<'CORRUPT' | 'CLOSED'> {}

describe('TephraError', () => {
  it('carries code, details, hint and cause', () => {
    const cause = new Error('disk');
    const error = new StoreError('CORRUPT', 'block 5 is broken', {
      details: { block: 5n },
      hint: 'Rebuild it.',
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('StoreError');
    expect(error.cause).toBe(cause);
    expect(error.retryable).toBe(false);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'CORRUPT',
      message: 'block 5 is broken',
      details: { block: '5' },
      hint: 'Rebuild it.',
      retryable: false,
    });
  });

  it('is told by code', () => {
    const error: unknown = new StoreError('CLOSED', 'closed');
    expect(isTephraError(error)).toBe(true);
    expect(isTephraError(error, 'CLOSED')).toBe(true);
    expect(isTephraError(error, 'CORRUPT')).toBe(false);
    expect(isTephraError(new Error('closed'))).toBe(false);
  });

  it('renders foreign errors as INTERNAL', () => {
    expect(toErrorJson(new TypeError('x is not a function'))).toEqual({
      code: 'INTERNAL',
      message: 'x is not a function',
      retryable: false,
    });
    expect(toErrorJson('text').message).toBe('text');
  });

  it('joins the messages of causes once', () => {
    expect(errorMessage(new Error('outer', { cause: new Error('inner') }))).toBe('outer: inner');
    expect(errorMessage(new Error('outer: inner', { cause: new Error('inner') }))).toBe('outer: inner');
    expect(errorMessage(new AggregateError([new Error('v6'), new Error('v4')]))).toBe('v6; v4');
  });
});
