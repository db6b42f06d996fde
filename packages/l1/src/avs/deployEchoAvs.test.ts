import { createLogger } from '@tephra/core';
import { loadBls } from '@tephra/crypto';
import { type Abi, keccak256, maxUint256, parseEther, parseEventLogs, stringToHex, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  allocationManagerAbi,
  avsDirectoryAbi,
  delegationManagerAbi,
  devTokenAbi,
  echoServiceManagerAbi,
  echoTaskManagerAbi,
  nativeEthManagerAbi,
  registryCoordinatorAbi,
  strategyManagerAbi,
} from '../generated/abis.ts';
import { deployRestaking, NATIVE_ETH_STRATEGY } from '../restaking/deployRestaking.ts';
import { EMBEDDED_RESTAKING } from '../restaking/parameters.ts';
import type { RestakingDeployment } from '../restaking/types.ts';
import { type SendRequest, TransactionSender } from '../sender/transaction-sender.ts';
import { TEST_KEYS, TestAnvil } from '../support/testAnvil.ts';
import { checkSignaturesParams } from './checkSignaturesParams.ts';
import { type DeployEchoAvsOptions, deployEchoAvs } from './deployEchoAvs.ts';
import { OperatorStateReader } from './readOperatorState.ts';
import type { AvsDeployment } from './types.ts';

const [OWNER_KEY, OPERATOR_KEY] = TEST_KEYS;
const operator = privateKeyToAccount(OPERATOR_KEY);
const logger = createLogger({ name: 'echo-test', level: 'fatal' });
const QUORUMS = '0x0001';
let anvil: TestAnvil;
let core: RestakingDeployment;
let avs: AvsDeployment;

const base = () => ({ rpcUrl: anvil.url, l1ChainId: TestAnvil.chainId, privateKey: OWNER_KEY, pollIntervalMs: 20 });
const deploy = (options: Partial<DeployEchoAvsOptions> = {}) =>
  deployEchoAvs({ ...base(), restaking: core, ...options }, { logger });

beforeAll(async () => {
  anvil = await TestAnvil.start();
  core = await deployRestaking(
    { ...base(), parameters: EMBEDDED_RESTAKING, devTokenHolders: [operator.address] },
    { logger },
  );
  avs = await deploy();
}, 60_000);
afterAll(() => anvil.stop());

it('deploys once: a second call changes nothing', async () => {
  const block = await anvil.client.getBlockNumber();
  expect(await deploy()).toEqual(avs);
  expect(await anvil.client.getBlockNumber()).toBe(block);
  expect(avs.deployedAtBlock).toBeGreaterThan(core.deployedAtBlock);
  expect(avs.quorums.map(({ number, name, strategies }) => ({ number, name, count: strategies.length }))).toEqual([
    { number: 0, name: 'ETH and LSTs', count: 2 },
    { number: 1, name: 'ALT', count: 1 },
  ]);
});

it('finishes what interrupted calls began', async () => {
  const parameters = { ...EMBEDDED_RESTAKING, withdrawalDelayBlocks: 9 };
  const restaking = await deployRestaking({ ...base(), parameters, devTokenHolders: [] }, { logger });
  const sender = await TransactionSender.create({ ...base(), chainId: TestAnvil.chainId }, { logger });
  // In the middle of the contracts, after the last of them, and between two initializations.
  for (const allowed of [5, 10, 3]) {
    let left = allowed;
    const failing = new Proxy(sender, {
      get: (target, property) => {
        if (property === 'send') {
          return (request: SendRequest) =>
            left-- > 0 ? target.send(request) : Promise.reject(new Error('the process ended'));
        }
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const attempt = deployEchoAvs({ ...base(), restaking }, { logger, sender: failing });
    await expect(attempt).rejects.toThrow('the process ended');
  }
  const finished = await deploy({ restaking });
  expect(finished.registryCoordinator).not.toBe(avs.registryCoordinator);
  expect(await read(finished.registryCoordinator, registryCoordinatorAbi, 'numRegistries')).toBe(3n);
  expect(await deploy({ restaking })).toEqual(finished);
});

it('makes the AVS known to the core', async () => {
  const sets = await read(core.allocationManager, allocationManagerAbi, 'getOperatorSetCount', [avs.serviceManager]);
  const registrar = await read(core.allocationManager, allocationManagerAbi, 'getAVSRegistrar', [avs.serviceManager]);
  expect({ sets, registrar }).toEqual({ sets: 2n, registrar: avs.registryCoordinator });
  const strategies = await read(avs.serviceManager, echoServiceManagerAbi, 'getRestakeableStrategies');
  expect(strategies).toEqual(avs.quorums.flatMap((quorum) => quorum.strategies.map(({ strategy }) => strategy)));
  const [named] = await anvil.client.getContractEvents({
    address: core.avsDirectory,
    abi: avsDirectoryAbi,
    eventName: 'AVSMetadataURIUpdated',
    args: { avs: avs.serviceManager },
    fromBlock: avs.deployedAtBlock,
    strict: true,
  });
  const encoded = named?.args.metadataURI.replace('data:application/json;base64,', '') ?? '';
  expect(JSON.parse(Buffer.from(encoded, 'base64').toString())).toMatchObject({ name: 'Echo' });
});

it('settles a task with the certificate of an operator who registered by one call', async () => {
  const bls = await loadBls();
  const key = bls.secretKey(0x5eedn);
  await stake();
  const hashPoint = await read(avs.registryCoordinator, registryCoordinatorAbi, 'pubkeyRegistrationMessageHash', [
    operator.address,
  ]);
  const digest = await read(core.avsDirectory, avsDirectoryAbi, 'calculateOperatorAVSRegistrationDigestHash', [
    operator.address,
    avs.serviceManager,
    zeroHash,
    maxUint256,
  ]);
  await write(OPERATOR_KEY, avs.registryCoordinator, registryCoordinatorAbi, 'registerOperator', [
    QUORUMS,
    'http://operator.example',
    bls.proofOfPossession(key, hashPoint as { X: bigint; Y: bigint }),
    { signature: await operator.sign({ hash: digest as `0x${string}` }), salt: zeroHash, expiry: maxUint256 },
  ]);

  const payload = stringToHex('hello');
  const created = await write(OWNER_KEY, taskManager(), echoTaskManagerAbi, 'createNewTask', [payload, 67, QUORUMS]);
  const [event] = parseEventLogs({ abi: echoTaskManagerAbi, eventName: 'NewTaskCreated', logs: created.logs });
  if (event === undefined) throw new Error('the task has an event');
  const { taskIndex, task } = event.args;
  await anvil.rpc('evm_mine', []);
  const response = { referenceTaskIndex: taskIndex, echo: keccak256(payload) };
  const signed = await read(taskManager(), echoTaskManagerAbi, 'responseDigest', [response]);
  // In two quorums: its key and its signature count twice.
  const signature = bls.sign(key, signed as `0x${string}`);
  const { g2 } = bls.publicKeys(key);
  const params = await checkSignaturesParams(
    {
      referenceBlockNumber: task.taskCreatedBlock,
      quorumNumbers: [0, 1],
      nonSignerIds: [],
      sigma: bls.aggregateG1([signature, signature]),
      apkG2: bls.aggregateG2([g2, g2]),
    },
    { client: anvil.client, source: avs, reader: new OperatorStateReader(avs, { client: anvil.client }), bls },
  );
  const answered = await write(OWNER_KEY, taskManager(), echoTaskManagerAbi, 'respondToTask', [task, response, params]);
  const [responded] = parseEventLogs({ abi: echoTaskManagerAbi, eventName: 'TaskResponded', logs: answered.logs });
  expect(responded?.args.taskResponse).toEqual(response);
});

function taskManager(): `0x${string}` {
  if (avs.taskManager === null) throw new Error('the echo AVS has a task manager');
  return avs.taskManager;
}

/** Two ETH and two ALT of the operator, allocated to the AVS in full. */
async function stake(): Promise<void> {
  const alt = core.strategies.find(({ symbol }) => symbol === 'ALT');
  if (alt?.token == null) throw new Error('there is ALT');
  const amount = parseEther('2');
  const send = (address: `0x${string}`, abi: Abi, functionName: string, args: unknown[] = [], value?: bigint) =>
    anvil.write(OPERATOR_KEY, { address, abi, functionName, args, value });
  await send(core.delegationManager, delegationManagerAbi, 'registerAsOperator', [operator.address, 0, '']);
  await send(core.nativeEthManager, nativeEthManagerAbi, 'deposit', [], amount);
  await send(alt.token, devTokenAbi, 'approve', [core.strategyManager, amount]);
  await send(core.strategyManager, strategyManagerAbi, 'depositIntoStrategy', [alt.strategy, alt.token, amount]);
  const allocations = [NATIVE_ETH_STRATEGY, alt.strategy].map((strategy, id) => ({
    operatorSet: { avs: avs.serviceManager, id },
    strategies: [strategy],
    newMagnitudes: [parseEther('1')],
  }));
  await send(core.allocationManager, allocationManagerAbi, 'modifyAllocations', [operator.address, allocations]);
}

function write(key: `0x${string}`, address: `0x${string}`, abi: Abi, functionName: string, args: unknown[]) {
  return anvil.write(key, { address, abi, functionName, args });
}

function read(address: `0x${string}`, abi: Abi, functionName: string, args: unknown[] = []): Promise<unknown> {
  return anvil.client.readContract({ address, abi, functionName, args });
}
