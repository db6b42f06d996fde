import type { Hash } from '@tephra/protocol';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import type { Log, SealedState } from '../engine.ts';
import { InvalidTransactionError } from '../errors.ts';
import { encodeRlp } from '../rlp.ts';
import { Trie } from '../trie/trie.ts';
import { STATE_TEST_VAULT, type StateTestCase, type StateTestFile, stateTestCases } from './stateTestCase.ts';
import type { StateTestEngine } from './stateTestEngine.ts';

export type StateTestResult = { name: string; outcome: 'passed' } | { name: string; outcome: 'failed'; reason: string };

/**
 * Runs every case of a file for the engine's fork: post state root and logs hash must be the official ones. Tests that were
 * not filled for that fork have none.
 */
export async function runStateTestFile(file: StateTestFile, engine: StateTestEngine): Promise<StateTestResult[]> {
  const results: StateTestResult[] = [];
  for (const test of stateTestCases(file, engine.hardfork)) results.push(await runCase(test, engine));
  return results;
}

async function runCase(test: StateTestCase, engine: StateTestEngine): Promise<StateTestResult> {
  const { name, expected } = test;
  const { refused, stateRoot, logsHash } = await executeCase(test, engine);
  const failed = (reason: string): StateTestResult => ({ name, outcome: 'failed', reason });
  if ((refused !== undefined) !== (expected.exception !== undefined)) {
    return failed(`expected ${expected.exception ?? 'a valid transaction'}, got ${refused ?? 'one'}`);
  }
  if (stateRoot !== expected.stateRoot) return failed(`state root ${stateRoot}, expected ${expected.stateRoot}`);
  if (logsHash !== expected.logsHash) return failed(`logs hash ${logsHash}, expected ${expected.logsHash}`);
  return { name, outcome: 'passed' };
}

/** What a case comes to; `refused` says why its transaction was, where it was. */
export async function executeCase(
  { pre, context, transaction }: Omit<StateTestCase, 'expected'>,
  { engine, nodes }: StateTestEngine,
): Promise<{ stateRoot: Hash; logsHash: Hash; refused: string | undefined }> {
  nodes.clear();
  const read = (key: Uint8Array): Uint8Array | undefined => nodes.get(bytesToHex(key));
  const keep = (sealed: SealedState): void => {
    for (const [key, value] of sealed.writes) nodes.set(bytesToHex(key), value);
  };
  const genesis = await engine.genesis(pre);
  keep(genesis);
  await engine.beginBlock(genesis.stateRoot, context);
  let logs: Log[] = [];
  let refused: string | undefined;
  try {
    const { raw, sender } = transaction;
    logs = (await engine.executeTransaction({ raw, sender, decoded: transaction })).logs;
  } catch (error) {
    if (!(error instanceof InvalidTransactionError)) throw error;
    refused = error.message;
  }
  const sealed = await engine.seal();
  keep(sealed);
  const trie = new Trie(read, hexToBytes(sealed.stateRoot));
  trie.delete(keccak256(hexToBytes(STATE_TEST_VAULT)));
  const stateRoot = bytesToHex(trie.commit(() => {}));
  const encoded = encodeRlp(
    logs.map((log) => [hexToBytes(log.address), log.topics.map(hexToBytes), hexToBytes(log.data)]),
  );
  return { stateRoot, logsHash: bytesToHex(keccak256(encoded)), refused };
}
