import { createLogger } from '@tephra/core';
import { Devnet } from '@tephra/devnet';
import { L1Verifier, type SampleOfSteps } from '@tephra/dispute/osptest';

const BLOCK_TIME_MS = 50;

/** Deploys the contracts on an L1 that lives as long as this, and brings it the steps. */
export async function compareOnL1(sample: SampleOfSteps): Promise<{ agreed: number; differing: string[] }> {
  const logger = createLogger({ name: 'osptest', level: 'warn' });
  const devnet = await Devnet.create({ port: 0, dataDir: '', ephemeral: true, blockTimeMs: BLOCK_TIME_MS }, { logger });
  await devnet.start();
  try {
    const verifier = await L1Verifier.create(devnet.rpcUrl, devnet.accounts[0]!.privateKey);
    const { agreed, differing } = await sample.agreement(({ pre, witness, chain }) =>
      verifier.step(pre, witness, chain),
    );
    return {
      agreed,
      differing: differing.map(({ pre, witness }) => `${witness.family} from ${Buffer.from(pre).toString('hex')}`),
    };
  } finally {
    await devnet.stop();
  }
}
