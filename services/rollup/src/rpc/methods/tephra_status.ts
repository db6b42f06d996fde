import { defineMethod } from '../method.ts';
import { chainStatus } from '../status.ts';

export const tephraStatus = defineMethod({
  name: 'tephra_status',
  params: [],
  handle: (context) => chainStatus(context),
});
