import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { avsDeploymentAnswer, restakingDeploymentAnswer } from '@tephra/api';
import { freePort } from '@tephra/core';
import { readBlsKeystore, readEcdsaKeystore, writeBlsKeystore, writeEcdsaKeystore } from '@tephra/crypto';
import { operatorAllowlistAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { encodeFunctionData, parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../cli/paths.ts';
import { currentQuorums } from '../operator/opt-in.ts';
import { devKey, RestakedL1 } from '../operator/testing/restaked-l1.ts';
import { runOperatorCli } from '../operator/testing/run-operator-cli.ts';
import { ensureStake } from '../up/restaking/stake.ts';

const ECDSA_PASSWORD = "it's $5 / for two words";
const BLS_PASSWORD = 'mypassword /$ and more';
const METADATA = `data:application/json,${encodeURIComponent(
  JSON.stringify({ name: 'Example', website: '', description: 'An example', logo: '', twitter: '' }),
)}`;

let dir: TempDir;
let l1: RestakedL1;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dir = await tempDir();
  l1 = await RestakedL1.start({ allowlist: { enabled: true, operators: [] } });
  const { restaking, echo, anvil } = l1;
  const file = {
    l1ChainId: anvil.chainId,
    deployment: restakingDeploymentAnswer(restaking),
    avss: [avsDeploymentAnswer(echo)],
  };
  await writeFile(path.join(dir.path, 'deployment.json'), JSON.stringify(file));
});
afterAll(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await l1?.stop();
  await dir?.remove();
});

const tephra = (line: string, options: { stdin?: string; env?: Record<string, string> } = {}) =>
  runOperatorCli(line, { cwd: dir.path, ...options });

const network = (): string => `--deployment deployment.json --l1-rpc ${l1.anvil.rpcUrl}`;
const file = (name: string): string => path.join(dir.path, name);
const keyOf = (type: string): string => file(`.eigenlayer/operator_keys/opr.${type}.key.json`);
let operator: Address;

/** The same keys under the same passwords, derived faster: the commands that follow open them many times. */
async function encryptAnew(): Promise<void> {
  const cost = { n: 1_024, r: 8, p: 1 };
  const ecdsa = await readEcdsaKeystore(await readFile(keyOf('ecdsa'), 'utf8'), ECDSA_PASSWORD);
  const bls = await readBlsKeystore(await readFile(keyOf('bls'), 'utf8'), BLS_PASSWORD);
  await writeFile(keyOf('ecdsa'), JSON.stringify(await writeEcdsaKeystore(ecdsa, ECDSA_PASSWORD, cost)));
  await writeFile(keyOf('bls'), JSON.stringify(await writeBlsKeystore(bls, BLS_PASSWORD, cost)));
}

describe('operator', () => {
  it('keys create and list: key files under a password, in the folder where operators have them', async () => {
    const env = { OPERATOR_ECDSA_KEY_PASSWORD: ECDSA_PASSWORD };
    const ecdsa = await tephra('operator keys create --key-type ecdsa opr', { env });
    expect(ecdsa, ecdsa.stderr).toMatchObject({ code: 0 });
    expect(ecdsa.stdout).toContain('Key Type: ECDSA\nAddress: 0x');
    operator = /Address: (0x\w{40})/.exec(ecdsa.stdout)![1] as Address;
    const bls = await tephra('operator keys create --key-type bls opr', { stdin: `${BLS_PASSWORD}\n` });
    expect(bls.stdout).toMatch(/Key Type: BLS\nPublic Key: E\(\[\d+,\d+\]\)\nOperator Id: 0x\w{64}\n/);
    expect((await stat(keyOf('bls'))).mode & 0o777).toBe(0o600);
    const { stdout } = await tephra('operator keys list');
    expect(stdout).toContain(`Key Name: opr\nKey Type: ECDSA\nAddress: ${operator}`);
    expect(stdout).toContain(`Key location: ${keyOf('bls')}`);
    for (const text of [stdout, ecdsa.stdout, bls.stdout]) expect(text).not.toContain('Private key');
  });

  it.each([
    ['weak passwords', 'operator keys create --key-type bls weak', 'password', 'too weak'],
    ['no password', 'operator keys create --key-type bls none', '', 'there is no password for'],
    ['a name that is taken', 'operator keys create --key-type ecdsa opr', ECDSA_PASSWORD, 'there is a key at'],
    ['names with slashes', 'operator keys create --key-type bls ../x', BLS_PASSWORD, 'is not a name'],
    ['another password', 'operator keys export --key-type ecdsa opr', 'something else', 'password'],
  ])('keys refuse %s', async (_, line, stdin, words) => {
    const { code, stderr } = await tephra(line, { stdin });
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(words);
  });

  it('keys export and import: the same key under another name', async () => {
    const { stdout } = await tephra('operator keys export --key-type bls opr', { stdin: BLS_PASSWORD });
    const key = /Private key: (\d+)/.exec(stdout)![1]!;
    await writeFile(file('key.txt'), `${key}\n`);
    await tephra('operator keys import --key-type bls copy --from key.txt --insecure', { stdin: 'x' });
    const { stdout: list } = await tephra('operator keys list --json');
    const ids = (JSON.parse(list) as { type: string; id: string }[]).filter(({ type }) => type === 'bls');
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    expect(ids).toHaveLength(2);
    await encryptAnew();
  });

  it('config create: operator.yaml from the network and the key folder, metadata.json to fill in', async () => {
    const created = await tephra(`operator config create ${network()} --metadata-url ${METADATA}`);
    expect(created, created.stderr).toMatchObject({ code: 0 });
    const yaml = await readFile(file('operator.yaml'), 'utf8');
    expect(yaml).toContain(`el_delegation_manager_address: "${l1.restaking.delegationManager}"`);
    expect(yaml).toContain(`private_key_store_path: ${keyOf('ecdsa')}`);
    expect(JSON.parse(await readFile(file('metadata.json'), 'utf8'))).toHaveProperty('twitter');
    expect((await tephra(`operator config create ${network()}`)).stderr).toContain('exists already');
  });

  it.each(['opt-in', 'allocate --part 1'])('%s wants a registered operator', async (line) => {
    const env = { OPERATOR_ECDSA_KEY_PASSWORD: ECDSA_PASSWORD, OPERATOR_BLS_KEY_PASSWORD: BLS_PASSWORD };
    const { code, stderr } = await tephra(`operator ${line} --avs echo ${network()}`, { env });
    expect(code).toBe(5);
    expect(stderr).toContain('First: ./tephra operator register operator.yaml');
  });

  it('register, update and status', async () => {
    expect((await tephra('operator status operator.yaml')).stdout).toBe(
      '❌ Operator is not registered to EigenLayer\n',
    );
    expect((await tephra('operator register operator.yaml', { stdin: ECDSA_PASSWORD })).stderr).toContain(
      'cannot pay for the transaction',
    );
    await l1.platform.send({ to: operator, value: parseEther('1') });
    const registered = await tephra('operator register operator.yaml', { stdin: ECDSA_PASSWORD });
    expect(registered.stdout).toContain('✅ Operator is registered successfully to EigenLayer\n');
    const again = await tephra('operator register operator.yaml', { stdin: ECDSA_PASSWORD });
    expect(again.stdout).toContain('already registered');
    const yaml = await readFile(file('operator.yaml'), 'utf8');
    await writeFile(file('other.yaml'), yaml.replace(/metadata_url:.*/, 'metadata_url: data:,nothing'));
    expect((await tephra('operator update other.yaml', { stdin: ECDSA_PASSWORD })).stderr).toContain('it is no JSON');
    const updated = await tephra('operator update other.yaml --no-metadata-check', { stdin: ECDSA_PASSWORD });
    expect(updated.stdout).toContain('✅ Operator is updated');
    const status = await tephra(`operator status operator.yaml ${network()}`);
    expect(status.stdout).toContain('✅ Operator is registered on EigenLayer');
    expect(status.stdout).toMatch(/Metadata +data:,nothing\n/);
    expect(status.stdout).toMatch(/AVS echo +not registered/);
  });

  it('register refuses what it cannot use', async () => {
    const yaml = await readFile(file('operator.yaml'), 'utf8');
    await writeFile(
      file('bad.yaml'),
      yaml.replace(/address: .*/, 'address: 0x12').replace(/chain_id: .*/, 'chain_id: x'),
    );
    const { code, stderr } = await tephra('operator register bad.yaml', { stdin: ECDSA_PASSWORD });
    expect(code).toBe(2);
    expect(stderr).toContain('operator.address must be a 0x address');
    expect(stderr).toContain('chain_id');
    await writeFile(file('chain.yaml'), yaml.replace(/chain_id: .*/, 'chain_id: 17000'));
    expect((await tephra('operator register chain.yaml')).stderr).toContain('serves chain 900');
    expect((await tephra('operator register gone.yaml')).code).toBe(4);
  });

  describe('with the .env files of the guide', () => {
    const optIn = (more = '') => tephra(`operator opt-in --avs echo --quorums 0,1 --env .env.opt ${network()}${more}`);

    beforeAll(async () => {
      await writeFile(
        file('.env.opt'),
        `METADATA_URI=https://path/to/metadata.json
USER_HOME=\${HOME}
EIGENLAYER_HOME=\${USER_HOME}/.eigenlayer
NODE_ECDSA_KEY_FILE_HOST=\${EIGENLAYER_HOME}/operator_keys/opr.ecdsa.key.json
NODE_BLS_KEY_FILE_HOST=\${EIGENLAYER_HOME}/operator_keys/opr.bls.key.json
OPERATOR_BLS_KEY_PASSWORD='${BLS_PASSWORD}'
OPERATOR_ECDSA_KEY_PASSWORD="${ECDSA_PASSWORD.replace('$', '\\$')}"
`,
      );
    });

    it('opt-in says what is missing: a place on the allowlist, then stake', async () => {
      const refused = await optIn();
      expect(refused.code).toBe(5);
      expect(refused.stderr).toContain(`${operator} is not on the allowlist of echo`);
      const data = encodeFunctionData({
        abi: operatorAllowlistAbi,
        functionName: 'setAllowlist',
        args: [[operator], [true]],
      });
      await l1.platform.send({ to: l1.echo.allowlist, data });
      const poor = await optIn();
      expect(poor.code).toBe(5);
      expect(poor.stderr).toContain(
        'StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum 0 (ETH and LSTs): its weight would be 0 of 1',
      );
      expect(poor.stderr).toContain('dstETH: 0 delegated, 100 % of it allocated; 1 more would do');
      expect((await tephra(`operator opt-in --avs echo --quorums 7 --env .env.opt ${network()}`)).stderr).toContain(
        'echo has no quorum 7',
      );
      expect((await tephra(`operator opt-in --avs mach --env .env.opt ${network()}`)).code).toBe(4);
    });

    it('opt-in allocates, shows it, and joins', async () => {
      const staker = await l1.senderOf(devKey(5));
      await ensureStake(staker, l1.restaking, { operator, amount: parseEther('3'), symbols: ['ETH', 'ALT'] });
      await l1.mine(11);
      const tooSmall = await optIn(' --allocate 0.1');
      expect(tooSmall.stderr).toContain('its weight would be 0.3 of 1');
      const joined = await optIn(' --allocate 0.5');
      expect(joined, joined.stderr).toMatchObject({ code: 0 });
      expect(joined.stderr).toMatch(/0 +ETH +3 +0 % +50 %/);
      expect(joined.stdout).toContain('✅ Operator has joined echo');
      expect(await currentQuorums(l1.echo, l1.platform.client, operator)).toEqual([0, 1]);
      expect((await optIn()).stderr).toContain('is in quorum 0, 1 of echo already');
      const status = await tephra(`operator status operator.yaml ${network()}`);
      expect(status.stdout).toMatch(/AVS echo +ETH and LSTs \(weight 1\.5\), ALT \(weight 1\.5\)/);
    });

    it('allocate shows and changes which part is slashable', async () => {
      const env = ` --env .env.opt ${network()}`;
      const more = await tephra(`operator allocate --avs echo --quorums 1 --strategy ALT --part 0.75${env}`);
      expect(more, more.stderr).toMatchObject({ code: 0 });
      const { stdout } = await tephra(`operator allocate --avs echo${env}`);
      expect(stdout).toMatch(/0 +ETH +3 +50 % +50 %/);
      expect(stdout).toMatch(/1 +ALT +3 +75 % +75 %/);
      const unknown = await tephra(`operator allocate --avs echo --strategy bEIGEN --part 1${env}`);
      expect(unknown.stderr).toContain('These count: ETH, dstETH, ALT.');
      expect((await tephra(`operator allocate --avs echo --part 1.5${env}`)).code).toBe(2);
    });

    it('run serves the AVSs that were joined, until SIGTERM', async () => {
      const [nodeApi, metrics] = [await freePort(), await freePort()];
      await writeFile(
        file('.env'),
        `EIGENLAYER_HOME=\${HOME}/.eigenlayer
OPERATOR_ECDSA_ADDRESS=${operator}
NODE_BLS_KEY_FILE_HOST=\${EIGENLAYER_HOME}/operator_keys/opr.bls.key.json
OPERATOR_BLS_KEY_PASSWORD='${BLS_PASSWORD}'
NODE_API_URL=127.0.0.1:${nodeApi}
EIGEN_METRICS_URL=127.0.0.1:${metrics}
AGGREGATOR_JSONRPC_SERVER_URL=http://127.0.0.1:9
`,
      );
      const args = ['operator', 'run', '--env', '.env', ...network().split(' '), '--l1-depth', '0'];
      const child = spawn(process.execPath, [MAIN, ...args], {
        cwd: dir.path,
        env: { ...process.env, HOME: dir.path, TEPHRA_LOG_LEVEL: 'warn' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      children.push(child);
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk;
      });
      const services = await waitUntil(
        async () => {
          const answer = await fetch(`http://127.0.0.1:${nodeApi}/eigen/node/services`);
          const { services } = (await answer.json()) as { services: { id: string; status: string }[] };
          return services.some(({ id, status }) => id === 'l1' && status === 'Up') && services;
        },
        { what: 'the node API' },
      );
      expect(services.map(({ id }) => id)).toEqual(['journal', 'l1', 'aggregator', 'echo']);
      expect(await stat(file(`.eigenlayer/tephra/${operator.toLowerCase()}/signatures.log`))).toBeDefined();
      child.kill('SIGTERM');
      const [code] = (await once(child, 'close')) as [number | null];
      children.pop();
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(`serving echo as ${operator}`);
      expect(stderr).not.toContain(BLS_PASSWORD);
    });

    it('opt-out leaves, and takes the stake away when told so', async () => {
      const left = await tephra(`operator opt-out --avs echo --quorums 0 --env .env.opt ${network()}`);
      expect(left.stdout).toContain('✅ Operator has left echo');
      expect(await currentQuorums(l1.echo, l1.platform.client, operator)).toEqual([1]);
      const rest = await tephra(`operator opt-out --avs echo --deallocate --env .env.opt ${network()} --json`);
      expect(JSON.parse(rest.stdout)).toMatchObject({ quorums: [1], deallocation: expect.stringMatching(/^0x/) });
      const none = await tephra(`operator opt-out --avs echo --env .env.opt ${network()}`);
      expect(none.stderr).toContain('is not in quorum 0 or 1 of echo');
    });

    it('opt-in with another BLS key is refused: an operator keeps the one it registered with', async () => {
      await mkdir(file('elsewhere'), { recursive: true });
      await tephra('operator keys create --key-type bls opr --keys-dir elsewhere --insecure', { stdin: 'x' });
      const other = await tephra(
        `operator opt-in --avs echo --quorums 0 ${network()} --bls-key elsewhere/opr.bls.key.json`,
        {
          env: { OPERATOR_ECDSA_KEY_PASSWORD: ECDSA_PASSWORD, OPERATOR_BLS_KEY_PASSWORD: 'x' },
        },
      );
      expect(other.code).toBe(5);
      expect(other.stderr).toContain('is registered with another BLS key');
    });
  });
});
