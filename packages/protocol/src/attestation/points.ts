import { type Hex, toHex } from 'viem';
import { ProtocolError } from '../errors.ts';

/** A point of BN254's G1, affine; (0, 0) is infinity. */
export type G1Point = { X: bigint; Y: bigint };
/** A point of BN254's G2, affine, in the order of Solidity and EIP-197: `X[0]` is the imaginary part. */
export type G2Point = { X: [bigint, bigint]; Y: [bigint, bigint] };

/** {@link G1Point} in JSON: each coordinate 32 bytes of hex. */
export type WireG1 = { x: Hex; y: Hex };
/** {@link G2Point} in JSON: the imaginary part first. */
export type WireG2 = { x: [Hex, Hex]; y: [Hex, Hex] };

/** To JSON. */
export function encodeG1(point: G1Point): WireG1 {
  return { x: word(point.X), y: word(point.Y) };
}

/** From JSON; throws `ATTESTATION_MALFORMED` for anything but words of 32 bytes. Says nothing about the curve. */
export function decodeG1(wire: WireG1): G1Point {
  return { X: number(wire.x), Y: number(wire.y) };
}

/** To JSON. */
export function encodeG2(point: G2Point): WireG2 {
  return { x: [word(point.X[0]), word(point.X[1])], y: [word(point.Y[0]), word(point.Y[1])] };
}

/** From JSON; throws `ATTESTATION_MALFORMED` for anything but words of 32 bytes. Says nothing about the curve. */
export function decodeG2(wire: WireG2): G2Point {
  return { X: [number(wire.x[0]), number(wire.x[1])], Y: [number(wire.y[0]), number(wire.y[1])] };
}

function word(value: bigint): Hex {
  return toHex(value, { size: 32 });
}

function number(hex: Hex): bigint {
  if (typeof hex !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(hex))
    throw new ProtocolError('ATTESTATION_MALFORMED', 'a coordinate is not a word of 32 bytes', {
      hint: 'send each coordinate as 0x and 64 hex digits',
    });
  return BigInt(hex);
}
