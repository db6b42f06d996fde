import { MAX_BODY_BYTES, MAX_FRAME_BYTES } from '@tephra/protocol';
import { frameOf, varint } from './crafted.ts';

const BLOCK = 7;
const MAX_ITEMS = 4_096;
const SYSTEM = 0x7e;

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
/** A column of `count` numbers that are 0. */
const column = (count: number): number[] => (count === 0 ? [] : zeros(1 + count));
/** The same, each number of so many bytes. */
const wideColumn = (count: number, size: number): number[] => [
  0,
  ...Array.from({ length: count }, () => [...new Array<number>(size - 1).fill(0x80), 1]).flat(),
];

/** Flags, blocks (the transactions begin in the last one), no carry. */
const start = (transactions: number, blocks = 1): number[] => [
  0,
  ...varint(blocks),
  ...column(blocks),
  ...column(blocks),
  ...[0, ...zeros(blocks - 1), ...varint(transactions)],
  0,
];
const system = (dataSize: number): number[] => [
  ...[SYSTEM, ...zeros(20), 1, ...zeros(20)],
  ...varint(dataSize),
  ...zeros(Math.min(4, dataSize)),
];
const opaque = (size: number): number[] => [0xff, ...varint(size)];
/** One transaction of kind 1 or 4 without data. */
const listed = (kind: 1 | 4): number[] => [
  ...start(1),
  ...[1, kind, 0, 0, 0],
  ...column(1),
  ...zeros(kind === 4 ? 10 : 8),
];
const signature = new Uint8Array(65);

/** Code that repeats one sequence, behind literals for its distances; of as much body as the limits let it make. */
function repeating(sequence: readonly number[], made: number): Uint8Array {
  const head = [0xf4, 0xf0, ...Array.from({ length: 255 }, (_, i) => (i + 1) & 0xff), 1, 0];
  const room = Math.floor((MAX_FRAME_BYTES - 12 - head.length - 2) / sequence.length);
  const count = Math.min(room, Math.floor((MAX_BODY_BYTES - 300) / made));
  const code = Uint8Array.from([...head, ...Array.from({ length: count }, () => sequence).flat(), 0x10, 0x21]);
  return frameOf(BLOCK, { length: 255 + 8 + count * made + 1 } as Uint8Array, undefined, code);
}

/**
 * Frames that take the most of what the format lets them take, each of its kind: what it costs to read them bounds a
 * dispute about frames. None of them is one of an encoder.
 */
export function worstFrames(): Record<string, { frame: Uint8Array; blocks: number }> {
  const entries = Math.floor((MAX_BODY_BYTES - 100) / 21);
  const keys = Math.floor((MAX_BODY_BYTES - 100) / 32);
  const authorizations = Math.floor((MAX_BODY_BYTES - 200) / 87);
  const many = MAX_ITEMS;
  const tail = Math.floor((MAX_BODY_BYTES - 5 * many) / many);
  const systems = (blocks: number, templates: number): number[] => [
    ...start(many, blocks),
    ...varint(templates),
    ...Array.from({ length: templates }, () => (templates === 1 ? system(0) : opaque(1))).flat(),
    ...(templates === 1 ? column(many) : [0, ...Array.from({ length: many }, (_, i) => varint(i % templates)).flat()]),
    ...(templates === 1 ? [...column(many), ...column(many), ...zeros(32 * many), 0] : zeros(2 * many)),
  ];
  const frames: Record<string, [body: number[], signatures?: Uint8Array, blocks?: number]> = {
    'entries of an access list': [
      [...listed(1), ...[0, ...varint(entries)], ...zeros(20 * entries), ...column(entries), 0],
      signature,
    ],
    'keys of an access list': [
      [...listed(1), ...[0, 1], ...zeros(20), ...[0, ...varint(keys)], ...zeros(32 * keys), 0],
      signature,
    ],
    authorisations: [
      [
        ...listed(4),
        ...[0, 0],
        ...[0, ...varint(authorizations)],
        ...zeros(20 * authorizations),
        ...column(authorizations),
        ...column(authorizations),
        ...zeros(65 * authorizations),
        0,
      ],
      signature,
    ],
    'data byte by byte': [[...start(many), 1, ...opaque(tail), ...column(many), 1, ...zeros(tail * many)]],
    'wide numbers': [
      [
        ...start(many),
        ...[1, ...system(0), 0, ...zeros(many)],
        ...wideColumn(many, 14),
        ...wideColumn(many, 14),
        ...zeros(32 * many),
        0,
      ],
    ],
    'settlement transactions': [systems(1, 1)],
    'blocks and transactions': [systems(many, 1), undefined, many],
    'templates of their own': [systems(many, many), undefined, many],
  };
  const crafted = Object.entries(frames).map(([name, [body, signatures, blocks = 1]]) => [
    name,
    { frame: frameOf(BLOCK, body, signatures), blocks },
  ]);
  return {
    ...Object.fromEntries(crafted),
    'matches of one byte': { frame: repeating([0x0e, 1, 0], 18), blocks: 1 },
    'literals and matches': { frame: repeating([0x1e, 0x61, 1, 0], 19), blocks: 1 },
    'literals and extended matches': { frame: repeating([0x1f, 0x61, 1, 0, 0], 20), blocks: 1 },
  };
}
