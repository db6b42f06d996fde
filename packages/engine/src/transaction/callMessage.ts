import type { Address, Hardfork } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { CallRequest } from '../engine.ts';
import { floorGas } from './intrinsicGas.ts';
import type { Message } from './message.ts';

const lower = (address: Address): Address => address.toLowerCase() as Address;

/** A call as a message. */
export function callMessage(request: Omit<CallRequest, 'traceAccess' | 'deadline'>, hardfork: Hardfork): Message {
  const data = hexToBytes(request.data);
  return {
    from: lower(request.from),
    to: request.to === null ? null : lower(request.to),
    value: request.value,
    data,
    floor: floorGas(data, hardfork),
    gasLimit: request.gas,
    gasPrice: request.gasPrice,
    accessList: (request.accessList ?? []).map(({ address, storageKeys }) => ({
      address: lower(address),
      storageKeys,
    })),
    ...(request.authorizationList === undefined ? {} : { authorizationList: request.authorizationList }),
  };
}
