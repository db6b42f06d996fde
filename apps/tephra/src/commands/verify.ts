import { rollupAbi } from '@tephra/l1';
import { NodeClient, readRollupFacts, StvfThread, VitalError, verifyBlocks } from '@tephra/operator';
import type { Address, Hash } from '@tephra/protocol';
import type { Command } from 'commander';
import { type LayerChain, openLayer } from '../bridge/layer-chain.ts';
import { makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { fields } from '../cli/format.ts';
import { rpc } from '../cli/rpc.ts';
import type { Runner } from '../cli/runner.ts';

/** What was found of a block that holds. */
type Verdict = {
  layer: string;
  rollup: Address;
  block: bigint;
  blockHash: Hash;
  outputRoot: Hash;
  /** The block builds on it. Of block 1 the L1 knows it; of others, the same question can be asked of the block before. */
  parentOutputRoot: Hash;
  /** keccak256 of the program that executed it, which the L1 records for the layer. */
  program: Hash;
  proofBytes: number;
};

type OutputJson = { blockNumber: string; outputRoot: Hash; l1OriginNumber: string };

export function verifyCommand(run: Runner): Command {
  return makeCommand({
    usage: 'verify',
    summary: 'Execute a block again yourself, and compare it with the L1',
    description:
      'Fetches the proof of validity of a block from the layer’s node, executes it with the program that the L1 records for the layer, and compares rules, L1 origin and inbox with the L1. When something differs, the exit code is that of a failed check.',
    examples: [
      ['verify --rollup mint --block 42', 'block 42 of the layer mint'],
      ['verify --rollup mint', 'its newest block'],
    ],
  })
    .requiredOption('--rollup <layer>', 'id, chain id or name of the layer')
    .option('--block <number>', 'block to verify (default: the newest)')
    .action(
      run(async (flags, _values, context) => {
        const { rollup, block } = flags as { rollup: string; block?: string };
        if (block !== undefined && !/^[1-9]\d{0,15}$/.test(block))
          throw new CliError('USAGE', '--block takes the number of a block, 1 or more');
        const { chain } = await openLayer(rollup, flags, context);
        const verdict = await verify(chain, block, context);
        context.out.result(verdict, () => render(verdict));
      }),
    );
}

/** @throws CliError VERIFICATION_FAILED, NOT_FOUND */
async function verify(chain: LayerChain, block: string | undefined, { signal }: CliContext): Promise<Verdict> {
  const of = (ref: string) => rpc(chain.l2RpcUrl, 'tephra_getOutput', [ref], signal) as Promise<OutputJson | null>;
  const claimed = await of(block === undefined ? 'latest' : `0x${BigInt(block).toString(16)}`);
  if (!claimed || BigInt(claimed.blockNumber) === 0n)
    throw new CliError('NOT_FOUND', `${chain.name} has no block ${block ?? 'to verify'} yet`);
  const number = BigInt(claimed.blockNumber);
  const parent = (await of(`0x${(number - 1n).toString(16)}`))!;
  const contract = { address: chain.rollup, abi: rollupAbi } as const;
  const stvf = new StvfThread();
  try {
    const [facts, genesis, program, l1Head, proof] = await Promise.all([
      readRollupFacts(chain.l1, chain.rollup),
      chain.l1.readContract({ ...contract, functionName: 'genesisOutputRoot' }),
      stvf.program(),
      chain.l1.getBlockNumber(),
      new NodeClient({ url: chain.l2RpcUrl }).pov(number, number, signal),
    ]);
    if (program !== facts.stvfHash) {
      throw failed(`${chain.name} was made for the program ${facts.stvfHash}, this version has ${program}`);
    }
    const parentOutputRoot = number === 1n ? genesis : parent.outputRoot;
    const tip = { number: number - 1n, outputRoot: parentOutputRoot, l1OriginNumber: BigInt(parent.l1OriginNumber) };
    const [verified] = await verifyBlocks(proof, { facts, tip, l1Head }, { client: chain.l1, stvf });
    if (verified?.number !== number || verified.outputRoot !== claimed.outputRoot) {
      throw failed(`block ${number} has the output root ${verified?.outputRoot}, its node says ${claimed.outputRoot}`);
    }
    const { outputRoot, output } = verified;
    return {
      layer: chain.name,
      rollup: chain.rollup,
      block: number,
      blockHash: output.blockHash,
      outputRoot,
      parentOutputRoot,
      program,
      proofBytes: proof.length,
    };
  } catch (error) {
    if (!(error instanceof VitalError) || error.code === 'NODE_UNREACHABLE') throw error;
    throw failed(`block ${number}: ${error.message}`, error);
  } finally {
    await stvf.stop();
  }
}

function failed(message: string, cause?: unknown): CliError {
  return new CliError('VERIFICATION_FAILED', message, {
    hint: 'Do not rely on this block; before its pack is final, anybody can dispute it on the L1.',
    cause,
  });
}

function render(verdict: Verdict): string {
  return fields([
    ['Layer', verdict.layer],
    ['Block', `${verdict.block} ${verdict.blockHash}`],
    ['Holds', 'executed again: rules, transactions, L1 origin and inbox are right'],
    ['Output root', verdict.outputRoot],
    ['Builds on', verdict.parentOutputRoot],
    ['Program', verdict.program],
    ['Proof', `${verdict.proofBytes} bytes`],
  ]);
}
