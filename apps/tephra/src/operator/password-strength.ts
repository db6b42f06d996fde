import { CliError } from '../cli/errors.ts';

/** As strong as about 11 random letters, digits and signs. */
const MIN_BITS = 70;

/** @throws CliError USAGE when somebody who has the file could guess the password */
export function assertStrongPassword(password: string): void {
  const bits = passwordBits(password);
  if (bits >= MIN_BITS) return;
  throw new CliError(
    'USAGE',
    `the password is too weak: about ${Math.floor(bits)} bits, at least ${MIN_BITS} are needed`,
    {
      hint: 'Make it longer or mix in other kinds of characters. For keys that guard nothing there is --insecure.',
    },
  );
}

/** Kinds of characters and how many there are of each. */
const KINDS: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[ -/:-@[-`{-~]/, 33],
  [/[^ -~]/, 100],
];

/** Bits of a random password of its kinds of characters; those that continue a repetition or a sequence count for nothing. */
export function passwordBits(password: string): number {
  const characters = [...password];
  const pool = KINDS.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0);
  const codes = characters.map((character) => character.codePointAt(0)!);
  const counted = codes.filter((code, index) => {
    if (index < 2) return true;
    const step = code - codes[index - 1]!;
    return Math.abs(step) > 1 || codes[index - 1]! - codes[index - 2]! !== step;
  });
  // A few different characters, however often, are soon tried.
  const effective = Math.min(counted.length, 2 * new Set(characters).size);
  return pool === 0 ? 0 : effective * Math.log2(pool);
}
