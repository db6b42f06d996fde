import {
  batchRegistryAbi,
  bridgeAbi,
  chainStateAbi,
  demoErc20Abi,
  demoNftAbi,
  faucetAbi,
  feeVaultAbi,
  inboxAbi,
  l2BridgeAbi,
  outboxAbi,
  rollupAbi,
  rollupFactoryAbi,
  settlerAbi,
} from '@tephra/l1/abis';
import {
  type Abi,
  type AbiEvent,
  type AbiFunction,
  type AbiParameter,
  decodeAbiParameters,
  decodeEventLog,
  type Hex,
  hexToBigInt,
  size,
  slice,
  toEventSelector,
  toFunctionSelector,
} from 'viem';
import { KNOWN_ABI, KNOWN_ERC20_EVENTS, KNOWN_ERC721_EVENTS } from './knownAbi.ts';

/** One argument with its Solidity type; tuples and arrays keep their parts in `value`. */
export type DecodedArg = { name: string; type: string; value: unknown; components: readonly AbiParameter[] };

/** A call, event or error by name. */
export type Decoded = {
  name: string;
  /** `transfer(address,uint256)`. */
  signature: string;
  args: readonly DecodedArg[];
};

type AbiError = Extract<Abi[number], { type: 'error' }>;
type WithInputs = { name: string; inputs: readonly AbiParameter[] };
type Index<Item> = ReadonlyMap<Hex, readonly Item[]>;

const OURS: readonly Abi[] = [
  l2BridgeAbi,
  outboxAbi,
  chainStateAbi,
  faucetAbi,
  feeVaultAbi,
  settlerAbi,
  rollupAbi,
  bridgeAbi,
  inboxAbi,
  rollupFactoryAbi,
  batchRegistryAbi,
  demoNftAbi,
  demoErc20Abi,
];
const KNOWN: Abi = [...KNOWN_ERC721_EVENTS, ...KNOWN_ERC20_EVENTS, ...KNOWN_ABI, ...OURS.flat()];

type Indexes = { functions: Index<AbiFunction>; events: Index<AbiEvent>; errors: Index<AbiError> };
const indexes = new WeakMap<Abi, Indexes>();

/** Selectors of an ABI, made once per ABI object. */
function indexOf(abi: Abi): Indexes {
  const known = indexes.get(abi);
  if (known !== undefined) return known;
  const functions = new Map<Hex, AbiFunction[]>();
  const events = new Map<Hex, AbiEvent[]>();
  const errors = new Map<Hex, AbiError[]>();
  const put = <Item>(map: Map<Hex, Item[]>, key: Hex, item: Item) => map.set(key, [...(map.get(key) ?? []), item]);
  for (const item of abi) {
    if (item.type === 'function') put(functions, toFunctionSelector(item), item);
    else if (item.type === 'event' && item.anonymous !== true) put(events, toEventSelector(item), item);
    // An error's selector is made like a function's.
    else if (item.type === 'error')
      put(errors, toFunctionSelector({ ...item, type: 'function', outputs: [], stateMutability: 'view' }), item);
  }
  const made = { functions, events, errors };
  indexes.set(abi, made);
  return made;
}

function candidates<Item>(pick: (index: Indexes) => Index<Item>, selector: Hex, own: Abi | undefined): readonly Item[] {
  const first = own === undefined ? [] : (pick(indexOf(own)).get(selector) ?? []);
  return [...first, ...(pick(indexOf(KNOWN)).get(selector) ?? [])];
}

/** The function that a call names, with its arguments; `own` is the ABI of the called contract where one is known. */
export function decodeCall(input: Hex, own?: Abi): Decoded | null {
  if (size(input) < 4) return null;
  const rest = size(input) === 4 ? '0x' : slice(input, 4);
  for (const item of candidates((index) => index.functions, slice(input, 0, 4), own)) {
    const args = decodeArgs(item.inputs, rest);
    if (args !== null) return named(item, args);
  }
  return null;
}

/** Name of the called function where it is known, else its selector; empty for a plain transfer. */
export function methodOf(input: Hex, own?: Abi): string {
  if (size(input) < 4) return '';
  const selector = slice(input, 0, 4);
  return candidates((index) => index.functions, selector, own)[0]?.name ?? selector;
}

/** Reads arguments by name; a contract of another version may name them otherwise. */
export function reader(call: Decoded): <Value>(name: string, otherwise: Value) => Value {
  return <Value>(name: string, otherwise: Value) => {
    const found = call.args.find((arg) => arg.name === name)?.value;
    return typeof found === typeof otherwise ? (found as Value) : otherwise;
  };
}

/** Return values of a call whose function is known. */
export function decodeOutput(input: Hex, output: Hex, own?: Abi): readonly DecodedArg[] | null {
  if (size(input) < 4 || size(output) === 0) return null;
  for (const item of candidates((index) => index.functions, slice(input, 0, 4), own)) {
    const args =
      item.outputs.length === 0
        ? null
        : decodeArgs(item.outputs, output, item.outputs.length === 1 ? 'answer' : 'answer ');
    if (args !== null) return args;
  }
  return null;
}

/** An event by name, with arguments in the order of its declaration. */
export function decodeEvent(log: { topics: readonly Hex[]; data: Hex }, own?: Abi): Decoded | null {
  const [first, ...rest] = log.topics;
  if (first === undefined) return null;
  for (const item of candidates((index) => index.events, first, own)) {
    try {
      const event = decodeEventLog({ abi: [item], topics: [first, ...rest], data: log.data, strict: true });
      const values: unknown = event.args ?? {};
      const value = (input: AbiParameter, at: number): unknown =>
        Array.isArray(values) ? values[at] : (values as Record<string, unknown>)[input.name ?? ''];
      return named(
        item,
        item.inputs.map((input, at) => argOf(input, value(input, at), at)),
      );
    } catch {
      // another event with the same topic
    }
  }
  return null;
}

export type DecodedRevert =
  | { kind: 'reason'; text: string }
  | { kind: 'panic'; code: bigint; text: string }
  | { kind: 'custom'; error: Decoded }
  | { kind: 'unknown'; data: Hex }
  | { kind: 'empty' };

const PANICS: Record<string, string> = {
  '1': 'an assertion failed',
  '17': 'arithmetic overflow or underflow',
  '18': 'division by zero',
  '33': 'a number outside its enum',
  '34': 'a badly encoded storage array',
  '49': 'pop on an empty array',
  '50': 'an index outside its array',
  '65': 'too much memory was asked for',
  '81': 'a call of an unset internal function',
};

/** What revert data says: Error(string), Panic(uint256), a known custom error, or bytes that nobody here knows. */
export function decodeRevert(data: Hex, own?: readonly Abi[]): DecodedRevert {
  if (size(data) === 0) return { kind: 'empty' };
  if (size(data) < 4) return { kind: 'unknown', data };
  const selector = slice(data, 0, 4);
  const rest = size(data) === 4 ? '0x' : slice(data, 4);
  try {
    if (selector === '0x08c379a0') {
      const [text] = decodeAbiParameters([{ type: 'string' }], rest);
      return { kind: 'reason', text };
    }
    if (selector === '0x4e487b71' && size(rest) === 32) {
      const code = hexToBigInt(rest);
      return { kind: 'panic', code, text: PANICS[code.toString()] ?? `panic code ${code}` };
    }
  } catch {
    return { kind: 'unknown', data };
  }
  for (const abi of [...(own ?? []), KNOWN]) {
    for (const item of indexOf(abi).errors.get(selector) ?? []) {
      const args = decodeArgs(item.inputs, rest);
      if (args !== null) return { kind: 'custom', error: named(item, args) };
    }
  }
  return { kind: 'unknown', data };
}

/** One line: `InsufficientOutput(wanted 100, got 2)`. */
export function revertText(revert: DecodedRevert): string {
  switch (revert.kind) {
    case 'reason':
      return revert.text;
    case 'panic':
      return `${revert.text} (panic ${revert.code})`;
    case 'custom':
      return `${revert.error.name}(${revert.error.args.map((arg) => `${arg.name} ${valueText(arg.value)}`).join(', ')})`;
    case 'unknown':
      return `error ${revert.data.slice(0, 10)}, which no ABI known here names`;
    case 'empty':
      return 'no reason given';
  }
}

/** A value as text: lists and tuples in brackets. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `(${Object.values(value).map(valueText).join(', ')})`;
  }
  return String(value);
}

function named(item: WithInputs, args: readonly DecodedArg[]): Decoded {
  return { name: item.name, signature: `${item.name}(${item.inputs.map(typeOf).join(',')})`, args };
}

function decodeArgs(inputs: readonly AbiParameter[], data: Hex, word?: string): DecodedArg[] | null {
  if (inputs.length === 0) return [];
  try {
    const values: readonly unknown[] = decodeAbiParameters(inputs, data);
    return inputs.map((input, at) => argOf(input, values[at], at, word));
  } catch {
    return null;
  }
}

/** `word` names what the ABI leaves unnamed; a trailing space asks for a number behind it. */
function argOf(input: AbiParameter, value: unknown, at: number, word = 'argument '): DecodedArg {
  const components = 'components' in input ? input.components : [];
  const name = input.name || (word.endsWith(' ') ? `${word}${at + 1}` : word);
  return { name, type: input.type, value, components };
}

/** Canonical type of a parameter: tuples written out. */
function typeOf(input: AbiParameter): string {
  if (!('components' in input) || !input.type.startsWith('tuple')) return input.type;
  return `(${input.components.map(typeOf).join(',')})${input.type.slice('tuple'.length)}`;
}
