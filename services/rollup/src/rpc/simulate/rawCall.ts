import { bigIntToBytes, bytesToHex, encodeRlp, hexToBytes, keccak256, type SimulatedCall } from '@tephra/engine';
import type { Hash, Hex } from '@tephra/protocol';
import type { CallArguments } from '../params.ts';

const EMPTY = new Uint8Array();

/** The call as a transaction without a signature: legacy or EIP-2930 with a gas price, else EIP-1559. */
export function rawCall(
  chainId: bigint,
  args: CallArguments,
  call: SimulatedCall,
): { raw: Hex; hash: Hash; type: number } {
  const type = args.gasPrice === undefined ? 2 : args.accessList === undefined ? 0 : 1;
  const prices =
    type === 2
      ? [bigIntToBytes(args.maxPriorityFeePerGas ?? 0n), bigIntToBytes(args.maxFeePerGas ?? 0n)]
      : [bigIntToBytes(args.gasPrice ?? 0n)];
  const accessList = (call.accessList ?? []).map(({ address, storageKeys }) => [
    hexToBytes(address),
    storageKeys.map(hexToBytes),
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
    EMPTY,
    EMPTY,
    EMPTY,
  ]);
  const raw = type === 0 ? payload : Uint8Array.of(type, ...payload);
  return { raw: bytesToHex(raw), hash: bytesToHex(keccak256(raw)), type };
}
