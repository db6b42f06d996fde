import { bigIntToBytes, bytesToHex, encodeRlp, hexToBytes, keccak256, type SimulatedCall } from '@tephra/engine';
import type { Hash, Hex } from '@tephra/protocol';
import type { CallArguments } from '../params.ts';

const EMPTY = new Uint8Array();

/** The call as a transaction without a signature: EIP-7702 with authorizations, legacy or EIP-2930 with a gas price, else EIP-1559. */
export function rawCall(
  chainId: bigint,
  args: CallArguments,
  call: SimulatedCall,
): { raw: Hex; hash: Hash; type: number } {
  const type = typeOf(args);
  const prices =
    type >= 2
      ? [bigIntToBytes(args.maxPriorityFeePerGas ?? 0n), bigIntToBytes(args.maxFeePerGas ?? 0n)]
      : [bigIntToBytes(args.gasPrice ?? 0n)];
  const accessList = (call.accessList ?? []).map(({ address, storageKeys }) => [
    hexToBytes(address),
    storageKeys.map(hexToBytes),
  ]);
  const authorizations = (call.authorizationList ?? []).map(({ chainId, address, nonce, yParity, r, s }) => [
    bigIntToBytes(chainId),
    hexToBytes(address),
    ...[nonce, BigInt(yParity), r, s].map(bigIntToBytes),
  ]);
  const payload = encodeRlp([
    ...(type === 0 ? [] : [bigIntToBytes(chainId)]),
    bigIntToBytes(call.nonce),
    ...prices,
    bigIntToBytes(call.gas),
    call.to === null ? EMPTY : hexToBytes(call.to),
    bigIntToBytes(call.value),
    hexToBytes(call.data),
    ...(type === 0 ? [] : [accessList]),
    ...(type === 4 ? [authorizations] : []),
    EMPTY,
    EMPTY,
    EMPTY,
  ]);
  const raw = type === 0 ? payload : Uint8Array.of(type, ...payload);
  return { raw: bytesToHex(raw), hash: bytesToHex(keccak256(raw)), type };
}

function typeOf({ gasPrice, accessList, authorizationList }: CallArguments): number {
  if (authorizationList !== undefined) return 4;
  if (gasPrice === undefined) return 2;
  return accessList === undefined ? 0 : 1;
}
