import { describe, expect, it } from 'vitest';
import { TypedEmitter } from './emitter.ts';

type Events = { sealed: [height: number, hash: string]; closed: [] };

describe('TypedEmitter', () => {
  it('calls listeners in order until they unsubscribe', () => {
    const emitter = new TypedEmitter<Events>();
    const log: string[] = [];
    const off = emitter.on('sealed', (height) => log.push(`a${height}`));
    emitter.once('sealed', (height, hash) => log.push(`b${height}${hash}`));
    emitter.emit('sealed', 1, 'x');
    off();
    emitter.emit('sealed', 2, 'y');
    expect(log).toEqual(['a1', 'b1x']);
    expect(emitter.listenerCount('sealed')).toBe(0);
  });

  it('runs every listener when one throws', () => {
    const errors: unknown[] = [];
    const emitter = new TypedEmitter<Events>({ onError: (error) => errors.push(error) });
    let calls = 0;
    emitter.on('closed', () => {
      throw new Error('bad listener');
    });
    emitter.on('closed', () => calls++);
    emitter.emit('closed');
    expect(calls).toBe(1);
    expect(errors).toEqual([new Error('bad listener')]);
  });

  it('waits for the next event that fits', async () => {
    const emitter = new TypedEmitter<Events>();
    const next = emitter.next('sealed', (height) => height >= 2);
    emitter.emit('sealed', 1, 'x');
    emitter.emit('sealed', 2, 'y');
    expect(await next).toEqual([2, 'y']);
    const abort = new AbortController();
    const never = emitter.next('closed', undefined, abort.signal);
    abort.abort(new Error('over'));
    await expect(never).rejects.toThrow('over');
    expect(emitter.listenerCount('closed')).toBe(0);
  });
});
