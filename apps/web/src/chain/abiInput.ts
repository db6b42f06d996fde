import { type AbiParameter, isAddress, isHex, size } from 'viem';

/**
 * What a person typed for an argument, as the value that encoding wants.
 * Numbers: decimal or 0x, `_` and `,` between digits allowed. Lists and structs: JSON, or a comma list for plain lists.
 * @throws Error that says what is expected.
 */
export function parseArgument(parameter: AbiParameter, text: string): unknown {
  const value = text.trim();
  const { type } = parameter;
  if (type.endsWith(']')) return parseList(parameter, value);
  if (type === 'tuple') return parseTuple(parameter, value);
  if (type === 'string') return text;
  if (type === 'bool') {
    if (/^(true|yes|1)$/i.test(value)) return true;
    if (/^(false|no|0)$/i.test(value)) return false;
    throw new Error('Give true or false.');
  }
  if (type === 'address') {
    if (!isAddress(value, { strict: false })) throw new Error('An address is 0x and 40 hexadecimal digits.');
    return value;
  }
  if (type.startsWith('uint') || type.startsWith('int')) return parseNumber(type, value);
  if (type.startsWith('bytes')) return parseBytes(type, value);
  throw new Error(`A value of type ${type} cannot be given here.`);
}

function parseNumber(type: string, value: string): bigint {
  const digits = value.replaceAll(/[_,\s]/g, '');
  if (!/^-?\d+$/.test(digits) && !/^0x[0-9a-f]+$/i.test(digits)) throw new Error('Give a whole number.');
  const number = BigInt(digits);
  const bits = BigInt(type.replace(/\D/g, '') || '256');
  const signed = type.startsWith('int');
  const [least, most] = signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
  if (number < least || number > most) throw new Error(`It must fit in ${type}.`);
  return number;
}

function parseBytes(type: string, value: string): string {
  const fixed = Number(type.slice('bytes'.length) || '0');
  if (!isHex(value) || value.length % 2 !== 0) throw new Error('Give bytes as 0x and pairs of hexadecimal digits.');
  if (fixed > 0 && size(value) !== fixed) throw new Error(`Give exactly ${fixed} bytes.`);
  return value;
}

function parseList(parameter: AbiParameter, value: string): unknown[] {
  const inner = { ...parameter, type: parameter.type.replace(/\[\d*\]$/, '') };
  const count = /\[(\d+)\]$/.exec(parameter.type)?.[1];
  const items = value.startsWith('[')
    ? readJson(value)
    : value === ''
      ? []
      : value.split(',').map((each) => each.trim());
  if (!Array.isArray(items)) throw new Error('Give a list, such as ["a", "b"].');
  if (count !== undefined && items.length !== Number(count)) throw new Error(`Give exactly ${count} values.`);
  return items.map((item) => parseArgument(inner, textOf(item)));
}

function parseTuple(parameter: AbiParameter, value: string): Record<string, unknown> {
  const components = 'components' in parameter ? parameter.components : [];
  const json = readJson(value);
  if (typeof json !== 'object' || json === null) throw new Error('Give a struct as JSON, such as {"to": "0x…"}.');
  return Object.fromEntries(
    components.map((component, at) => {
      const name = component.name ?? String(at);
      const part: unknown = Array.isArray(json) ? json[at] : (json as Record<string, unknown>)[name];
      if (part === undefined) throw new Error(`${name} is missing.`);
      return [Array.isArray(json) && component.name === undefined ? at : name, parseArgument(component, textOf(part))];
    }),
  );
}

function readJson(value: string): unknown {
  try {
    // Numbers beyond 2^53 would lose digits, so every bare number is read as text.
    return JSON.parse(value.replaceAll(/([[,:]\s*)(-?\d+)(?=\s*[\],}])/g, '$1"$2"'));
  } catch {
    throw new Error('This is no valid JSON.');
  }
}

function textOf(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}
