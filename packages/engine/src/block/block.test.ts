import { createBlock, createBlockFromRLP } from '@ethereumjs/block';
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { encodeReceipt as referenceReceipt } from '@ethereumjs/vm';
import { GENESIS_DEFAULTS, type GenesisConfig } from '@tephra/protocol';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { bloomMayContain, logsBloom } from '../bloom.ts';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { orderedRoot } from '../trie/orderedRoot.ts';
import { deriveGenesis } from './genesis.ts';
import { blockSize, type HeaderFields, headerFromRlp, headerHash, headerToRlp } from './header.ts';
import { encodeReceipt } from './receipt.ts';

const common = createCustomCommon({ chainId: 7 }, Mainnet, { hardfork: Hardfork.Cancun });

const header: HeaderFields = {
  number: 300n,
  timestamp: 1_700_000_000n,
  gasLimit: 70_000_000n,
  baseFeePerGas: 7n,
  coinbase: '0x00000000000000000000000000000000007e0007',
  baseFeeRecipient: '0x00000000000000000000000000000000007e0006',
  dataFeeRecipient: '0x00000000000000000000000000000000007e000a',
  prevRandao: `0x${'01'.repeat(32)}`,
  parentBeaconBlockRoot: `0x${'02'.repeat(32)}`,
  parentHash: `0x${'03'.repeat(32)}`,
  stateRoot: `0x${'04'.repeat(32)}`,
  transactionsRoot: `0x${'05'.repeat(32)}`,
  receiptsRoot: `0x${'06'.repeat(32)}`,
  logsBloom: `0x${'00'.repeat(255)}01`,
  gasUsed: 21_000n,
};

describe('blocks', () => {
  it('hash and measure as ethereumjs does', async () => {
    const account = privateKeyToAccount(`0x${'33'.repeat(32)}`);
    const transactions = await Promise.all(
      (['legacy', 'eip1559'] as const).map(async (type, nonce) =>
        hexToBytes(
          await account.signTransaction(
            type === 'legacy'
              ? { type, chainId: 7, nonce, gas: 21_000n, gasPrice: 7n, to: account.address }
              : {
                  type,
                  chainId: 7,
                  nonce,
                  gas: 21_000n,
                  maxFeePerGas: 9n,
                  maxPriorityFeePerGas: 1n,
                  to: account.address,
                },
          ),
        ),
      ),
    );
    const own = { ...header, transactionsRoot: bytesToHex(orderedRoot(transactions)) };
    const rlp = RLP.encode([
      headerToRlp(own),
      transactions.map((raw) => (raw[0]! >= 0xc0 ? RLP.decode(raw) : raw)),
      [],
      [],
    ]);
    const block = createBlockFromRLP(rlp, { common });
    expect(bytesToHex(block.hash())).toBe(headerHash(own));
    expect(await block.transactionsTrieIsValid()).toBe(true);
    expect(blockSize(own, transactions)).toBe(rlp.length);
    expect(headerFromRlp(headerToRlp(own))).toEqual(own);
    expect(createBlock({}, { common }).header.raw()).toHaveLength(20);
  });

  it.each([0, 1, 2] as const)('encode receipts of type %i as ethereumjs does', (type) => {
    const log = {
      address: `0x${'0a'.repeat(20)}` as const,
      topics: [`0x${'0b'.repeat(32)}` as const],
      data: '0x0c0d' as const,
    };
    const own = encodeReceipt({
      type,
      status: 'success',
      cumulativeGasUsed: 42_000n,
      logs: [log],
    });
    const reference = referenceReceipt(
      {
        status: 1,
        cumulativeBlockGasUsed: 42_000n,
        bitvector: hexToBytes(logsBloom([log])),
        logs: [[hexToBytes(log.address), log.topics.map(hexToBytes), hexToBytes(log.data)]],
      },
      type,
    );
    expect(bytesToHex(own)).toBe(bytesToHex(reference));
    expect(bloomMayContain(logsBloom([log]), log.address)).toBe(true);
    expect(bloomMayContain(logsBloom([log]), `0x${'0e'.repeat(32)}`)).toBe(false);
  });

  it('derive the same block 0 from the same configuration', async () => {
    const config: GenesisConfig = {
      chainId: 7n,
      timestamp: 1_700_000_000n,
      blockGasLimit: 70_000_000n,
      gasless: true,
      ...GENESIS_DEFAULTS,
      minBaseFee: 0n,
      tokenName: 'Test',
      tokenSymbol: 'TST',
      tokenDecimals: 18,
      owner: '0x00000000000000000000000000000000000000aa',
      faucetOperator: '0x00000000000000000000000000000000000000bb',
      faucetReserve: 10n ** 24n,
      l1Origin: { number: 5n, hash: `0x${'07'.repeat(32)}`, timestamp: 1_699_999_999n },
      accounts: [{ address: '0x00000000000000000000000000000000000000cc', balance: 5n }],
    };
    const [one, two] = await Promise.all([deriveGenesis(config, {}), deriveGenesis(config, {})]);
    expect(one.outputRoot).toBe(two.outputRoot);
    expect((await deriveGenesis({ ...config, faucetReserve: 1n }, {})).outputRoot).not.toBe(one.outputRoot);
    expect(one.output).toMatchObject({ blockHash: one.header.hash, l1OriginNumber: 5n, inboxPosition: 0n });
  });
});
