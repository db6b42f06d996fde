import { hexToBytes } from '@tephra/engine';
import { validatePov } from '@tephra/engine/stvf';
import { encodeInboxPayload, type Hex, type PovMessage } from '@tephra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signTransfer, TEST_USERS } from '../producer/testing.ts';
import { RealNode } from '../rpc/testing/real-node.ts';
import { PovService } from './povService.ts';
import { povDeps } from './testing.ts';

const RECIPIENT: Hex = `0x${'99'.repeat(20)}`;
type Answer = { firstBlock: Hex; lastBlock: Hex; parentOutputRoot: Hex; outputRoot: Hex; proof: Hex };

describe('tephra_getPov', () => {
  let node: RealNode;
  let newest: bigint;

  beforeAll(async () => {
    node = await RealNode.start({ blockTimeMs: 20 });
    node.l1.deliver({
      kind: 'depositEth',
      data: encodeInboxPayload({ kind: 'depositEth', to: RECIPIENT, amount: 5n }),
    });
    for (const nonce of [0, 1, 2]) {
      const raw = await signTransfer(TEST_USERS[0]!, { nonce, to: RECIPIENT, value: 1n });
      await node.call('eth_sendRawTransactionSync', `0x${Buffer.from(raw).toString('hex')}`);
    }
    newest = node.chain.chain.head().number;
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it('proves the blocks of a running node to who has nothing but the bytes', async () => {
    for (let first = 1n; first <= newest; first += 6n) {
      const last = first + 5n < newest ? first + 5n : newest;
      const answer = await node.call<Answer>('tephra_getPov', `0x${first.toString(16)}`, `0x${last.toString(16)}`);
      const { rules, parent, blocks } = validatePov(hexToBytes(answer.proof), {}, povDeps);
      expect(parent.outputRoot).toBe(answer.parentOutputRoot);
      expect(blocks.at(-1)!.outputRoot).toBe(answer.outputRoot);
      expect(answer.outputRoot).toBe(node.chain.store.recordByNumber(last)!.outputRoot);
      expect(blocks).toHaveLength(Number(last - first) + 1);
      const { chainId, blockGasLimit, gasless, minBaseFee, hardfork, dataFeePerByte } = node.chain.genesis;
      expect(rules).toEqual({ chainId, blockGasLimit, gasless, minBaseFee, hardfork, dataFeePerByte });
    }
  });

  it('proves the newest block, and gives a proof that is asked for again as it was', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => node.call<Answer>('tephra_getPov', '0x1')));
    expect(one).toEqual(two);
    expect(await node.call<Answer>('tephra_getPov', '0x1')).toEqual(one);
    const latest = await node.call<Answer>('tephra_getPov', 'latest');
    expect(validatePov(hexToBytes(latest.proof), {}, povDeps).blocks).toHaveLength(1);
  });

  it('says what it can’t prove, and what would work', async () => {
    await expect(node.call('tephra_getPov', '0x0')).rejects.toThrow(/POV_RANGE/);
    await expect(node.call('tephra_getPov', '0x1', '0x7')).rejects.toThrow(/header not found|1 to 6 sealed blocks/);
    await expect(node.call('tephra_getPov', '0xffffff')).rejects.toThrow(/header not found/);
    await expect(node.call('tephra_getPov', '0x2', '0x1')).rejects.toThrow(/POV_RANGE/);
  });

  const service = (messages: (position: bigint) => Promise<PovMessage[]>, maxWaiting = 8) =>
    new PovService(
      {
        chainId: node.chain.genesis.chainId,
        rules: node.chain.genesis,
        storePath: `${node.directory}/chain`,
        maxWaiting,
      },
      { store: node.chain.store, messages },
    );

  it('fails with an error each when the L1 is silent, lies, or too many ask', async () => {
    const deposit = (await findDeposit()) as bigint;
    const failures: [string, PovService][] = [
      ['POV_NOT_KEPT', service(() => Promise.reject(new Error('no answer')))],
      ['POV_FAILED', service(async () => [])],
      ['POV_BUSY', service(async () => [], 0)],
    ];
    for (const [code, povs] of failures) {
      await expect(povs.prove(deposit, deposit)).rejects.toMatchObject({ code });
      await povs.stop();
      await expect(povs.prove(deposit, deposit)).rejects.toMatchObject({
        code: code === 'POV_FAILED' ? 'POV_STOPPED' : code,
      });
    }
  });

  const findDeposit = async (): Promise<bigint | undefined> => {
    for (let number = 1n; number <= newest; number++) {
      const block = node.chain.store.blockByNumber(number)!;
      if (block.output.inboxPosition === 1n) return number;
    }
    return undefined;
  };
});
