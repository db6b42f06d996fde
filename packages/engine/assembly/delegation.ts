/** EIP-7702: code that stands for another account's, 0xef0100 and its address. */
import * as codes from './code';
import * as fork from './fork';
import { keccak256 } from './keccak';
import * as world from './world';

const PREFIX: usize = 3;
const SIZE: usize = PREFIX + 20;

/** Address of the account that code stands for (20 bytes), 0 for any other code. @param code record of code.ts */
// @ts-ignore: decorator
@inline
export function delegateOf(code: usize): usize {
  return codes.lengthOf(code) == SIZE && fork.current >= fork.PRAGUE ? designated(codes.dataOf(code)) : 0;
}

function designated(data: usize): usize {
  return load<u16>(data) == 0x01ef && load<u8>(data, 2) == 0 ? data + PREFIX : 0;
}

/** Record of the code that runs when an account is called: one step is followed, never two. */
export function runningCode(account: usize): usize {
  const own = codes.recordOf(account);
  const delegate = delegateOf(own);
  return delegate == 0 ? own : codes.recordOf(world.account(delegate));
}

/** Whether transactions can come from an account: it has no code, or stands for another one. */
export function maySend(account: usize): bool {
  return world.hasNoCode(account) || delegateOf(codes.recordOf(account)) != 0;
}

const DESIGNATOR: usize = memory.data(32, 16);
const HASH: usize = memory.data(32, 16);

/** Makes an account stand for another one; for itself again when that is the zero address. @param address 20 bytes */
export function delegateTo(account: usize, address: usize): void {
  if ((load<u64>(address) | load<u64>(address, 8) | <u64>load<u32>(address, 16)) == 0) {
    world.setCode(account, world.EMPTY_CODE_HASH, 0);
    return;
  }
  store<u16>(DESIGNATOR, 0x01ef);
  store<u8>(DESIGNATOR, 0, 2);
  memory.copy(DESIGNATOR + PREFIX, address, 20);
  keccak256(DESIGNATOR, SIZE, HASH);
  world.setCode(account, HASH, codes.keep(DESIGNATOR, SIZE, HASH));
}
