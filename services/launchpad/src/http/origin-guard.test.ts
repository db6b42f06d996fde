import { describe, expect, it } from 'vitest';
import { isLocalCall, isLoopbackAddress, OriginGuard } from './origin-guard.ts';

describe('OriginGuard', () => {
  const local = new OriginGuard(undefined);
  const open = new OriginGuard('https://tephra.example/base');

  it.each([
    ['localhost:8080', true],
    ['LOCALHOST', true],
    ['127.0.0.1:1', true],
    ['127.1.2.3', true],
    ['[::1]:8080', true],
    ['mint.localhost:8080', true],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['user@localhost', false],
    ['', false],
    [undefined, false],
  ])('host %s: %s', (host, accepted) => {
    expect(local.acceptsHost(host)).toBe(accepted);
  });

  it('accepts the public host when one is configured', () => {
    expect(open.acceptsHost('tephra.example')).toBe(true);
    expect(open.acceptsHost('tephra.example:443')).toBe(true);
    expect(open.acceptsHost('other.example')).toBe(false);
  });

  it.each([
    [undefined, true],
    ['http://localhost:8080', true],
    ['http://localhost:3000', false],
    ['https://evil.example', false],
    ['null', false],
  ])('origin %s at localhost:8080: %s', (origin, accepted) => {
    expect(local.acceptsOrigin(origin, 'localhost:8080')).toBe(accepted);
  });

  it('knows who calls from this machine', () => {
    const call = { ip: '127.0.0.1', headers: { host: 'localhost:8080' } };
    expect(isLocalCall(call, undefined)).toBe(true);
    expect(isLocalCall(call, 'http://localhost:9090')).toBe(true);
    expect(isLocalCall(call, 'https://tephra.example')).toBe(false);
    expect(isLocalCall({ ...call, ip: '10.0.0.1' }, undefined)).toBe(false);
    expect(isLocalCall({ ...call, headers: { host: 'tephra.example' } }, undefined)).toBe(false);
    expect(isLocalCall({ ...call, headers: { ...call.headers, 'x-forwarded-for': '1.2.3.4' } }, undefined)).toBe(false);
  });

  it('knows addresses of this machine', () => {
    expect(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1', undefined].map(isLoopbackAddress)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
