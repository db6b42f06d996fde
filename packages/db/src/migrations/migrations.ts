import type { Migration } from 'kysely/migration';
import * as launchpad from './0001-launchpad.ts';
import * as escrow from './0002-escrow.ts';
import * as tokens from './0003-tokens-and-counters.ts';
import * as standards from './0004-settlement-standards.ts';
import * as aggregator from './0005-aggregator.ts';
import * as restakingIndex from './0006-restaking-index.ts';
import * as verification from './0007-verification.ts';

/** Forward only, applied in the order of their names; a name that was released never changes again. */
export const migrations: Record<string, Migration> = {
  '0001-launchpad': launchpad,
  '0002-escrow': escrow,
  '0003-tokens-and-counters': tokens,
  '0004-settlement-standards': standards,
  '0005-aggregator': aggregator,
  '0006-restaking-index': restakingIndex,
  '0007-verification': verification,
};
