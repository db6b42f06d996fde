import type { ApiClient } from '@tephra/api';
import { errorMessage } from '@tephra/core';
import type { Finding } from './machine.ts';

/** Checks of restaking on a platform that has it: contracts, operators that it runs, certificates. */
export async function restakingFindings(
  api: Pick<ApiClient, 'getRestaking' | 'listOperatorHosts' | 'getAvsStatus'>,
): Promise<Finding[]> {
  try {
    const { status, problem, avss } = await api.getRestaking();
    if (status === 'off') return [];
    if (status !== 'ready') {
      const level = status === 'failed' ? 'fail' : 'warn';
      return [{ check: 'restaking', level, message: problem ?? status, hint: 'It is tried again; see the log.' }];
    }
    const [{ items }, states] = await Promise.all([
      api.listOperatorHosts(),
      Promise.all(avss.map(({ name }) => api.getAvsStatus({ params: { avs: name } }))),
    ]);
    const ailing = items.filter(({ state }) => state !== 'running');
    return [
      { check: 'restaking', level: 'ok', message: `${avss.length} AVS, ${items.length} operators of this platform` },
      ...ailing.map(
        ({ name, state, reason }): Finding => ({
          check: name,
          level: state === 'crash-looping' ? 'fail' : 'warn',
          message: reason === null ? state : `${state}: ${reason}`,
          hint:
            state === 'stopped'
              ? `Start it with ./tephra operator start ${name}.`
              : `See logs/${name}.log in the data folder.`,
        }),
      ),
      ...states
        .filter(({ state }) => state === 'below-threshold')
        .map(
          ({ avs, missing }): Finding => ({
            check: `AVS ${avs}`,
            level: 'fail',
            message: `too little stake answers: ${missing.map(({ operator }) => operator).join(', ')} missing`,
            hint: 'Certificates come again when these operators answer.',
          }),
        ),
    ];
  } catch (error) {
    return [{ check: 'restaking', level: 'warn', message: errorMessage(error), hint: 'See the log of the platform.' }];
  }
}
