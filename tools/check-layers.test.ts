import { describe, expect, it } from 'vitest';
import { importsOf, layerViolations, type Workspace } from './check-layers.ts';

function room(dir: string, imports: string[] = [], options: { path?: string; dev?: string[] } = {}): Workspace {
  return {
    dir,
    name: `@tephra/${dir.split('/').at(-1)}`,
    dependencies: imports.filter((name) => name.startsWith('@tephra/') && !options.dev?.includes(name)),
    devDependencies: options.dev ?? [],
    sources: [{ path: options.path ?? 'src/a.ts', imports }],
  };
}

const rooms = [
  room('packages/core'),
  room('packages/testing'),
  room('packages/l1'),
  room('services/rollup'),
  room('apps/tephra'),
];
const violations = (workspace: Workspace): string[] =>
  layerViolations([workspace, ...rooms.filter(({ dir }) => dir !== workspace.dir)]);

describe('layerViolations', () => {
  it('lets arrows point down', () => {
    expect(violations(room('apps/x', ['@tephra/rollup', '@tephra/core', 'viem', './b.ts']))).toEqual([]);
    expect(violations(room('services/x', ['@tephra/l1', 'node:fs', '../b.ts']))).toEqual([]);
  });

  it('names arrows that point sideways or up', () => {
    expect(violations(room('services/x', ['@tephra/rollup']))).toEqual([
      'services/x/package.json depends on services/rollup: services never import services',
      'services/x/src/a.ts imports @tephra/rollup: services never import services',
    ]);
    expect(violations(room('packages/x', ['@tephra/rollup']))).toHaveLength(2);
    expect(violations(room('packages/core', ['@tephra/l1'])).at(-1)).toContain('core imports none of ours');
    expect(violations(room('services/x', ['@tephra/tephra'])).at(-1)).toContain('nothing imports an app');
  });

  it('keeps test helpers in tests and declared', () => {
    const helper = ['@tephra/testing'];
    expect(violations(room('services/x', helper)).at(-1)).toContain('stay in tests');
    expect(violations(room('services/x', helper, { path: 'src/a.test.ts', dev: helper }))).toEqual([]);
    const undeclared = { ...room('services/x', helper, { path: 'src/a.test.ts' }), dependencies: [] };
    expect(violations(undeclared)).toEqual([
      'services/x/src/a.test.ts imports @tephra/testing: @tephra/testing is not among its dependencies',
    ]);
  });

  it('lets tests of an app, and of nothing else, bring services together', () => {
    const test = { path: 'src/a.test.ts' };
    expect(violations(room('apps/x', ['@tephra/rollup'], test))).toEqual([]);
    expect(violations(room('services/x', ['@tephra/rollup'], { ...test, dev: ['@tephra/rollup'] }))).toHaveLength(1);
  });

  it('keeps Node out of what runs in a browser and relative paths inside the room', () => {
    expect(violations(room('packages/protocol', ['node:crypto']))).toHaveLength(1);
    expect(violations(room('packages/x', ['../../core/src/index.ts']))).toEqual([
      'packages/x/src/a.ts imports ../../core/src/index.ts: rooms import each other by name',
    ]);
    expect(violations(room('apps/web', ['@tephra/core'])).at(-1)).toContain('the page imports');
  });
});

it('finds every form of import', () => {
  const source = `import a from 'a';\nimport type { B } from "b";\nimport {\n  c,\n} from './c.ts';\nimport 'd';
export * from 'e';\nexport { f } from 'f';\nconst g = await import('g');\nconst text = "import h from 'h'".length;`;
  expect(importsOf(source)).toEqual(expect.arrayContaining(['a', 'b', './c.ts', 'd', 'e', 'f', 'g']));
});
