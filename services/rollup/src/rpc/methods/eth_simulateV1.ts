import { defineMethod } from '../method.ts';
import { blockRef, LATEST } from '../params.ts';
import { simulationRequest } from '../simulate/params.ts';
import { simulate } from '../simulate/simulate.ts';

export const ethSimulateV1 = defineMethod({
  name: 'eth_simulateV1',
  params: [simulationRequest, blockRef.optional()],
  handle: (context, request, ref) => simulate(context, request, ref ?? LATEST),
});
