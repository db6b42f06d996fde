import { encodePackCertificate, rollupAbi } from '@tephra/l1';
import { outputRoot, type Pack, packHash, vitalTaskId } from '@tephra/protocol';
import { encodeFunctionData, encodePacked, type Hex, keccak256, zeroAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { certificateOf, packInCall } from './pack-content.ts';

const word = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const;
const output = {
  ...{ stateRoot: word(1), blockHash: word(2), outboxRoot: word(3), historyRoot: word(4) },
  ...{ inboxPosition: 5n, inboxAccumulator: word(6), l1OriginNumber: 7n, l1OriginHash: word(8) },
};
const pack: Pack = {
  ...{ index: 3n, firstBlock: 9n, lastBlock: 9n, parentOutputRoot: word(9), contentRoot: word(10), output },
  ...{ outputRoots: [outputRoot(output)], frames: [word(11)], terminal: false },
};
const posting = { index: 3n, packHash: packHash(pack), revertEpoch: 1n };
const chain = { rollup: `0x${'AB'.repeat(20)}`, attestation: zeroAddress } as const;

const certified = (certificate: Hex) => ({
  input: encodeFunctionData({ abi: rollupAbi, functionName: 'submitPackCertified', args: [pack, certificate] }),
});

describe('the call of a pack', () => {
  it('holds the pack whose hash the L1 logged, whoever stands for it', () => {
    const posted = { input: encodeFunctionData({ abi: rollupAbi, functionName: 'submitPack', args: [pack] }) };
    expect(packInCall(posting, posted)).toEqual({ pack, certificate: null });
    expect(packInCall(posting, certified('0x1234'))).toEqual({ pack, certificate: '0x1234' });
    expect(packInCall({ packHash: word(12) }, posted)).toBeNull();
    expect(packInCall(posting, { input: '0x12345678' })).toBeNull();
    expect(certificateOf(posting, posted, chain)).toBeNull();
  });

  it('says which operators are missing in its certificate, and under which task they were asked', () => {
    const missing = { X: 1n, Y: 2n };
    const certificate = encodePackCertificate(77, {
      nonSignerQuorumBitmapIndices: [0],
      nonSignerPubkeys: [missing],
      quorumApks: [missing],
      apkG2: { X: [1n, 2n], Y: [3n, 4n] },
      sigma: missing,
      quorumApkIndices: [0],
      totalStakeIndices: [0],
      nonSignerStakeIndices: [[0]],
    });
    expect(certificateOf(posting, certified(certificate), chain)).toEqual({
      attestation: zeroAddress,
      referenceBlock: 77,
      nonSignerIds: [keccak256(encodePacked(['uint256', 'uint256'], [1n, 2n]))],
      taskId: vitalTaskId({
        kind: 'pack',
        rollup: `0x${'ab'.repeat(20)}`,
        revertEpoch: 1n,
        index: 3n,
        packHash: posting.packHash,
      }),
    });
    // Another attestation may have another form.
    expect(certificateOf(posting, certified('0x1234'), chain)).toBeNull();
  });
});
