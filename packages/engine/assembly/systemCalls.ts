/** What a fork has done to the state when a block begins: calls that are no transactions, and free. */
import * as codes from './code';
import * as fork from './fork';
import * as frame from './frame';
import * as message from './message';
import * as world from './world';

/** EIP-4788: keeps parentBeaconBlockRoot, which is the origin's hash here. */
const BEACON_ROOTS = memory.data<u8>([
  0x00, 0x0f, 0x3d, 0xf6, 0xd7, 0x32, 0x80, 0x7e, 0xf1, 0x31, 0x9f, 0xb7, 0xb8, 0xbb, 0x85, 0x22, 0xd0, 0xbe, 0xac, 0x02,
]);
/** EIP-2935: keeps the parent's hash. */
const HISTORY_STORAGE = memory.data<u8>([
  0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5, 0x3a, 0x10, 0xcb, 0x7a, 0x02, 0x33, 0x5b, 0x17, 0x53, 0x20, 0x00, 0x29, 0x35,
]);
const CALLER = memory.data<u8>([
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
]);
const GAS: i64 = 30000000;

const MESSAGE: usize = memory.data(192 + 32, 16);

/** @param originHash, parentHash 32 bytes */
export function make(originHash: usize, parentHash: usize): void {
  call(BEACON_ROOTS, originHash);
  if (fork.current >= fork.PRAGUE) call(HISTORY_STORAGE, parentHash);
}

/** Where the chain has no such contract, nothing happens. @param data 32 bytes */
function call(address: usize, data: usize): void {
  if (codes.lengthOf(codes.recordOf(world.account(address))) == 0) return;
  memory.fill(MESSAGE, 0, message.HEAD);
  memory.copy(MESSAGE + message.FROM + 12, CALLER, 20);
  memory.copy(MESSAGE + message.TO + 12, address, 20);
  memory.copy(MESSAGE + message.HEAD, data, 32);
  const caller = world.account(CALLER);
  const nonce = load<u64>(caller, world.NONCE);
  world.beginTransaction();
  message.execute(MESSAGE, false, GAS, 0, 0, 0, 0, 0, 32);
  world.setNonce(caller, nonce);
  world.endTransaction();
  frame.trim();
}
