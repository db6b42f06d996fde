import { toEventSelector, toFunctionSelector } from 'viem';
import { expect, it } from 'vitest';
import { committedManifest, compareWithReleases, signatures } from './selectors.ts';

it('finds every function and event of the public releases in our contracts', () => {
  const { manifest, missing, needless } = compareWithReleases();
  expect(missing).toEqual([]);
  expect(needless).toEqual([]);
  expect(manifest).toEqual(committedManifest());
});

it('lists selectors and topics as another implementation computes them', () => {
  const { contracts } = committedManifest();
  const coordinator = contracts.RegistryCoordinator;
  const registerOperator =
    'registerOperator(bytes,string,((uint256,uint256),(uint256,uint256),(uint256[2],uint256[2])),(bytes,bytes32,uint256))';
  expect(coordinator?.functions[toFunctionSelector(registerOperator)]).toBe(`${registerOperator}()`);
  const registered = toEventSelector('OperatorRegistered(address,bytes32)');
  expect(coordinator?.events[registered]).toBe('OperatorRegistered(address indexed,bytes32 indexed)');
  const all = Object.values(contracts).flatMap(({ functions, events }) => [
    ...Object.keys(functions),
    ...Object.keys(events),
  ]);
  expect(all.length).toBeGreaterThan(500);
});

it('writes structs as tuples and tells indexed parameters', () => {
  const point = [{ type: 'uint256' }, { type: 'uint256' }];
  expect(
    signatures([
      { type: 'function', name: 'f', inputs: [{ type: 'tuple[]', components: point }], outputs: [{ type: 'bool' }] },
      { type: 'event', name: 'E', inputs: [{ type: 'address', indexed: true }, { type: 'bytes' }] },
      { type: 'constructor', inputs: [] },
    ]),
  ).toEqual(['f((uint256,uint256)[])(bool)', 'E(address indexed,bytes)']);
});
