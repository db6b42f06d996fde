/**
 * Reads every workspace's package.json and imports, and names each arrow that the floor plan forbids:
 * apps -> services -> packages; services never import services; core imports none of ours; what the page is made of
 * runs without Node; test helpers stay in tests. `node tools/check-layers.ts`
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Workspace = {
  /** Folder from the root: `packages/core`. */
  dir: string;
  name: string;
  dependencies: string[];
  devDependencies: string[];
  sources: { path: string; imports: string[] }[];
};

/** Rooms that run in a browser, apart from the page itself. */
const BROWSER_ROOMS = new Set(['packages/protocol', 'packages/api']);
/** What the page may import of ours. */
const PAGE_IMPORTS = /^@tephra\/(api|protocol|l1\/[a-z]+|core\/errors|engine\/stvf(\.wasm\?url)?)(\/|$)/;

/** Every forbidden arrow, one line each; empty when the floor plan is kept. */
export function layerViolations(workspaces: Workspace[]): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
  return workspaces.flatMap((from) => {
    const found: string[] = [];
    for (const name of from.dependencies) {
      const to = byName.get(name);
      const reason = to && forbidden(from.dir, to.dir);
      if (reason) found.push(`${from.dir}/package.json depends on ${to.dir}: ${reason}`);
    }
    for (const source of from.sources) found.push(...sourceViolations(from, source, byName));
    return found;
  });
}

function sourceViolations(
  from: Workspace,
  source: { path: string; imports: string[] },
  byName: Map<string, Workspace>,
): string[] {
  const isTest = /(\.test\.tsx?$|(^|\/)(testing|fixtures?|tests?|bench)\/)/.test(source.path);
  const found: string[] = [];
  const report = (specifier: string, reason: string): void => {
    found.push(`${from.dir}/${source.path} imports ${specifier}: ${reason}`);
  };
  for (const specifier of source.imports) {
    if (specifier.startsWith('.')) {
      const target = relative(from.dir, resolve('/', from.dir, dirname(source.path), specifier).slice(1));
      // Tools and end-to-end tests look inside: they are part of no room.
      if (target.startsWith('..') && isRoom(from.dir)) report(specifier, 'rooms import each other by name');
    } else if (specifier.startsWith('node:')) {
      if (BROWSER_ROOMS.has(from.dir) && !isTest) report(specifier, 'this room runs in a browser');
    } else if (specifier.startsWith('@tephra/')) {
      const name = specifier.split('/').slice(0, 2).join('/');
      const to = byName.get(name);
      if (!to) report(specifier, 'there is no such room');
      else if (to.name === from.name) report(specifier, 'a room imports itself by relative paths');
      else {
        const reason = isTest && isRoom(from.dir) ? forbiddenInTest(from.dir, to.dir) : forbidden(from.dir, to.dir);
        if (reason) report(specifier, reason);
        const declared = from.dependencies.includes(name) || (isTest && from.devDependencies.includes(name));
        if (!declared && isRoom(from.dir)) report(specifier, `${name} is not among its dependencies`);
        if (from.dir === 'apps/web' && !isTest && !PAGE_IMPORTS.test(specifier))
          report(specifier, 'the page imports api, protocol and what of l1 runs in a browser');
      }
    }
  }
  return found;
}

function layer(dir: string): string {
  return dir.split('/')[0] ?? '';
}

function isRoom(dir: string): boolean {
  return ['apps', 'services', 'packages'].includes(layer(dir));
}

function forbidden(from: string, to: string): string | undefined {
  if (!isRoom(from)) return undefined;
  if (to === 'packages/testing') return 'test helpers stay in tests (devDependencies)';
  if (!isRoom(to)) return 'rooms do not import tools, tests or contracts';
  if (layer(to) === 'apps') return 'nothing imports an app';
  if (layer(from) === 'services' && layer(to) === 'services') return 'services never import services';
  if (layer(from) === 'packages' && layer(to) === 'services') return 'packages never import services';
  if (from === 'packages/core') return 'core imports none of ours';
  return undefined;
}

/** A test may use any package, but below the apps it still knows no other service. */
function forbiddenInTest(from: string, to: string): string | undefined {
  if (layer(to) === 'apps') return 'nothing imports an app';
  if (layer(to) === 'services' && layer(from) !== 'apps') return 'services never import services';
  return undefined;
}

/** Reads the workspaces that the root package.json lists. */
export function readWorkspaces(root: string): Workspace[] {
  const { workspaces } = readJson<{ workspaces: string[] }>(join(root, 'package.json'));
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
    })
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .map((dir) => {
      const manifest = readJson<{
        name: string;
        dependencies?: Record<string, string>;
        devDependencies?: Record<string, string>;
      }>(join(root, dir, 'package.json'));
      return {
        dir,
        name: manifest.name,
        dependencies: Object.keys(manifest.dependencies ?? {}),
        devDependencies: Object.keys(manifest.devDependencies ?? {}),
        sources: sourceFiles(join(root, dir)).map((path) => ({
          path: relative(join(root, dir), path),
          imports: importsOf(readFileSync(path, 'utf8')),
        })),
      };
    });
}

/** Module specifiers of static and dynamic imports and re-exports. */
export function importsOf(source: string): string[] {
  const pattern =
    /(?:^|[\s;}])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|[\s;}])import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function sourceFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory())
      return /^(node_modules|dist|generated|out|cache)$/.test(entry.name) ? [] : sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

if (import.meta.main) {
  const violations = layerViolations(readWorkspaces(dirname(dirname(fileURLToPath(import.meta.url)))));
  for (const violation of violations) process.stderr.write(`${violation}\n`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
