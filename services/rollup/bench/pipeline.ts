/**
 * Measures a node's pipeline without RPC: decode and recover, execute, journal (fdatasync), seal, store.
 * Run: ./tephra bench pipeline, or node services/rollup/bench/pipeline.ts [transfers|erc20|mint] [count]
 */
import { decodeTransaction } from '@tephra/engine';
import { tempDir } from '@tephra/testing';
import { openTestChain, ScriptedL1, TEST_CHAIN_ID, testGenesis } from '../src/producer/testing.ts';
import { WORKLOADS, Workload } from './workload.ts';

const kind = WORKLOADS.find((each) => each === process.argv[2]) ?? 'transfers';
const count = Number(process.argv[3] ?? 20_000);
const workload = new Workload(kind, count);

const dir = await tempDir('tephra-bench-');
const l1 = new ScriptedL1(2);
const node = await openTestChain(dir.path, {
  l1,
  genesis: testGenesis(l1, {
    blockGasLimit: 1_000_000_000n,
    accounts: workload.senders.map(({ address }) => ({ address, balance: 10n ** 20n })),
  }),
  blockTimeMs: 100,
});
await node.producer.start();

await workload.prepare(
  async (raw) => {
    const result = await node.producer.submit(raw);
    if (result.kind !== 'executed' || result.receipt.contractAddress === null) throw new Error('deployment failed');
    return result.receipt.contractAddress;
  },
  (raw) => node.producer.submit(raw),
);

const raws = workload.transactions(count);
let started = performance.now();
for (const raw of raws.slice(0, 2_000)) decodeTransaction(raw, { chainId: TEST_CHAIN_ID });
const decodePerSecond = 2_000 / ((performance.now() - started) / 1_000);

const latencies: number[] = [];
let failed = 0;
let next = 0;
started = performance.now();
const cpuBefore = process.cpuUsage();
const worker = async (): Promise<void> => {
  while (next < raws.length) {
    const raw = raws[next++]!;
    const at = performance.now();
    const result = await node.producer.submit(raw);
    if (result.kind !== 'executed' || result.receipt.status !== 'success') failed++;
    latencies.push(performance.now() - at);
  }
};
await Promise.all(Array.from({ length: 200 }, worker));
const seconds = (performance.now() - started) / 1_000;
const cpu = process.cpuUsage(cpuBefore);
latencies.sort((a, b) => a - b);
if (failed > 0) throw new Error(`${failed} of ${count} ${kind} failed`);

function report(figure: string, value: number, unit: string): void {
  console.log(JSON.stringify({ figure: `${kind}: ${figure}`, value, unit }));
}
const at = (q: number): number => latencies[Math.floor(latencies.length * q)]!;
report('executed and journaled', count / seconds, 'tx/s');
report('decoded alone', decodePerSecond, 'tx/s');
report('processor each', (cpu.user + cpu.system) / count, 'us');
report('acknowledged after, p50 of 200 in flight', at(0.5), 'ms');
report('acknowledged after, p99 of 200 in flight', at(0.99), 'ms');
await node.producer.stop();
await node.close();
await dir.remove();
