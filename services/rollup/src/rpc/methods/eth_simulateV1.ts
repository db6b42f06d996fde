import { defineMethod } from '../method.ts';
import { blockRef, LATEST } from '../params.ts';
import { simulationRequest } from '../simulate/params.ts';
import { simulate } from '../simulate/simulate.ts';

export const ethSimulateV1 = defineMethod({
  name: 'eth_simulateV1',
  doc: {
    text: 'Executes blocks of calls one after the other on a stored state and throws them away, with overrides of state and blocks, traced transfers and validation.',
    params: ['simulation: {blockStateCalls, traceTransfers?, validation?, returnFullTransactions?}', 'block?: block'],
    result: 'array of block objects with `calls`',
    errors: ['-38010 to -38026 as in the specification'],
  },
  params: [simulationRequest, blockRef.optional()],
  handle: (context, request, ref) => simulate(context, request, ref ?? LATEST),
});
