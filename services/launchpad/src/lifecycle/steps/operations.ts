import type { StepName } from '@tephra/api';
import type { StepOperation } from '../context.ts';
import { close } from './close.ts';
import { endpoints } from './endpoints.ts';
import { firstBlock } from './first-block.ts';
import { genesis } from './genesis.ts';
import { importTwins } from './import.ts';
import { keys } from './keys.ts';
import { l1Contracts } from './l1-contracts.ts';
import { ledger } from './ledger.ts';
import { node } from './node.ts';
import { release } from './release.ts';
import { reserve } from './reserve.ts';
import { settle } from './settle.ts';

export const OPERATIONS: Record<StepName, StepOperation> = {
  reserve,
  keys,
  genesis,
  'l1-contracts': l1Contracts,
  node,
  'first-block': firstBlock,
  endpoints,
  import: importTwins,
  close,
  settle,
  ledger,
  release,
};
