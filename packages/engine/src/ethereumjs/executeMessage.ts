import type { EVM, EVMResult } from '@ethereumjs/evm';
import { Address as EvmAddress } from '@ethereumjs/util';
import type { Address } from '@tephra/protocol';
import { bytesToHex, EMPTY_BYTES, equalBytes, hexToBytes } from '../bytes.ts';
import type { BlockContext } from '../engine.ts';
import { type AccountData, EMPTY_CODE_HASH } from '../state/committedState.ts';
import { type Authorization, authorityOf, EXISTING_AUTHORITY_REFUND } from '../transaction/authorization.ts';
import { designatorOf, senderOf } from '../transaction/delegation.ts';
import { intrinsicGas } from '../transaction/intrinsicGas.ts';
import type { Message, MessageOutcome } from '../transaction/message.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { haltReason } from './haltReason.ts';
import type { JournaledState } from './journaledState.ts';

/** EIP-2681. */
const MAX_NONCE = (1n << 64n) - 1n;
/** EIP-3529: at most this part of the gas used is refunded. */
const MAX_REFUND_QUOTIENT = 5n;

type EvmBlock = NonNullable<Parameters<EVM['runCall']>[0]['block']>;

export const addressKey = (address: Address): string => address.slice(2).toLowerCase();
const evmAddress = (address: Address): EvmAddress => new EvmAddress(hexToBytes(address));
const NEW_ACCOUNT: AccountData = { nonce: 0n, balance: 0n, storageRoot: EMPTY_ROOT, codeHash: EMPTY_CODE_HASH };

/** What instructions see of the block. */
export function evmBlock(context: BlockContext, baseFeePerGas = context.baseFeePerGas): EvmBlock {
  return {
    header: {
      number: context.number,
      coinbase: evmAddress(context.coinbase),
      timestamp: context.timestamp,
      difficulty: 0n,
      prevRandao: hexToBytes(context.prevRandao),
      gasLimit: context.gasLimit,
      baseFeePerGas,
      getBlobGasPrice: () => context.blobBaseFee ?? 1n,
    },
  } as EvmBlock;
}

/** Adds to a balance; an amount of zero changes nothing. */
export function credit(state: JournaledState, address: Address, amount: bigint): void {
  if (amount === 0n) return;
  const key = addressKey(address);
  const account = state.peek(key) ?? NEW_ACCOUNT;
  state.poke(key, { ...account, balance: account.balance + amount });
}

/**
 * Runs a message that was found valid: buys gas, counts the nonce up, calls, refunds, pays fees and removes what EIP-161
 * and EIP-6780 remove. Leaves the changes in `state`.
 */
export async function executeMessage(
  evm: EVM,
  state: JournaledState,
  context: BlockContext,
  block: EvmBlock,
  message: Message,
): Promise<MessageOutcome> {
  const { gasPrice, gasLimit } = message;
  const fromKey = addressKey(message.from);
  const sender = state.peek(fromKey) ?? NEW_ACCOUNT;
  state.poke(fromKey, {
    ...sender,
    nonce: sender.nonce + 1n,
    balance: sender.balance - gasLimit * gasPrice - (message.blobFee ?? 0n) - (message.dataFee ?? 0n),
  });

  warm(evm, context, message);
  evm.transientStorage.clear();
  const { authorizationList = [] } = message;
  const intrinsic = intrinsicGas(message.data, message.to === null, message.accessList, authorizationList.length);
  const authorized = await authorize(evm, state, authorizationList);
  const result = await evm.runCall({
    block,
    gasPrice,
    caller: evmAddress(message.from),
    gasLimit: gasLimit - intrinsic,
    to: message.to === null ? undefined : evmAddress(message.to),
    value: message.value,
    data: message.data,
    blobVersionedHashes: message.blobHashes,
    skipNonceIncrement: true,
  });

  const { execResult } = result;
  let gasUsed = intrinsic + execResult.executionGasUsed;
  const refund = (execResult.gasRefund ?? 0n) + authorized;
  if (refund > 0n) {
    const cap = gasUsed / MAX_REFUND_QUOTIENT;
    gasUsed -= refund < cap ? refund : cap;
  }
  if (message.floor !== undefined && gasUsed < message.floor) gasUsed = message.floor;
  if (gasPrice > 0n) {
    credit(state, message.from, (gasLimit - gasUsed) * gasPrice);
    const tip = gasPrice > context.baseFeePerGas ? gasPrice - context.baseFeePerGas : 0n;
    credit(state, context.coinbase, gasUsed * tip);
    // Base fees are never burned (PROTOCOL.md section 1).
    credit(state, context.baseFeeRecipient, gasUsed * (gasPrice - tip));
  }
  credit(state, context.dataFeeRecipient ?? context.baseFeeRecipient, message.dataFee ?? 0n);
  await removeDestroyed(evm, result);
  await evm.journal.cleanup();
  return describe(state, message, result, gasUsed);
}

/** EIP-7702: makes accounts stand for others where the authorizations hold. @returns what is refunded */
async function authorize(evm: EVM, state: JournaledState, list: Authorization[]): Promise<bigint> {
  let refund = 0n;
  for (const authorization of list) {
    const { chainId, address, nonce } = authorization;
    if ((chainId !== 0n && chainId !== BigInt(evm.common.chainId())) || nonce === MAX_NONCE) continue;
    const authority = authorityOf(authorization);
    if (authority === null) continue;
    const key = addressKey(authority);
    evm.journal.addAlwaysWarmAddress(key);
    const account = state.peek(key);
    if (senderOf(account, () => state.codeOf(key), 'prague')?.isContract || (account?.nonce ?? 0n) !== nonce) continue;
    if (account !== null) refund += EXISTING_AUTHORITY_REFUND;
    await state.putCode(evmAddress(authority), designatorOf(address));
    state.poke(key, { ...(state.peek(key) ?? NEW_ACCOUNT), nonce: nonce + 1n });
  }
  return refund;
}

/** EIP-2929, 2930 and 3651: addresses and slots that are warm from the start. */
function warm(evm: EVM, context: BlockContext, message: Message): void {
  const { journal } = evm;
  // As addAlwaysWarmAddress for each of them, at once.
  (journal as unknown as { alwaysWarmJournal: Map<string, Set<string>> }).alwaysWarmJournal = warmPrecompiles(evm);
  journal.addAlwaysWarmAddress(addressKey(message.from));
  if (message.to !== null) journal.addAlwaysWarmAddress(addressKey(message.to));
  journal.addAlwaysWarmAddress(addressKey(context.coinbase));
  for (const { address, storageKeys } of message.accessList) {
    const key = addressKey(address);
    journal.addAlwaysWarmAddress(key, true);
    for (const slot of storageKeys) journal.addAlwaysWarmSlot(key, slot.slice(2).toLowerCase(), true);
  }
}

function warmPrecompiles(evm: EVM): Map<string, Set<string>> {
  let template = templates.get(evm);
  if (template === undefined) {
    template = [...evm.precompiles.keys()];
    templates.set(evm, template);
  }
  return new Map(template.map((address) => [address, new Set<string>()]));
}

const templates = new WeakMap<EVM, string[]>();

async function removeDestroyed(evm: EVM, { execResult }: EVMResult): Promise<void> {
  if (execResult.selfdestruct === undefined) return;
  for (const address of execResult.selfdestruct.keys()) {
    // EIP-6780: only contracts of the same transaction vanish.
    if (!execResult.createdAddresses?.has(address)) continue;
    await evm.journal.deleteAccount(evmAddress(address));
  }
}

function describe(state: JournaledState, message: Message, result: EVMResult, gasUsed: bigint): MessageOutcome {
  const { execResult } = result;
  const error = execResult.exceptionError?.error;
  const createdContracts: Address[] = [];
  for (const address of execResult.createdAddresses ?? []) {
    const account = state.peek(addressKey(address));
    if (account !== null && !equalBytes(account.codeHash, EMPTY_CODE_HASH)) createdContracts.push(address);
  }
  return {
    status: error === undefined ? 'success' : error === 'revert' ? 'reverted' : 'halted',
    gasUsed,
    logs: (execResult.logs ?? []).map(([address, topics, data]) => ({
      address: bytesToHex(address),
      topics: topics.map(bytesToHex),
      data: bytesToHex(data),
    })),
    returnData: bytesToHex(error === undefined || error === 'revert' ? execResult.returnValue : EMPTY_BYTES),
    haltReason: error === undefined || error === 'revert' ? undefined : haltReason(error),
    createdAddress:
      message.to === null && result.createdAddress !== undefined ? bytesToHex(result.createdAddress.bytes) : undefined,
    createdContracts,
  };
}
