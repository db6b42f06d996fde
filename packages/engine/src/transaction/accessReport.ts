import type { Address, Hash } from '@tephra/protocol';

/**
 * What a call touched as an access list, without accounts that are warm anyway unless slots of them were used.
 * @param touched by unprefixed lower-case hex
 */
export function accessReport(
  touched: Map<string, Set<string>>,
  isFree: (key: string) => boolean,
): { address: Address; storageKeys: Hash[] }[] {
  return [...touched]
    .filter(([address, slots]) => slots.size > 0 || !isFree(address))
    .map(([address, slots]) => ({
      address: `0x${address}` as Address,
      storageKeys: [...slots].map((slot): Hash => `0x${slot}`),
    }));
}
