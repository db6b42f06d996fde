import { describe, expect, it } from 'vitest';
import { type Service, ServiceGroup } from './service.ts';

function recorder(log: string[], name: string, options: { failStart?: boolean; failStop?: boolean } = {}): Service {
  return {
    async start() {
      log.push(`start ${name}`);
      if (options.failStart) throw new Error(`${name} did not start`);
    },
    async stop() {
      log.push(`stop ${name}`);
      if (options.failStop) throw new Error(`${name} did not stop`);
    },
  };
}

describe('ServiceGroup', () => {
  it('starts in order and stops in reverse, each once', async () => {
    const log: string[] = [];
    const group = new ServiceGroup([{ name: 'a', service: recorder(log, 'a') }]);
    group.add('b', recorder(log, 'b'));
    await Promise.all([group.start(), group.start()]);
    await Promise.all([group.stop(), group.stop()]);
    await group.stop();
    expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('stops what started, and the one that failed, when a start fails', async () => {
    const log: string[] = [];
    const group = new ServiceGroup();
    group.add('a', recorder(log, 'a'));
    group.add('b', recorder(log, 'b', { failStart: true }));
    group.add('c', recorder(log, 'c'));
    await expect(group.start()).rejects.toThrow('b did not start');
    await group.stop();
    expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('stops the others when one does not stop', async () => {
    const log: string[] = [];
    const group = new ServiceGroup();
    group.add('a', recorder(log, 'a'));
    group.add('b', recorder(log, 'b', { failStop: true }));
    await group.start();
    await expect(group.stop()).rejects.toThrow('b did not stop');
    expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('stops while it starts', async () => {
    const log: string[] = [];
    const group = new ServiceGroup();
    const gate = Promise.withResolvers<void>();
    group.add('slow', { start: () => gate.promise, stop: async () => void log.push('stop slow') });
    group.add('b', recorder(log, 'b'));
    const started = group.start();
    const stopped = group.stop();
    gate.resolve();
    await expect(started).rejects.toThrow('stopped before b started');
    await stopped;
    expect(log).toEqual(['stop slow']);
  });

  it('refuses services after the start', async () => {
    const group = new ServiceGroup();
    await group.start();
    expect(() => group.add('late', recorder([], 'late'))).toThrow('the group has started');
  });
});
