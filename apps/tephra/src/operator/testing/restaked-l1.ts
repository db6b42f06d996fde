import { createLogger, type Logger } from '@tephra/core';
import { type BlsSigner, LocalBlsSigner, loadBls } from '@tephra/crypto';
import {
  type AvsDeployment,
  deployEchoAvs,
  deployRestaking,
  EMBEDDED_RESTAKING,
  type RestakingDeployment,
  TransactionSender,
} from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil } from '@tephra/testing';
import { parseEther, toHex, zeroAddress } from 'viem';
import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts';
import { ensureStake } from '../../up/restaking/stake.ts';
import { optIn } from '../opt-in.ts';
import { registerOperator } from '../registration.ts';

/** An operator with stake in every quorum of an AVS. */
export type StakedOperator = { address: Address; signer: BlsSigner; staker: Address };

/** Keys of anvil's dev accounts. DEV ONLY. */
export function devKey(index: number): Hex {
  const account = mnemonicToAccount('test test test test test test test test test test test junk', {
    addressIndex: index,
  });
  return toHex(account.getHdKey().privateKey!);
}

/** An L1 that mines each transaction at once, with the restaking core, dev tokens and the echo AVS. */
export class RestakedL1 {
  readonly anvil: Anvil;
  readonly restaking: RestakingDeployment;
  readonly echo: AvsDeployment & { taskManager: Address };
  readonly logger: Logger;
  /** Of the account that deployed: gives tasks, submits, manages the allowlist. */
  readonly platform: TransactionSender;

  private constructor(
    anvil: Anvil,
    parts: { restaking: RestakingDeployment; echo: AvsDeployment; logger: Logger; platform: TransactionSender },
  ) {
    this.anvil = anvil;
    this.restaking = parts.restaking;
    this.echo = { ...parts.echo, taskManager: parts.echo.taskManager! };
    this.logger = parts.logger;
    this.platform = parts.platform;
  }

  static async start(options: { allowlist?: { enabled: boolean; operators: Address[] } } = {}): Promise<RestakedL1> {
    const anvil = await startAnvil();
    const logger = createLogger({ name: 'restaked-l1', level: 'fatal' });
    const common = { rpcUrl: anvil.rpcUrl, l1ChainId: anvil.chainId, privateKey: ANVIL_KEYS[0], pollIntervalMs: 20 };
    const sender = await TransactionSender.create({ ...common, chainId: anvil.chainId }, { logger });
    const holders = Array.from({ length: 10 }, (_, index) => privateKeyToAccount(devKey(index)).address);
    const restaking = await deployRestaking(
      { ...common, parameters: EMBEDDED_RESTAKING, devTokenHolders: holders },
      { logger, sender },
    );
    const echo = await deployEchoAvs({ ...common, restaking, ...options }, { logger, sender });
    return new RestakedL1(anvil, { restaking, echo, logger, platform: sender });
  }

  stop(): Promise<void> {
    return this.anvil.stop();
  }

  async senderOf(privateKey: Hex): Promise<TransactionSender> {
    const { rpcUrl, chainId } = this.anvil;
    return TransactionSender.create({ rpcUrl, chainId, privateKey, pollIntervalMs: 20 }, { logger: this.logger });
  }

  mine(blocks: number): Promise<unknown> {
    return this.anvil.rpc('anvil_mine', [`0x${blocks.toString(16)}`]);
  }

  /**
   * Dev account `index` becomes an operator with BLS key `index`; account `index + 4` delegates 100 ETH and ALT to it, all of
   * which it allocates to the AVS.
   */
  async addOperator(index: number, avs: AvsDeployment = this.echo): Promise<StakedOperator> {
    const sender = await this.senderOf(devKey(index));
    const staker = await this.senderOf(devKey(index + 4));
    const { delegationManager } = this.restaking;
    await registerOperator(sender, {
      delegationManager,
      delegationApprover: zeroAddress,
      allocationDelay: 0,
      metadataUri: 'data:,',
    });
    await ensureStake(staker, this.restaking, {
      operator: sender.address,
      amount: parseEther('100'),
      symbols: ['ETH', 'ALT'],
    });
    await this.mine(EMBEDDED_RESTAKING.allocationConfigurationDelayBlocks + 1);
    const signer = await LocalBlsSigner.create((await loadBls()).secretKey(BigInt(1_000 + index)));
    const { chainId } = this.anvil;
    await optIn(
      { chainId, restaking: this.restaking, avs, quorums: [0, 1], socket: '', fraction: 10n ** 18n },
      {
        sender,
        account: privateKeyToAccount(devKey(index)),
        signer,
        onProgress: () => undefined,
        onPlan: () => undefined,
        signal: new AbortController().signal,
      },
    );
    return { address: sender.address, signer, staker: staker.address };
  }
}
