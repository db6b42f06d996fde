import { ApiError } from '@tephra/api';
import { expect, it } from 'vitest';
import { restakingFindings } from './restaking.ts';

type Api = Parameters<typeof restakingFindings>[0];

/** A platform whose answers have what is looked at. */
function platform(answers: { restaking: object; hosts?: object[]; avs?: object }): Api {
  return {
    getRestaking: async () => answers.restaking,
    listOperatorHosts: async () => ({ items: answers.hosts ?? [] }),
    getAvsStatus: async () => answers.avs,
  } as unknown as Api;
}
const ready = { status: 'ready', problem: null, avss: [{ name: 'echo' }] };
const running = { name: 'operator-1', state: 'running', reason: 'killed by SIGKILL' };

it('says nothing of a platform without restaking, and finds a well one well', async () => {
  expect(await restakingFindings(platform({ restaking: { status: 'off' } }))).toEqual([]);
  const well = platform({ restaking: ready, hosts: [running], avs: { avs: 'echo', state: 'certifying', missing: [] } });
  expect((await restakingFindings(well)).map(({ check, level }) => [check, level])).toEqual([['restaking', 'ok']]);
});

it('names operators that do not run, and whom an AVS misses', async () => {
  const findings = await restakingFindings(
    platform({
      restaking: ready,
      hosts: [
        running,
        { name: 'operator-2', state: 'stopped', reason: null },
        { name: 'operator-3', state: 'crash-looping', reason: 'exit code 1' },
      ],
      avs: { avs: 'echo', state: 'below-threshold', missing: [{ operator: '0xabc' }] },
    }),
  );
  expect(findings.slice(1).map(({ check, level, message }) => [check, level, message])).toEqual([
    ['operator-2', 'warn', 'stopped'],
    ['operator-3', 'fail', 'crash-looping: exit code 1'],
    ['AVS echo', 'fail', 'too little stake answers: 0xabc missing'],
  ]);
});

it('says why restaking is not ready, or not known', async () => {
  const failed = platform({ restaking: { status: 'failed', problem: 'Deploying failed: no money', avss: [] } });
  expect(await restakingFindings(failed)).toMatchObject([{ level: 'fail', message: 'Deploying failed: no money' }]);
  const away = { getRestaking: () => Promise.reject(new ApiError('UNREACHABLE', 'nobody is there')) } as unknown as Api;
  expect(await restakingFindings(away)).toMatchObject([{ level: 'warn', message: 'nobody is there' }]);
});
