import { createLogger } from '@tephra/core';
import { type Bls, type BlsSecretKey, operatorId as idOf, loadBls } from '@tephra/crypto';
import {
  type AvsDeployment,
  allocationManagerAbi,
  avsDirectoryAbi,
  delegationManagerAbi,
  deployEchoAvs,
  deployRestaking,
  EMBEDDED_RESTAKING,
  echoTaskManagerAbi,
  nativeEthManagerAbi,
  type RestakingDeployment,
  registryCoordinatorAbi,
  strategyManagerAbi,
  TransactionSender,
} from '@tephra/l1';
import {
  type Address,
  type AttestationTask,
  decodeEchoTask,
  encodeEchoResponse,
  encodeG1,
  type Hash,
  type Hex,
  pubkeyRegistrationDigest,
  type SignedTaskResponse,
} from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil } from '@tephra/testing';
import { type Abi, encodeFunctionData, erc20Abi, keccak256, maxUint256, parseEther, toHex, zeroHash } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import type { EchoAdapter } from '../adapters/echo/echo-adapter.ts';

export type EchoOperator = { address: Address; key: BlsSecretKey; operatorId: Hash };

/** An L1 for tests with the restaking core and the echo AVS; operators come on request. */
export class EchoL1 {
  readonly anvil: Anvil;
  readonly bls: Bls;
  readonly core: RestakingDeployment;
  readonly avs: AvsDeployment & { taskManager: Address };
  /** Gives tasks and pays for answers. */
  readonly owner: TransactionSender;

  private constructor(parts: Pick<EchoL1, 'anvil' | 'bls' | 'core' | 'avs' | 'owner'>) {
    this.anvil = parts.anvil;
    this.bls = parts.bls;
    this.core = parts.core;
    this.avs = parts.avs;
    this.owner = parts.owner;
  }

  static async start(): Promise<EchoL1> {
    const anvil = await startAnvil();
    const logger = createLogger({ name: 'echo-l1', level: 'silent' });
    const base = { rpcUrl: anvil.rpcUrl, l1ChainId: anvil.chainId, privateKey: ANVIL_KEYS[0], pollIntervalMs: 10 };
    const owner = await TransactionSender.create({ ...base, chainId: anvil.chainId }, { logger });
    const holders = Array.from({ length: 5 }, (_, index) => devAccount(index).address);
    const core = await deployRestaking(
      { ...base, parameters: EMBEDDED_RESTAKING, devTokenHolders: holders },
      { logger, sender: owner },
    );
    const avs = await deployEchoAvs({ ...base, restaking: core }, { logger, sender: owner });
    return new EchoL1({ anvil, bls: await loadBls(), core, owner, avs: { ...avs, taskManager: avs.taskManager! } });
  }

  stop(): Promise<void> {
    return this.anvil.stop();
  }

  mine(blocks = 1): Promise<unknown> {
    return this.anvil.rpc('anvil_mine', [toHex(blocks)]);
  }

  /** Dev account `index` restakes `ether` of ETH (and ALT, where it joins quorum 1) for itself and joins quorums. */
  async addOperator(index: number, quorums: (0 | 1)[], ether: string): Promise<EchoOperator> {
    const account = devAccount(index);
    const sender = await TransactionSender.create(
      {
        rpcUrl: this.anvil.rpcUrl,
        chainId: this.anvil.chainId,
        privateKey: toHex(account.getHdKey().privateKey!),
        pollIntervalMs: 10,
      },
      { logger: createLogger({ name: 'echo-l1', level: 'silent' }) },
    );
    const send = (to: Address, abi: Abi, functionName: string, args: unknown[] = [], value = 0n) =>
      sender.send({ to, value, data: encodeFunctionData({ abi, functionName, args }) });
    const { core, avs } = this;
    const amount = parseEther(ether);
    await send(core.delegationManager, delegationManagerAbi, 'registerAsOperator', [account.address, 0, '']);
    await send(core.nativeEthManager, nativeEthManagerAbi, 'deposit', [], amount);
    const alt = core.strategies.find(({ symbol }) => symbol === 'ALT')!;
    if (quorums.includes(1)) {
      await send(alt.token!, erc20Abi, 'approve', [core.strategyManager, amount]);
      await send(core.strategyManager, strategyManagerAbi, 'depositIntoStrategy', [alt.strategy, alt.token, amount]);
    }
    const native = core.strategies.find(({ kind }) => kind === 'native')!;
    const allocations = quorums.map((quorum) => ({
      operatorSet: { avs: avs.serviceManager, id: quorum },
      strategies: [quorum === 0 ? native.strategy : alt.strategy],
      newMagnitudes: [parseEther('1')],
    }));
    await this.mine(EMBEDDED_RESTAKING.allocationConfigurationDelayBlocks + 1);
    await send(core.allocationManager, allocationManagerAbi, 'modifyAllocations', [account.address, allocations]);
    const key = this.bls.secretKey(BigInt(index + 5_000));
    const proof = pubkeyRegistrationDigest(900n, avs.registryCoordinator, account.address);
    const digest = await this.owner.client.readContract({
      address: core.avsDirectory,
      abi: avsDirectoryAbi,
      functionName: 'calculateOperatorAVSRegistrationDigestHash',
      args: [account.address, avs.serviceManager, zeroHash, maxUint256],
    });
    await send(avs.registryCoordinator, registryCoordinatorAbi, 'registerOperator', [
      toHex(Uint8Array.from(quorums)),
      '',
      this.bls.proofOfPossession(key, this.bls.hashToG1(proof)),
      { signature: await account.sign({ hash: digest }), salt: zeroHash, expiry: maxUint256 },
    ]);
    return { address: account.address, key, operatorId: idOf(this.bls.publicKeys(key).g1) };
  }

  /** Gives a task; its index comes back. */
  async createTask(payload: Hex, quorums: number[] = [0, 1]): Promise<number> {
    const index = await this.owner.client.readContract({
      address: this.avs.taskManager,
      abi: echoTaskManagerAbi,
      functionName: 'latestTaskNum',
    });
    await this.owner.send({
      to: this.avs.taskManager,
      data: encodeFunctionData({
        abi: echoTaskManagerAbi,
        functionName: 'createNewTask',
        args: [payload, 67, toHex(Uint8Array.from(quorums))],
      }),
    });
    return index;
  }

  /** An operator's signed answer; `echo` when it is not the right one. */
  respond(operator: EchoOperator, task: AttestationTask, adapter: EchoAdapter, echo?: Hash): SignedTaskResponse {
    const response = encodeEchoResponse({
      referenceTaskIndex: Number(task.taskId),
      echo: echo ?? keccak256(decodeEchoTask(task.content).payload),
    });
    return {
      avs: task.avs,
      taskId: task.taskId,
      operatorId: operator.operatorId,
      response,
      signature: encodeG1(this.bls.sign(operator.key, adapter.digestOf(task, response))),
      journalSequence: Number(task.taskId) + 1,
    };
  }
}

function devAccount(index: number) {
  return mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex: index + 1 });
}
