import { leftmost, sparseGet, sparseSet, withoutLeftmost } from '../commit/sparseTree.ts';
import { BlockSlot, DESTROYED, EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, TOUCHED, type TxAccount } from './entries.ts';
import type { Env } from './env.ts';
import { credit, load } from './journal.ts';
import { lesser } from './lesser.ts';
import type { End, Receipt } from './state.ts';

const NEXT_PHASE = { sender: 'coinbase', coinbase: 'baseFee', baseFee: 'dataFee', dataFee: 'fold' } as const;

/** One step after the first frame. @param end the step's own copy */
export function endStep(end: End, env: Env): End | Receipt {
  if (end.phase === 'fold') return foldStep(end);
  const [payee, fee] = feeOf(end, end.phase);
  if (fee > 0n) {
    if (load(end, env, { address: payee })) return end;
    credit(end, payee, fee);
  }
  return { ...end, phase: NEXT_PHASE[end.phase] };
}

/** Who gets what at the end of a transaction. Base fees are never burned. */
export function feeOf({ tx, block, gasUsed }: End, phase: keyof typeof NEXT_PHASE): [bigint, bigint] {
  const { gasPrice, gasLimit, sender, dataFee } = tx.fields;
  const { baseFee, coinbase, baseFeeRecipient, dataFeeRecipient } = block.fields;
  const basePrice = lesser(gasPrice, baseFee);
  switch (phase) {
    case 'sender':
      return [sender, (gasLimit - gasUsed) * gasPrice];
    case 'coinbase':
      return [coinbase, gasUsed * (gasPrice - basePrice)];
    case 'baseFee':
      return [baseFeeRecipient, gasUsed * basePrice];
    case 'dataFee':
      return [dataFeeRecipient, dataFee];
  }
}

/** Takes the first entry out of the transaction's journal and puts it into the block's: a slot, or an account without slots. */
function foldStep(end: End): End | Receipt {
  const first = leftmost(end.t);
  if (first === null) {
    const { tx, block, b, succeeded, gasUsed, logs } = end;
    return { kind: 'receipt', tx, block, b, succeeded, gasUsed, logs };
  }
  const { key: address, value: account } = first;
  const inBlock = sparseGet(end.b, address)!;
  if (vanishes(account)) {
    const gone = inBlock.with({
      isDirty: true,
      nonce: 0n,
      balance: 0n,
      codeHash: EMPTY_CODE_HASH,
      storageRoot: EMPTY_TRIE_ROOT,
      slots: null,
    });
    return { ...end, b: sparseSet(end.b, address, gone), t: withoutLeftmost(end.t) };
  }
  const slot = leftmost(account.slots);
  if (slot !== null) {
    const before = sparseGet(inBlock.slots, slot.key)!;
    const { current } = slot.value;
    const after = new BlockSlot(before.isDirty || before.value !== current, current);
    return {
      ...end,
      b: sparseSet(end.b, address, inBlock.with({ slots: sparseSet(inBlock.slots, slot.key, after) })),
      t: sparseSet(end.t, address, account.with({ slots: withoutLeftmost(account.slots) })),
    };
  }
  const { nonce, balance, codeHash } = account;
  const b = account.has(TOUCHED)
    ? sparseSet(end.b, address, inBlock.with({ isDirty: true, nonce, balance, codeHash }))
    : end.b;
  return { ...end, b, t: withoutLeftmost(end.t) };
}

/** Accounts that EIP-6780 and EIP-161 remove. */
const vanishes = (account: TxAccount): boolean => account.has(DESTROYED) || (account.has(TOUCHED) && account.isEmpty);
