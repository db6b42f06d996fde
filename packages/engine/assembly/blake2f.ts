/** The compression function of BLAKE2b with any number of rounds (RFC 7693, EIP-152). */

/** Rounds (4, big-endian), state (64), message (128), offset (16), whether it is the last block (1). */
export const INPUT: usize = memory.data(213, 16);
const OUTPUT: usize = memory.data(64, 16);
const V: usize = memory.data(128, 16);

const IV = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
  0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);

/** Order of the message words in each of ten rounds. */
const SIGMA = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
  11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
  7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
  9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
  2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
  12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
  13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
  6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
  10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
]);

// @ts-ignore: decorator
@inline
function word(order: usize, i: usize): u64 {
  return load<u64>(INPUT + 68 + (<usize>load<u8>(order + i) << 3));
}

// @ts-ignore: decorator
@inline
function mix(a: usize, b: usize, c: usize, d: usize, x: u64, y: u64): void {
  let va = load<u64>(V + a), vb = load<u64>(V + b), vc = load<u64>(V + c), vd = load<u64>(V + d);
  va += vb + x;
  vd = rotr<u64>(vd ^ va, 32);
  vc += vd;
  vb = rotr<u64>(vb ^ vc, 24);
  va += vb + y;
  vd = rotr<u64>(vd ^ va, 16);
  vc += vd;
  vb = rotr<u64>(vb ^ vc, 63);
  store<u64>(V + a, va);
  store<u64>(V + b, vb);
  store<u64>(V + c, vc);
  store<u64>(V + d, vd);
}

/** For new INPUT. */
export function begin(): void {
  order = 0;
  memory.copy(V, INPUT + 4, 64);
  memory.copy(V + 64, IV, 64);
  store<u64>(V, load<u64>(V, 96) ^ load<u64>(INPUT, 196), 96);
  store<u64>(V, load<u64>(V, 104) ^ load<u64>(INPUT, 204), 104);
  if (load<u8>(INPUT, 212)) store<u64>(V, ~load<u64>(V, 112), 112);
}

let order: usize = 0;

/** Does the next rounds. Not all at once: engines optimise a function for its next call. */
export function mixRounds(count: u32): void {
  for (let round: u32 = 0; round < count; round++) {
    const s = SIGMA + order;
    mix(0, 32, 64, 96, word(s, 0), word(s, 1));
    mix(8, 40, 72, 104, word(s, 2), word(s, 3));
    mix(16, 48, 80, 112, word(s, 4), word(s, 5));
    mix(24, 56, 88, 120, word(s, 6), word(s, 7));
    mix(0, 40, 80, 120, word(s, 8), word(s, 9));
    mix(8, 48, 88, 96, word(s, 10), word(s, 11));
    mix(16, 56, 64, 104, word(s, 12), word(s, 13));
    mix(24, 32, 72, 112, word(s, 14), word(s, 15));
    order = order == 144 ? 0 : order + 16;
  }
}

/** @returns where the 64 bytes of the output are */
export function finish(): usize {
  for (let i: usize = 0; i < 64; i += 8) {
    store<u64>(OUTPUT + i, load<u64>(INPUT + 4 + i) ^ load<u64>(V + i) ^ load<u64>(V + 64 + i));
  }
  return OUTPUT;
}
