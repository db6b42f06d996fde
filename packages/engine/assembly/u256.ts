/**
 * 256-bit arithmetic. A number is 32 bytes in memory: four u64 limbs, the lowest first. Functions of two operands
 * take the stack's order (`a` is the top) and leave the result in `b`.
 */

// @ts-ignore: decorator
@inline
export function setU64(p: usize, value: u64): void {
  store<u64>(p, value);
  store<u64>(p, 0, 8);
  store<u64>(p, 0, 16);
  store<u64>(p, 0, 24);
}

// @ts-ignore: decorator
@inline
export function copy(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}

// @ts-ignore: decorator
@inline
export function isZero(p: usize): bool {
  return (load<u64>(p) | load<u64>(p, 8) | load<u64>(p, 16) | load<u64>(p, 24)) == 0;
}

// @ts-ignore: decorator
@inline
export function fitsU64(p: usize): bool {
  return (load<u64>(p, 8) | load<u64>(p, 16) | load<u64>(p, 24)) == 0;
}

// @ts-ignore: decorator
@inline
export function equal(a: usize, b: usize): bool {
  return (
    ((load<u64>(a) ^ load<u64>(b)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24))) ==
    0
  );
}

export function less(a: usize, b: usize): bool {
  let x = load<u64>(a, 24), y = load<u64>(b, 24);
  if (x != y) return x < y;
  x = load<u64>(a, 16), y = load<u64>(b, 16);
  if (x != y) return x < y;
  x = load<u64>(a, 8), y = load<u64>(b, 8);
  if (x != y) return x < y;
  return load<u64>(a) < load<u64>(b);
}

export function signedLess(a: usize, b: usize): bool {
  const x = <i64>load<u64>(a, 24), y = <i64>load<u64>(b, 24);
  if (x != y) return x < y;
  return less(a, b);
}

// @ts-ignore: decorator
@inline
export function isNegative(p: usize): bool {
  return <i64>load<u64>(p, 24) < 0;
}

/** b = a + b */
// @ts-ignore: decorator
@inline
export function add(a: usize, b: usize): void {
  const x0 = load<u64>(a), x1 = load<u64>(a, 8), x2 = load<u64>(a, 16);
  let s = x0 + load<u64>(b);
  let carry = u64(s < x0);
  store<u64>(b, s);
  s = x1 + load<u64>(b, 8);
  let next = u64(s < x1);
  s += carry;
  carry = next | u64(s < carry);
  store<u64>(b, s, 8);
  s = x2 + load<u64>(b, 16);
  next = u64(s < x2);
  s += carry;
  carry = next | u64(s < carry);
  store<u64>(b, s, 16);
  store<u64>(b, load<u64>(a, 24) + load<u64>(b, 24) + carry, 24);
}

/** b = a - b */
// @ts-ignore: decorator
@inline
export function sub(a: usize, b: usize): void {
  const x0 = load<u64>(a), x1 = load<u64>(a, 8), x2 = load<u64>(a, 16);
  let y = load<u64>(b);
  let borrow = u64(x0 < y);
  store<u64>(b, x0 - y);
  y = load<u64>(b, 8);
  let next = u64(x1 < y);
  let d = x1 - y;
  next |= u64(d < borrow);
  store<u64>(b, d - borrow, 8);
  borrow = next;
  y = load<u64>(b, 16);
  next = u64(x2 < y);
  d = x2 - y;
  next |= u64(d < borrow);
  store<u64>(b, d - borrow, 16);
  store<u64>(b, load<u64>(a, 24) - load<u64>(b, 24) - next, 24);
}

/** p = -p */
export function negate(p: usize): void {
  let carry: u64 = 1;
  for (let i: usize = 0; i < 32; i += 8) {
    const limb = ~load<u64>(p + i) + carry;
    carry = u64(carry != 0 && limb == 0);
    store<u64>(p + i, limb);
  }
}

// @ts-ignore: decorator
@inline
function mulHigh(a: u64, b: u64): u64 {
  const al = a & 0xffffffff, ah = a >> 32, bl = b & 0xffffffff, bh = b >> 32;
  const ll = al * bl, lh = al * bh, hl = ah * bl;
  const mid = (ll >> 32) + (lh & 0xffffffff) + (hl & 0xffffffff);
  return ah * bh + (lh >> 32) + (hl >> 32) + (mid >> 32);
}

/** b = a * b */
export function mul(a: usize, b: usize): void {
  const a0 = load<u64>(a), a1 = load<u64>(a, 8), a2 = load<u64>(a, 16), a3 = load<u64>(a, 24);
  const b0 = load<u64>(b), b1 = load<u64>(b, 8), b2 = load<u64>(b, 16), b3 = load<u64>(b, 24);
  if ((a1 | a2 | a3 | b1 | b2 | b3) == 0) {
    store<u64>(b, a0 * b0);
    store<u64>(b, mulHigh(a0, b0), 8);
    return;
  }
  // Column by column; each row's carry goes to the next limb.
  let r1: u64, r2: u64, r3: u64;
  let c = mulHigh(a0, b0);
  let lo = a1 * b0;
  r1 = lo + c;
  c = mulHigh(a1, b0) + u64(r1 < lo);
  lo = a2 * b0;
  r2 = lo + c;
  c = mulHigh(a2, b0) + u64(r2 < lo);
  r3 = a3 * b0 + c;
  lo = a0 * b1;
  r1 += lo;
  c = mulHigh(a0, b1) + u64(r1 < lo);
  lo = a1 * b1;
  let t = lo + c;
  c = mulHigh(a1, b1) + u64(t < lo);
  r2 += t;
  c += u64(r2 < t);
  r3 += a2 * b1 + c;
  lo = a0 * b2;
  r2 += lo;
  r3 += a1 * b2 + mulHigh(a0, b2) + u64(r2 < lo);
  r3 += a0 * b3;
  store<u64>(b, a0 * b0);
  store<u64>(b, r1, 8);
  store<u64>(b, r2, 16);
  store<u64>(b, r3, 24);
}

/** Dividend and then remainder, 32-bit digits: 16 and one for normalisation. */
const U: usize = memory.data(4 * 18, 16);
const V: usize = memory.data(4 * 8, 16);
const Q: usize = memory.data(4 * 17, 16);

// @ts-ignore: decorator
@inline
function digit(p: usize, i: i32): u64 {
  return <u64>load<u32>(p + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function setDigit(p: usize, i: i32, value: u64): void {
  store<u32>(p + (<usize>i << 2), <u32>value);
}

/**
 * Divides the `count` digits at U by the 256-bit number at `d`, which is not 0: quotient to Q, remainder to the low
 * digits of U (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D).
 */
function divide(count: i32, d: usize): void {
  memory.fill(Q, 0, 4 * 17);
  let n = 8;
  while (digit(d, n - 1) == 0) n--;
  while (count > 0 && digit(U, count - 1) == 0) count--;
  if (count < n) {
    for (let i = count; i < 8; i++) setDigit(U, i, 0);
    return;
  }
  if (n == 1) {
    const v = digit(d, 0);
    let r: u64 = 0;
    for (let i = count - 1; i >= 0; i--) {
      const x = (r << 32) | digit(U, i);
      setDigit(Q, i, x / v);
      r = x % v;
      setDigit(U, i, 0);
    }
    for (let i = 1; i < 8; i++) setDigit(U, i, 0);
    setDigit(U, 0, r);
    return;
  }
  const shift = <u64>clz<u32>(<u32>digit(d, n - 1));
  for (let i = n - 1; i > 0; i--) setDigit(V, i, (digit(d, i) << shift) | ((digit(d, i - 1) << shift) >> 32));
  setDigit(V, 0, digit(d, 0) << shift);
  setDigit(U, count, (digit(U, count - 1) << shift) >> 32);
  for (let i = count - 1; i > 0; i--) setDigit(U, i, (digit(U, i) << shift) | ((digit(U, i - 1) << shift) >> 32));
  setDigit(U, 0, digit(U, 0) << shift);

  const v1 = digit(V, n - 1), v2 = digit(V, n - 2);
  for (let j = count - n; j >= 0; j--) {
    const head = (digit(U, j + n) << 32) | digit(U, j + n - 1);
    let q = head / v1;
    let r = head % v1;
    while (q > 0xffffffff || q * v2 > ((r << 32) | digit(U, j + n - 2))) {
      q--;
      r += v1;
      if (r > 0xffffffff) break;
    }
    let carry: u64 = 0;
    let borrow: i64 = 0;
    for (let i = 0; i < n; i++) {
      const p = q * digit(V, i) + carry;
      carry = p >> 32;
      const t = <i64>digit(U, i + j) - borrow - <i64>(p & 0xffffffff);
      setDigit(U, i + j, <u64>t);
      borrow = t < 0 ? 1 : 0;
    }
    const t = <i64>digit(U, j + n) - borrow - <i64>carry;
    setDigit(U, j + n, <u64>t);
    if (t < 0) {
      q--;
      let c: u64 = 0;
      for (let i = 0; i < n; i++) {
        const s = digit(U, i + j) + digit(V, i) + c;
        setDigit(U, i + j, s);
        c = s >> 32;
      }
      setDigit(U, j + n, digit(U, j + n) + c);
    }
    setDigit(Q, j, q);
  }
  for (let i = 0; i < n; i++) {
    setDigit(U, i, (digit(U, i) >> shift) | ((digit(U, i + 1) << (32 - shift)) & 0xffffffff));
  }
  for (let i = n; i < 8; i++) setDigit(U, i, 0);
}

/** b = a / b, 0 for b = 0 */
export function div(a: usize, b: usize): void {
  if (isZero(b)) return;
  if (fitsU64(a) && fitsU64(b)) {
    store<u64>(b, load<u64>(a) / load<u64>(b));
    return;
  }
  copy(a, U);
  divide(8, b);
  copy(Q, b);
}

/** b = a mod b, 0 for b = 0 */
export function mod(a: usize, b: usize): void {
  if (isZero(b)) return;
  if (fitsU64(a) && fitsU64(b)) {
    store<u64>(b, load<u64>(a) % load<u64>(b));
    return;
  }
  copy(a, U);
  divide(8, b);
  copy(U, b);
}

/** b = a / b, two's complement, rounded to 0; may change a */
export function sdiv(a: usize, b: usize): void {
  const negative = isNegative(a) != isNegative(b);
  if (isNegative(a)) negate(a);
  if (isNegative(b)) negate(b);
  div(a, b);
  if (negative) negate(b);
}

/** b = a mod b with the sign of a; may change a */
export function smod(a: usize, b: usize): void {
  const negative = isNegative(a);
  if (negative) negate(a);
  if (isNegative(b)) negate(b);
  mod(a, b);
  if (negative) negate(b);
}

/** n = (a + b) mod n over 257 bits, 0 for n = 0 */
export function addmod(a: usize, b: usize, n: usize): void {
  if (isZero(n)) return;
  let carry: u64 = 0;
  for (let i = 0; i < 8; i++) {
    const s = digit(a, i) + digit(b, i) + carry;
    setDigit(U, i, s);
    carry = s >> 32;
  }
  setDigit(U, 8, carry);
  divide(9, n);
  copy(U, n);
}

/** n = (a * b) mod n over 512 bits, 0 for n = 0 */
export function mulmod(a: usize, b: usize, n: usize): void {
  if (isZero(n)) return;
  memory.fill(U, 0, 4 * 18);
  for (let i = 0; i < 8; i++) {
    const x = digit(a, i);
    if (x == 0) continue;
    let carry: u64 = 0;
    for (let j = 0; j < 8; j++) {
      const t = x * digit(b, j) + digit(U, i + j) + carry;
      setDigit(U, i + j, t);
      carry = t >> 32;
    }
    setDigit(U, i + 8, carry);
  }
  divide(16, n);
  copy(U, n);
}

const POWER: usize = memory.data(32, 16);
const RESULT: usize = memory.data(32, 16);

/** b = a ** b */
export function exp(a: usize, b: usize): void {
  setU64(RESULT, 1);
  copy(a, POWER);
  const bits = bitLength(b);
  for (let i = 0; i < bits; i++) {
    if ((load<u64>(b + (<usize>(i >> 6) << 3)) >> <u64>(i & 63)) & 1) mul(POWER, RESULT);
    mul(POWER, POWER);
  }
  copy(RESULT, b);
}

export function bitLength(p: usize): i32 {
  for (let i = 3; i >= 0; i--) {
    const limb = load<u64>(p + (<usize>i << 3));
    if (limb != 0) return (i << 6) + 64 - <i32>clz<u64>(limb);
  }
  return 0;
}

/** value = value << by */
export function shl(by: usize, value: usize): void {
  if (!fitsU64(by) || load<u64>(by) > 255) {
    setU64(value, 0);
    return;
  }
  const n = <i32>load<u64>(by);
  const limbs = n >> 6;
  const bits = <u64>(n & 63);
  for (let i = 3; i >= 0; i--) {
    let limb: u64 = 0;
    if (i >= limbs) {
      limb = load<u64>(value + (<usize>(i - limbs) << 3)) << bits;
      if (bits != 0 && i > limbs) limb |= load<u64>(value + (<usize>(i - limbs - 1) << 3)) >> (64 - bits);
    }
    store<u64>(value + (<usize>i << 3), limb);
  }
}

/** value = value >> by, filled with `fill` (0 or all ones) */
export function shiftRight(by: usize, value: usize, fill: u64): void {
  if (!fitsU64(by) || load<u64>(by) > 255) {
    for (let i: usize = 0; i < 32; i += 8) store<u64>(value + i, fill);
    return;
  }
  const n = <i32>load<u64>(by);
  const limbs = n >> 6;
  const bits = <u64>(n & 63);
  for (let i = 0; i < 4; i++) {
    const low = i + limbs < 4 ? load<u64>(value + (<usize>(i + limbs) << 3)) : fill;
    const high = i + limbs + 1 < 4 ? load<u64>(value + (<usize>(i + limbs + 1) << 3)) : fill;
    store<u64>(value + (<usize>i << 3), bits == 0 ? low : (low >> bits) | (high << (64 - bits)));
  }
}

/** value = the byte of `value` with index `at` from the most significant */
export function byteAt(at: usize, value: usize): void {
  if (!fitsU64(at) || load<u64>(at) > 31) setU64(value, 0);
  else setU64(value, load<u8>(value + 31 - <usize>load<u64>(at)));
}

/** value = value, whose sign bit is that of byte `at` from the least significant, extended */
export function signextend(at: usize, value: usize): void {
  if (!fitsU64(at) || load<u64>(at) > 30) return;
  const last = <usize>load<u64>(at);
  const fill: u8 = load<u8>(value + last) & 0x80 ? 0xff : 0;
  memory.fill(value + last + 1, fill, 31 - last);
}

/** Number from 32 big-endian bytes. */
// @ts-ignore: decorator
@inline
export function fromBytes(bytes: usize, to: usize): void {
  const b0 = load<u64>(bytes), b1 = load<u64>(bytes, 8), b2 = load<u64>(bytes, 16), b3 = load<u64>(bytes, 24);
  store<u64>(to, bswap<u64>(b3));
  store<u64>(to, bswap<u64>(b2), 8);
  store<u64>(to, bswap<u64>(b1), 16);
  store<u64>(to, bswap<u64>(b0), 24);
}

/** Number as 32 big-endian bytes; may be done in place. */
// @ts-ignore: decorator
@inline
export function toBytes(from: usize, bytes: usize): void {
  fromBytes(from, bytes);
}

/** Number from the 20 bytes of an address. */
// @ts-ignore: decorator
@inline
export function fromAddress(address: usize, to: usize): void {
  store<u64>(to, bswap<u64>(load<u64>(address, 12)));
  store<u64>(to, bswap<u64>(load<u64>(address, 4)), 8);
  store<u64>(to, <u64>bswap<u32>(load<u32>(address)), 16);
  store<u64>(to, 0, 24);
}

/** The low 20 bytes of a number, big-endian. */
// @ts-ignore: decorator
@inline
export function toAddress(from: usize, address: usize): void {
  store<u32>(address, bswap<u32>(load<u32>(from, 16)));
  store<u64>(address, bswap<u64>(load<u64>(from, 8)), 4);
  store<u64>(address, bswap<u64>(load<u64>(from)), 12);
}
