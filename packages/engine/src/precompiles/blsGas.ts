// Lengths of one pair in the inputs, bytes (EIP-2537).
export const G1_PAIR = 160;
export const G2_PAIR = 288;
export const PAIRING_PAIR = 384;

/** Gas of one multiplication in a sum of 1, 2, ... 128 of them, in thousandths of the price of a single one; then the last. */
// biome-ignore format: a table
const G1_DISCOUNTS = [
  1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669, 665, 661, 658, 654, 651,
  648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619, 617, 615, 613, 611, 609, 608, 606, 604, 603, 601,
  599, 598, 596, 595, 593, 592, 591, 589, 588, 586, 585, 584, 582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570,
  569, 568, 567, 566, 565, 564, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547,
  547, 546, 545, 544, 543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531, 530, 529, 528,
  528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519,
];
// biome-ignore format: a table
const G2_DISCOUNTS = [
  1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704, 699, 693, 688, 683, 679,
  674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634, 632, 629, 627, 624, 622, 620, 618, 615, 613, 611,
  609, 607, 606, 604, 602, 600, 598, 597, 595, 593, 592, 590, 589, 587, 586, 584, 583, 582, 580, 579, 578, 576, 575,
  574, 573, 571, 570, 569, 568, 567, 566, 565, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551,
  550, 549, 548, 547, 546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535, 534, 533, 532,
  532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524,
];

/** @returns undefined where an input of this length is none */
function sumGas(length: number, pairBytes: number, each: bigint, discounts: readonly number[]): bigint | undefined {
  const pairs = length / pairBytes;
  if (pairs === 0 || !Number.isInteger(pairs)) return undefined;
  const discount = discounts[Math.min(pairs, discounts.length) - 1]!;
  return (BigInt(pairs) * each * BigInt(discount)) / 1_000n;
}

function pairingGas(length: number): bigint | undefined {
  const pairs = length / PAIRING_PAIR;
  return pairs === 0 || !Number.isInteger(pairs) ? undefined : 37_700n + 32_600n * BigInt(pairs);
}

const fixed =
  (length: number, gas: bigint) =>
  (actual: number): bigint | undefined =>
    actual === length ? gas : undefined;

const GAS: Readonly<Record<number, (length: number) => bigint | undefined>> = {
  11: fixed(256, 375n),
  12: (length) => sumGas(length, G1_PAIR, 12_000n, G1_DISCOUNTS),
  13: fixed(512, 600n),
  14: (length) => sumGas(length, G2_PAIR, 22_500n, G2_DISCOUNTS),
  15: pairingGas,
  16: fixed(64, 5_500n),
  17: fixed(128, 23_800n),
};

/** Gas of a precompiled contract on BLS12-381 (0x0b to 0x11) for an input of this length; undefined where there is none such. */
export const blsGas = (id: number, length: number): bigint | undefined => GAS[id]!(length);
