/**
 * Compares the ABIs of the restaking contracts with what the public releases have: `node tools/selectors.ts` writes
 * contracts/test/selectors/manifest.json from contracts/out and the committed lists of public signatures.
 *
 * A signature is `name(inputs)(outputs)` for functions and `Name(inputs)` with `indexed` for events; structs are written as the
 * tuples that they are encoded as. Names of parameters and state mutability do not change how calls are encoded and are left
 * out.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keccak256, stringToHex } from 'viem';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'contracts/test/selectors');
const outDir = join(root, 'contracts/out');
const manifestFile = join(folder, 'manifest.json');

/** What a public release has in one contract. */
type PublicContract = { functions: string[]; events: string[] };
/** contracts/test/selectors/public.json */
type PublicRelease = { repository: string; tag: string; contracts: Record<string, PublicContract> };
/** contracts/test/selectors/excluded.json: contract -> public signature -> why ours does without. */
type Excluded = Record<string, Record<string, string>>;

type AbiParameter = { type: string; components?: AbiParameter[]; indexed?: boolean };
type AbiItem = { type: string; name?: string; inputs?: AbiParameter[]; outputs?: AbiParameter[] };

/** One of our contracts: what it shares with public releases, by selector or topic. */
type ContractEntry = {
  releases: string[];
  functions: Record<string, string>;
  events: Record<string, string>;
};
type Manifest = {
  releases: Record<string, { repository: string; tag: string }>;
  contracts: Record<string, ContractEntry>;
};
type Comparison = {
  manifest: Manifest;
  /** Public signatures that ours lacks, as `Contract: signature`. */
  missing: string[];
  /** Exclusions of what ours has, or no release has. */
  needless: string[];
};

/** Reads the lists and the built ABIs. */
export function compareWithReleases(): Comparison {
  const releases = readJson<Record<string, PublicRelease>>(join(folder, 'public.json'));
  const excluded = readJson<Excluded>(join(folder, 'excluded.json'));
  const contracts: Manifest['contracts'] = {};
  const missing: string[] = [];
  const used = new Set<string>();
  for (const [release, { contracts: theirs }] of Object.entries(releases)) {
    for (const [name, { functions, events }] of Object.entries(theirs)) {
      const ours = signaturesOf(name);
      contracts[name] ??= { releases: [], functions: {}, events: {} };
      const entry = contracts[name];
      entry.releases.push(release);
      const take = (signature: string, kind: 'functions' | 'events') => {
        if (excluded[name]?.[signature] !== undefined) used.add(`${name}: ${signature}`);
        if (ours.has(signature)) entry[kind][keyOf(signature, kind)] = signature;
        else if (excluded[name]?.[signature] === undefined) missing.push(`${name}: ${signature}`);
      };
      for (const signature of functions) take(signature, 'functions');
      for (const signature of events) take(signature, 'events');
    }
  }
  const needless = Object.entries(excluded).flatMap(([name, signatures]) =>
    Object.keys(signatures)
      .filter((signature) => !used.has(`${name}: ${signature}`) || signaturesOf(name).has(signature))
      .map((signature) => `${name}: ${signature}`),
  );
  return {
    manifest: {
      releases: Object.fromEntries(
        Object.entries(releases).map(([name, { repository, tag }]) => [name, { repository, tag }]),
      ),
      contracts: Object.fromEntries(
        Object.entries(contracts)
          .sort(byKey)
          .map(([name, entry]) => [name, sorted(entry)]),
      ),
    },
    missing,
    needless,
  };
}

/** The committed manifest. */
export function committedManifest(): Manifest {
  return readJson<Manifest>(manifestFile);
}

/** Signatures of all functions and events of an ABI. */
export function signatures(abi: AbiItem[]): string[] {
  return abi.flatMap((item) => {
    if (item.type === 'function') return [`${item.name}${tuple(item.inputs)}${tuple(item.outputs)}`];
    return item.type === 'event' ? [`${item.name}${tuple(item.inputs)}`] : [];
  });
}

function signaturesOf(contract: string): Set<string> {
  const file = join(outDir, `${contract}.json`);
  if (!existsSync(file)) return new Set();
  return new Set(signatures(readJson<{ abi: AbiItem[] }>(file).abi));
}

function tuple(parameters: AbiParameter[] = []): string {
  return `(${parameters.map((parameter) => typeOf(parameter) + (parameter.indexed === true ? ' indexed' : '')).join(',')})`;
}

function typeOf({ type, components }: AbiParameter): string {
  return components === undefined ? type : type.replace('tuple', tuple(components));
}

/** Selector of a function: the first four bytes of the hash of its inputs; topic of an event: all of it. */
function keyOf(signature: string, kind: 'functions' | 'events'): string {
  if (kind === 'events') return keccak256(stringToHex(signature.replaceAll(' indexed', '')));
  return keccak256(stringToHex(signature.slice(0, endOfInputs(signature)))).slice(0, 10);
}

function endOfInputs(signature: string): number {
  let depth = 0;
  for (let i = signature.indexOf('('); i < signature.length; i++) {
    if (signature[i] === '(') depth++;
    if (signature[i] === ')' && --depth === 0) return i + 1;
  }
  return signature.length;
}

function sorted(entry: ContractEntry): ContractEntry {
  const bySignature = (record: Record<string, string>) =>
    Object.fromEntries(Object.entries(record).sort(([, a], [, b]) => (a < b ? -1 : 1)));
  return {
    releases: entry.releases,
    functions: bySignature(entry.functions),
    events: bySignature(entry.events),
  };
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

if (import.meta.main) {
  const { manifest, missing, needless } = compareWithReleases();
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const signature of missing) process.stderr.write(`missing ${signature}\n`);
  for (const signature of needless) process.stderr.write(`needlessly excluded ${signature}\n`);
  if (missing.length + needless.length > 0) process.exitCode = 1;
}
