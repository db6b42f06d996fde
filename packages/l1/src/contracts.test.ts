import { createLogger } from '@tephra/core';
import {
  type BlockContent,
  decodeInboxPayload,
  encodeContent,
  encodeFrames,
  encodeOutboxMessage,
  lzDecompress,
  messageKindOf,
  nextAccumulator,
  type OutboxMessage,
  OutboxTree,
  type Output,
  outboxLeaf,
  outputRoot,
  type Pack,
  packHash,
} from '@tephra/protocol';
import {
  type Address,
  encodeDeployData,
  getAddress,
  type Hash,
  type Hex,
  hexToBytes,
  keccak256,
  parseEther,
  parseEventLogs,
  zeroAddress,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployments, deployPlatform } from './deployPlatform.ts';
import {
  batchRegistryAbi,
  bridgeAbi,
  demoErc20Abi,
  demoNftAbi,
  erc721TwinAbi,
  inboxAbi,
  nativeTwinAbi,
  rollupAbi,
  rollupFactoryAbi,
} from './generated/abis.ts';
import { demoErc20Bytecode, demoNftBytecode } from './generated/bytecode.ts';
import { TEST_KEYS, TestAnvil } from './support/testAnvil.ts';

const PERIOD = 60;
const RECIPIENT = getAddress('0x00000000000000000000000000000000000a11ce');
const L2_TOKEN = getAddress('0x00000000000000000000000000000000000070c3');
const [OWNER_KEY, PROPOSER_KEY] = TEST_KEYS;
const owner = privateKeyToAccount(OWNER_KEY).address;
const proposer = privateKeyToAccount(PROPOSER_KEY).address;

let anvil: TestAnvil;
let deployments: Deployments;
let rollup: Address;
let inbox: Address;
let bridge: Address;
const messages: OutboxMessage[] = [];
let parent: Hash = keccak256('0x01');
let nextBlock = 1n;
let nextPack = 1n;

beforeAll(async () => {
  anvil = await TestAnvil.start();
  deployments = await deployPlatform(
    { rpcUrl: anvil.url, l1ChainId: TestAnvil.chainId, privateKey: OWNER_KEY, pollIntervalMs: 20 },
    { logger: createLogger({ name: 'contracts-test', level: 'fatal' }) },
  );
}, 60_000);
afterAll(() => anvil.stop());

/** Blocks that say nothing, in one frame of the encoder. */
function emptyBlocks(first: bigint, count: number, origin: bigint): BlockContent[] {
  return Array.from({ length: count }, (_, i) => ({
    number: first + BigInt(i),
    timestamp: 1_800_000_000n + BigInt(i),
    l1OriginNumber: origin,
    transactions: [],
  }));
}

/** Posts three blocks whose outbox holds all of `messages`, with the formats of packages/protocol. */
async function postPack(terminal: boolean): Promise<{ index: bigint; pack: Pack }> {
  const origin = await anvil.client.getBlock();
  const position = await anvil.client.readContract({ address: inbox, abi: inboxAbi, functionName: 'messageCount' });
  const output: Output = {
    stateRoot: keccak256('0x0a'),
    blockHash: keccak256('0x0b'),
    outboxRoot: tree().root(),
    inboxPosition: position,
    inboxAccumulator: await accumulatorAt(position),
    l1OriginNumber: origin.number,
    l1OriginHash: origin.hash,
    historyRoot: keccak256('0x0c'),
  };
  const { frames, contentRoot } = encodeContent(emptyBlocks(nextBlock, 3, origin.number));
  for (const frame of frames) {
    const registry = { address: deployments.batchRegistry, abi: batchRegistryAbi };
    await anvil.write(PROPOSER_KEY, { ...registry, functionName: 'post', args: [frame] });
  }
  const pack: Pack = {
    index: nextPack,
    firstBlock: nextBlock,
    lastBlock: nextBlock + 2n,
    parentOutputRoot: parent,
    contentRoot,
    output,
    outputRoots: [zeroHash, zeroHash, outputRoot(output)],
    frames: frames.map((frame) => keccak256(frame)),
    terminal,
  };
  const receipt = await anvil.write(PROPOSER_KEY, {
    address: rollup,
    abi: rollupAbi,
    functionName: 'submitPack',
    args: [pack],
  });
  const [submitted] = parseEventLogs({ abi: rollupAbi, eventName: 'PackSubmitted', logs: receipt.logs });
  expect(submitted?.args).toMatchObject({ outputRoot: outputRoot(output), packHash: packHash(pack) });
  parent = outputRoot(output);
  nextBlock += 3n;
  nextPack += 1n;
  return { index: pack.index, pack };
}

function tree(): OutboxTree {
  return OutboxTree.fromLeaves(messages.map((message, i) => outboxLeaf(BigInt(i), message)));
}

async function execute(packIndex: bigint, start: number, count: number) {
  const part = messages.slice(start, start + count).map(encodeOutboxMessage);
  const receipt = await anvil.write(OWNER_KEY, {
    address: bridge,
    abi: bridgeAbi,
    functionName: 'execute',
    args: [packIndex, BigInt(start), part, tree().rangeProof(start, count)],
  });
  return {
    receipt,
    events: parseEventLogs({ abi: bridgeAbi, eventName: 'MessageExecuted', logs: receipt.logs }).map((log) => log.args),
  };
}

async function accumulatorAt(position: bigint): Promise<Hash> {
  return anvil.client.readContract({ address: inbox, abi: inboxAbi, functionName: 'accumulatorAt', args: [position] });
}

async function deployToken(data: Hex): Promise<Address> {
  const receipt = await anvil.send(OWNER_KEY, { data });
  return getAddress(receipt.contractAddress ?? zeroAddress);
}

describe('one chain from creation to its end', () => {
  let coin: Address;
  let art: Address;

  it('is created by one transaction', async () => {
    const params = {
      chainId: 4242n,
      owner,
      proposer,
      challengePeriod: BigInt(PERIOD),
      maxPackDelay: 600n,
      inboxDelay: 600n,
      expiresAt: 0n,
      currencyMode: 0,
      currencyToken: zeroAddress,
      name: 'Pumice',
      symbol: 'PUM',
      decimals: 18,
      bond: parseEther('1'),
      settlementEscrow: parseEther('2'),
      proposerFunds: parseEther('0.5'),
      lockedFunds: 0n,
      genesisOutputRoot: parent,
      rulesHash: `0x${'22'.repeat(32)}`,
      stvfHash: `0x${'33'.repeat(32)}`,
      attestation: zeroAddress,
      validityKey: zeroHash,
      genesisConfig: '0x1234',
    } as const;
    const receipt = await anvil.write(OWNER_KEY, {
      address: deployments.factory,
      abi: rollupFactoryAbi,
      functionName: 'createRollup',
      args: [params],
      value: parseEther('3.5'),
    });
    const [created] = parseEventLogs({ abi: rollupFactoryAbi, eventName: 'RollupCreated', logs: receipt.logs });
    expect(created?.args).toMatchObject({ chainId: 4242n, owner, genesisConfig: '0x1234', genesisOutputRoot: parent });
    ({ rollup, inbox, bridge } = created!.args);
  });

  it('takes deposits that the protocol package reads back', async () => {
    coin = await deployToken(
      encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Basalt', 'BSL'] }),
    );
    art = await deployToken(
      encodeDeployData({ abi: demoNftAbi, bytecode: demoNftBytecode, args: ['Art', 'ART', 'ipfs://a/', zeroHash, 0n] }),
    );
    await anvil.write(OWNER_KEY, { address: coin, abi: demoErc20Abi, functionName: 'mint', args: [owner, 1_000n] });
    await anvil.write(OWNER_KEY, { address: coin, abi: demoErc20Abi, functionName: 'approve', args: [bridge, 1_000n] });
    await anvil.write(OWNER_KEY, { address: art, abi: demoNftAbi, functionName: 'mintTo', args: [owner] });
    await anvil.write(OWNER_KEY, { address: art, abi: demoNftAbi, functionName: 'approve', args: [bridge, 1n] });
    const target = { address: bridge, abi: bridgeAbi };
    await anvil.write(OWNER_KEY, { ...target, functionName: 'depositEth', args: [RECIPIENT], value: 5n });
    await anvil.write(OWNER_KEY, { ...target, functionName: 'depositErc20', args: [coin, RECIPIENT, 1_000n] });
    await anvil.write(OWNER_KEY, { ...target, functionName: 'depositErc721', args: [art, RECIPIENT, 1n] });

    const logs = await anvil.client.getContractEvents({
      address: inbox,
      abi: inboxAbi,
      eventName: 'MessageDelivered',
      fromBlock: 0n,
      strict: true,
    });
    let accumulator: Hash = zeroHash;
    const payloads = logs.map(({ args }) => {
      accumulator = nextAccumulator(accumulator, { ...args, kind: messageKindOf(args.kind) });
      expect(accumulator).toBe(args.accumulator);
      return decodeInboxPayload({ kind: messageKindOf(args.kind), data: args.data });
    });
    expect(await accumulatorAt(3n)).toBe(accumulator);
    const text = (value: string): Hex => `0x${Buffer.from(value).toString('hex')}`;
    expect(payloads).toEqual([
      { kind: 'depositEth', to: RECIPIENT, amount: 5n },
      {
        kind: 'depositErc20',
        l1Token: coin,
        to: RECIPIENT,
        amount: 1_000n,
        name: text('Basalt'),
        symbol: text('BSL'),
        decimals: 18,
      },
      {
        kind: 'depositErc721',
        l1Token: art,
        to: RECIPIENT,
        tokenId: 1n,
        name: text('Art'),
        symbol: text('ART'),
        uri: text('ipfs://a/1'),
      },
    ]);
  });

  it('pays withdrawals once the window of their pack is over', async () => {
    messages.push(
      { kind: 'releaseErc20', l1Token: zeroAddress, to: RECIPIENT, amount: 5n },
      { kind: 'releaseErc20', l1Token: coin, to: RECIPIENT, amount: 400n },
      { kind: 'mintNative', to: RECIPIENT, amount: 77n },
    );
    const { index } = await postPack(false);
    await expect(execute(index, 0, 3)).rejects.toThrow(/NotFinalised|revert/);
    await anvil.pass(PERIOD + 1);
    const { events } = await execute(index, 0, 3);
    expect(events.map(({ paid }) => paid)).toEqual([true, true, true]);
    expect(await anvil.client.getBalance({ address: RECIPIENT })).toBe(5n);
    const balance = { address: coin, abi: demoErc20Abi, functionName: 'balanceOf', args: [RECIPIENT] } as const;
    expect(await anvil.client.readContract(balance)).toBe(400n);
  });

  it('settles everything after its last pack, paid from the escrow', async () => {
    await anvil.write(OWNER_KEY, { address: rollup, abi: rollupAbi, functionName: 'close' });
    messages.push(
      { kind: 'mintNative', to: RECIPIENT, amount: 23n },
      { kind: 'releaseErc20', l1Token: coin, to: RECIPIENT, amount: 600n },
      { kind: 'releaseErc721', l1Token: art, to: RECIPIENT, tokenId: 1n },
      {
        kind: 'collection',
        l2Token: L2_TOKEN,
        name: 'Lava',
        symbol: 'LAV',
        owner,
        royaltyReceiver: owner,
        royaltyBps: 250,
        uriPrefix: 'ipfs://lava/',
        uriSuffix: '.json',
      },
    );
    for (let id = 1n; id <= 60n; id++) {
      const to = getAddress(`0x${(0xb0b0000n + id).toString(16).padStart(40, '0')}`);
      messages.push({ kind: 'mintErc721', l2Token: L2_TOKEN, to, tokenId: id, uri: id === 9n ? 'ar://nine' : '' });
    }
    const { index } = await postPack(true);
    await anvil.pass(PERIOD + 1);
    const escrowBefore = await escrow();
    const first = await execute(index, 7, 60);
    const second = await execute(index, 0, 67);
    expect(first.events.length + second.events.length).toBe(64);
    expect([...first.events, ...second.events].every(({ paid }) => paid)).toBe(true);

    const cost = [first, second].map(({ receipt }) => receipt.gasUsed * receipt.effectiveGasPrice);
    const spent = escrowBefore - (await escrow());
    // Nearly all is refunded, and nobody earns by executing.
    expect(spent).toBeLessThanOrEqual(cost[0]! + cost[1]!);
    expect(Number(spent) / Number(cost[0]! + cost[1]!)).toBeGreaterThan(0.9);

    const twin = await anvil.client.readContract({
      address: bridge,
      abi: bridgeAbi,
      functionName: 'twinOf',
      args: [L2_TOKEN],
    });
    const uri = (id: bigint) =>
      anvil.client.readContract({ address: twin, abi: erc721TwinAbi, functionName: 'tokenURI', args: [id] });
    expect([await uri(8n), await uri(9n)]).toEqual(['ipfs://lava/8.json', 'ar://nine']);
    const nativeTwin = await anvil.client.readContract({
      address: bridge,
      abi: bridgeAbi,
      functionName: 'nativeTwin',
    });
    const supply = { address: nativeTwin, abi: nativeTwinAbi, functionName: 'totalSupply' } as const;
    expect(await anvil.client.readContract(supply)).toBe(100n);
    const artOwner = { address: art, abi: demoNftAbi, functionName: 'ownerOf', args: [1n] } as const;
    expect(await anvil.client.readContract(artOwner)).toBe(RECIPIENT);
  });

  async function escrow(): Promise<bigint> {
    return anvil.client.readContract({ address: bridge, abi: bridgeAbi, functionName: 'escrow' });
  }
});

describe('frames on the L1', () => {
  const decode = (frame: Hex) =>
    anvil.client.readContract({
      address: deployments.batchRegistry,
      abi: batchRegistryAbi,
      functionName: 'decode',
      args: [frame],
    });

  it('are read as the encoder meant them, whole ones under 12 M gas', async () => {
    const frames = await realFrames();
    expect(frames.length).toBeGreaterThan(1);
    for (const frame of frames) {
      const { firstBlock, code, bodySize } = header(hexToBytes(frame));
      const body = lzDecompress(code, bodySize);
      expect(await decode(frame)).toEqual([true, firstBlock, BigInt(bodySize), keccak256(body)]);
      const gas = await anvil.client.estimateContractGas({
        address: deployments.batchRegistry,
        abi: batchRegistryAbi,
        functionName: 'decode',
        args: [frame],
      } as never);
      expect(gas).toBeLessThan(12_000_000n);
    }
  });

  it('are refused where the TypeScript decoder refuses them', async () => {
    const [frame] = await realFrames();
    const bytes = hexToBytes(frame!);
    const { codeStart } = header(bytes);
    for (let i = 0; i < 40; i++) {
      const broken = Uint8Array.from(bytes);
      const place = (i * 7919) % (i % 2 === 0 ? codeStart : 4_000);
      broken[place] = broken[place]! ^ (1 << (i % 8));
      const [wellFormed, , , bodyHash] = await decode(`0x${Buffer.from(broken).toString('hex')}`);
      expect(wellFormed ? bodyHash : null).toBe(expectedBodyHash(broken));
    }
  });

  /** Mints of many accounts, enough for more than one full frame. */
  async function realFrames(): Promise<Hex[]> {
    const account = privateKeyToAccount(OWNER_KEY);
    const transactions = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        account.signTransaction({
          type: 'eip1559',
          chainId: 4242,
          nonce: i,
          to: L2_TOKEN,
          gas: 120_000n,
          maxFeePerGas: 0n,
          maxPriorityFeePerGas: 0n,
          // A proof of twelve hashes, as allowlists have them.
          data: `0xb77a147b${Array.from({ length: 12 }, (_, j) => keccak256(`0x${(i * 12 + j + 4096).toString(16)}`).slice(2)).join('')}`,
        }),
      ),
    );
    const blocks = emptyBlocks(300n, 20, 5n);
    transactions.forEach((raw, i) => {
      blocks[i % 20]!.transactions.push(raw);
    });
    return encodeFrames(blocks);
  }

  function header(bytes: Uint8Array) {
    let position = 1;
    const varint = () => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[position++];
        if (byte === undefined) throw new Error('truncated');
        value |= BigInt(byte & 127) << shift;
        if (byte < 128) {
          if (byte === 0 && shift > 0n) throw new Error('not the shortest form');
          return value;
        }
      }
    };
    const firstBlock = varint();
    const bodySize = Number(varint());
    const codeSize = Number(varint());
    const codeStart = position;
    if (bytes[0] !== 1 || bodySize > 262_144 || codeStart + codeSize > bytes.length) throw new Error('malformed');
    return { firstBlock, bodySize, codeStart, code: bytes.subarray(codeStart, codeStart + codeSize) };
  }

  function expectedBodyHash(bytes: Uint8Array): Hash | null {
    try {
      const { code, bodySize } = header(bytes);
      return keccak256(lzDecompress(code, bodySize));
    } catch {
      return null;
    }
  }
});
