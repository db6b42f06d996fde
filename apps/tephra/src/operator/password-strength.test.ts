import { describe, expect, it } from 'vitest';
import { assertStrongPassword, passwordBits } from './password-strength.ts';

describe('the strength of a password', () => {
  it.each([
    '',
    'password',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'abcdefghijklmnopqrstuvwxyz',
    '12345678901234567890',
    'abababababababababab',
  ])('refuses "%s"', (password) => expect(() => assertStrongPassword(password)).toThrow('too weak'));

  it.each([
    'mypassword /$ and more',
    'Tr0ub4dor&3 horse',
    'x8Kq!m2ZpL9w',
    'correct horse battery staple',
    'größe ñandú 🔑 7',
  ])('takes "%s"', (password) => expect(() => assertStrongPassword(password)).not.toThrow());

  it('never says the password', () => {
    expect(() => assertStrongPassword('hunter2')).not.toThrow('hunter2');
    expect(passwordBits('hunter2')).toBeLessThan(40);
  });
});
