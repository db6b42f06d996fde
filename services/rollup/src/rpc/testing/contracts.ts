import type { Hex } from '@tephra/protocol';
import { concat, numberToHex, size } from 'viem';

/** Init code that returns `runtime` (at most 255 bytes). */
export function deployCode(runtime: Hex): Hex {
  const length = numberToHex(size(runtime), { size: 1 });
  return concat(['0x60', length, '0x600c600039', '0x60', length, '0x6000f3', runtime]);
}

/** Adds one to slot 0, logs the new value without topics, returns it. */
export const COUNTER: Hex = '0x5f54600101805f555f5260205fa060205ff3';

/** Logs 32 bytes of call data with topics 7 and the caller. */
export const EMITTER: Hex = '0x5f355f5233600760205fa200';

/** Reverts with `data` (at most 245 bytes). */
export function reverter(data: Hex): Hex {
  const length = numberToHex(size(data), { size: 1 });
  return concat(['0x60', length, '0x600a5f39', '0x60', length, '0x5ffd', data]);
}

/** Burns all the gas it is given. */
export const BURNER: Hex = '0xfe';

/** Calls itself once with all gas but 1/64 and reverts when the inner call failed; the inner one writes 20 slots. */
export const NESTED: Hex = concat([
  // caller == self ? write : call
  '0x3330146020575f5f5f5f5f305af115601357005b5f5ffd',
  '0x000000000000000000',
  '0x5b',
  concat(Array.from({ length: 20 }, (_, slot) => concat(['0x6001', '0x60', numberToHex(slot, { size: 1 }), '0x55']))),
  '0x00',
]);

/** Goes round and round until its gas is spent. */
export const LOOPER: Hex = '0x5b5f56';

/** Logs what follows the first four words of its call data, which are the topics. */
export const LOGGER: Hex = '0x6080360360805f376060356040356020355f35608036035fa400';
