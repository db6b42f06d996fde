import { createStateTestEngine, executeCase, type StateTestCase } from '@tephra/engine/statetest';
import type { Fork } from '../../machine/env.ts';
import { rarePrograms } from './rarePrograms.ts';

/** Cases of our own for what official tests lack; what they come to is what the engine of nodes says. */
export async function ownCases(fork: Fork): Promise<StateTestCase[]> {
  const engine = createStateTestEngine('wasm', fork);
  const cases: StateTestCase[] = [];
  for (const test of rarePrograms()) cases.push({ ...test, expected: await executeCase(test, engine) });
  return cases;
}
