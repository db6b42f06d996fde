import { authorityOf } from '../transaction/authorization.ts';
import type { Message } from '../transaction/message.ts';
import type { ProgramMemory } from './programMemory.ts';

/** Bytes at the start of a message, see assembly/message.ts. */
const HEAD = 192;
/** Bytes of an entry of assembly/authorization.ts. */
const AUTHORIZATION = 88;

/** Bytes that a message takes in the program's memory. */
export function messageSize({ data, accessList, blobHashes = [], authorizationList = [] }: Message): number {
  let listSize = 0;
  for (const entry of accessList) listSize += 24 + 32 * entry.storageKeys.length;
  return HEAD + listSize + 32 * blobHashes.length + AUTHORIZATION * authorizationList.length + data.length;
}

/** Writes a message as assembly/message.ts takes it. Recovers who signed authorizations where that is not known yet. */
export function writeMessage(memory: ProgramMemory, at: number, message: Message): void {
  const { data, accessList, blobHashes = [], authorizationList = [], to } = message;
  const view = memory.view();
  view.fill(0, at, at + HEAD);
  view.write(message.from.slice(2), at + 12, 'hex');
  if (to !== null) view.write(to.slice(2), at + 44, 'hex');
  memory.writeWord(at + 64, message.value);
  memory.writeWord(at + 96, message.gasPrice);
  if (message.blobFee) memory.writeWord(at + 128, message.blobFee);
  if (message.dataFee) memory.writeWord(at + 160, message.dataFee);
  let p = at + HEAD;
  for (const { address, storageKeys } of accessList) {
    view.write(address.slice(2), p, 'hex');
    view.writeUInt32LE(storageKeys.length, p + 20);
    p += 24;
    for (const key of storageKeys) p += view.write(key.slice(2), p, 'hex');
  }
  for (const hash of blobHashes) p += view.write(hash.slice(2), p, 'hex');
  for (const authorization of authorizationList) {
    const authority = authorityOf(authorization);
    memory.writeWord(p, authorization.chainId);
    view.writeBigUInt64LE(authorization.nonce, p + 32);
    view.write(authorization.address.slice(2), p + 40, 'hex');
    if (authority !== null) view.write(authority.slice(2), p + 60, 'hex');
    view.writeUInt32LE(Number(authority !== null), p + 80);
    p += AUTHORIZATION;
  }
  view.set(data, p);
}
