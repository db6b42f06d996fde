import { describe, expect, it } from 'vitest';
import { parseEnvFile } from './env-file.ts';

const parse = (text: string, env: Record<string, string> = { HOME: '/home/op' }) => parseEnvFile(text, '.env', env);

describe('a .env file', () => {
  it('is read as the operators of public AVSs write it', () => {
    const values = parse(`
###############################################################################
# TODO: Operators need to update this to their own paths
USER_HOME=\${HOME}
EIGENLAYER_HOME=\${USER_HOME}/.eigenlayer

NODE_BLS_KEY_FILE_HOST=\${EIGENLAYER_HOME}/operator_keys/opr.bls.key.json
OPERATOR_BLS_KEY_PASSWORD='mypassword /$'
OPERATOR_ECDSA_KEY_PASSWORD=
NODE_API_URL=0.0.0.0:9091   # a comment
export ETH_RPC_URL=http://localhost:8545/#fragment
`);
    expect(values).toEqual({
      HOME: '/home/op',
      USER_HOME: '/home/op',
      EIGENLAYER_HOME: '/home/op/.eigenlayer',
      NODE_BLS_KEY_FILE_HOST: '/home/op/.eigenlayer/operator_keys/opr.bls.key.json',
      OPERATOR_BLS_KEY_PASSWORD: 'mypassword /$',
      NODE_API_URL: '0.0.0.0:9091',
      ETH_RPC_URL: 'http://localhost:8545/#fragment',
    });
  });

  it.each([
    [`P='it has "double" quotes, \\n and \${HOME}'`, `it has "double" quotes, \\n and \${HOME}`],
    [`P="home \${HOME} \\$HOME \\"x\\" \\\\ 'y' # z"`, `home /home/op $HOME "x" \\ 'y' # z`],
    ['P=two words / and slash', 'two words / and slash'],
    ['P=käse ñ 🔑', 'käse ñ 🔑'],
    ['P=$HOME/x', '/home/op/x'],
    [`P=\${NOTHING:-fallback}`, 'fallback'],
    ["P='quoted' # comment", 'quoted'],
    ['P=a#b', 'a#b'],
    ['P=costs 5$', 'costs 5$'],
    ['P=back\\slash', 'back\\slash'],
  ])('%s', (line, value) => {
    expect(parse(line).P).toBe(value);
  });

  it('leaves what is empty to the environment, and wins otherwise', () => {
    const env = { A: 'outside', B: 'outside' };
    expect(parse("A=\nB='inside'", env)).toEqual({ A: 'outside', B: 'inside' });
    expect(parse("A=''", env).A).toBe('outside');
  });

  it.each([
    ['P=pa$word', '.env, line 1: $word is not set'],
    ["P='open", 'the quote is not closed'],
    ['P="open\\"', 'the quote is not closed'],
    ["P='a'b", 'something follows the closing quote'],
    ['\n\njust words', '.env, line 3: this is no assignment'],
    ['1P=x', 'this is no assignment'],
  ])('refuses %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('shows no value in its errors', () => {
    expect(() => parse("PASSWORD='hunter2")).not.toThrow('hunter2');
    expect(() => parse('PASSWORD=hunter2$')).not.toThrow();
  });
});
