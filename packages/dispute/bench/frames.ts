/**
 * Prints what a dispute about frames takes for the worst frames there are, and for one full of transfers: steps of the
 * machine, how long it takes to go through them, and gas of the reader when it runs at once.
 * `node packages/dispute/bench/frames.ts [--quick]`: with --quick only the full frame and the first of the others
 */
import { type BlockContent, encodeFrames } from '@tephra/protocol';
import { type Hex, hexToBytes, keccak256, numberToHex, parseGwei, serializeTransaction } from 'viem';
import { readingMachine, type State, step } from '../src/index.ts';
import { EngineReader } from '../src/reading/engineReader.ts';
import { worstFrames } from '../src/reading/worstFrames.ts';

/** As from the chain, but with signatures that are noise. */
function transfers(count: number): BlockContent {
  const transactions = Array.from({ length: count }, (_, i): Hex => {
    const r = keccak256(numberToHex(i + 1));
    return serializeTransaction(
      {
        type: 'eip1559',
        chainId: 4242,
        nonce: i % 50,
        gas: 21_000n,
        maxFeePerGas: parseGwei('2'),
        to: `0x${keccak256(r).slice(-40)}`,
        value: BigInt(i) * 10n ** 15n,
      },
      { r, s: keccak256(keccak256(r)), yParity: i & 1 },
    );
  });
  return { number: 7n, timestamp: 1_700_000_000n, l1OriginNumber: 5n, transactions };
}

const full = hexToBytes(encodeFrames([transfers(600)])[0]!);
const all = Object.entries({ 'six hundred transfers': { frame: full, blocks: 1 }, ...worstFrames() });
const frames = process.argv.includes('--quick') ? all.slice(0, 2) : all;
const reader = await EngineReader.create();
for (const [name, { frame, blocks }] of frames) {
  const gas = await reader.gas(frame, { nextBlock: 7n, blocksLeft: BigInt(blocks), txCount: 0, open: null });
  const pack = { firstBlock: 7n, lastBlock: 6n + BigInt(blocks), frames: [keccak256(frame)] };
  const { initial, env } = readingMachine({ pack, frames: [frame] });
  const began = performance.now();
  let steps = 0;
  let state: State = initial;
  for (; state.kind !== 'read' && state.kind !== 'invalid'; steps++) state = step(state, env);
  const seconds = Math.round(performance.now() - began) / 1_000;
  for (const [figure, value, unit] of [
    ['steps', steps, 'steps'],
    ['machine', seconds, 's'],
    ['reader', Number(gas) / 1e6, 'M gas'],
  ]) {
    process.stdout.write(`${JSON.stringify({ figure: `${name}: ${figure}`, value, unit })}\n`);
  }
}
await reader.close();
