import { batchRegistryAbi, createL1Client, rollupAbi, type Sent, TransactionSender } from '@tephra/l1';
import { type Address, type Hash, type Hex, outputRoot, type Pack } from '@tephra/protocol';
import { encodeFunctionData, keccak256, toHex, zeroHash } from 'viem';
import { DEFAULT_LAUNCHPAD_OPTIONS } from '../options.ts';
import { logger, type TestL1 } from './harness.ts';

/** A word that only a test could mean. */
export function testWord(name: string): Hash {
  return keccak256(toHex(name));
}

/** Posts packs with made-up blocks to a Rollup, which looks at everything but what executing them would give. */
export class PackPoster {
  readonly rollup: Address;
  readonly sender: TransactionSender;
  readonly #l1: TestL1;

  private constructor(rollup: Address, sender: TransactionSender, l1: TestL1) {
    this.rollup = rollup;
    this.sender = sender;
    this.#l1 = l1;
  }

  /** `proposerKey`: of the layer that the contract belongs to. */
  static async create(l1: TestL1, rollup: Address, proposerKey: Hex): Promise<PackPoster> {
    const { rpcUrl, chainId } = l1.anvil;
    const sender = await TransactionSender.create(
      { rpcUrl, chainId, privateKey: proposerKey, pollIntervalMs: 20 },
      { logger },
    );
    return new PackPoster(rollup, sender, l1);
  }

  /** Posts the next pack, over `blocks` blocks. `name` makes its roots and its frame. */
  async post(name: string, blocks: number): Promise<{ pack: Pack; frame: Sent; submitted: Sent }> {
    const client = createL1Client({ rpcUrl: this.#l1.anvil.rpcUrl, chainId: this.#l1.anvil.chainId });
    const read = { address: this.rollup, abi: rollupAbi } as const;
    const count = await client.readContract({ ...read, functionName: 'packCount' });
    const parent = await client.readContract({ ...read, functionName: 'packRecord', args: [count] });
    const origin = await client.getBlock();
    const output = {
      stateRoot: testWord(`${name} state`),
      blockHash: testWord(`${name} block`),
      outboxRoot: testWord(`${name} outbox`),
      inboxPosition: 0n,
      inboxAccumulator: zeroHash,
      l1OriginNumber: origin.number,
      l1OriginHash: origin.hash,
      historyRoot: testWord(`${name} history`),
    };
    const roots = Array.from({ length: blocks - 1 }, (_, index) => testWord(`${name} root ${index}`));
    const frameBytes = toHex(`frame of ${name}`);
    const pack: Pack = {
      index: count + 1n,
      firstBlock: parent.lastBlock + 1n,
      lastBlock: parent.lastBlock + BigInt(blocks),
      parentOutputRoot: parent.outputRoot,
      contentRoot: testWord(`${name} content`),
      output,
      outputRoots: [...roots, outputRoot(output)],
      frames: [keccak256(frameBytes)],
      terminal: false,
    };
    const frame = await this.sender.send({
      to: this.#l1.deployments.batchRegistry,
      data: encodeFunctionData({ abi: batchRegistryAbi, functionName: 'post', args: [frameBytes] }),
    });
    const data = encodeFunctionData({ abi: rollupAbi, functionName: 'submitPack', args: [pack] });
    return { pack, frame, submitted: await this.sender.send({ to: this.rollup, data }) };
  }

  /** Puts up the proposer's bond again. */
  async bond(): Promise<void> {
    const data = encodeFunctionData({ abi: rollupAbi, functionName: 'depositBond' });
    await this.sender.send({ to: this.rollup, data, value: DEFAULT_LAUNCHPAD_OPTIONS.bondWei });
  }
}
