import type { Hash, Hex } from '@tephra/protocol';
import { z } from 'zod';
import { RPC_ERROR, RpcError } from '../errors.ts';
import { quantity, quantityOfBytes } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST, storageSlot } from '../params.ts';
import { headerOf, requireState } from '../resolve.ts';

const MAX_SLOTS = 1_024;

/** Storage keys are answered as they were asked: full words stay words, short ones are quantities. */
const keyWithForm = z.string().transform((text, context) => {
  const parsed = storageSlot.safeParse(text);
  if (!parsed.success) {
    context.addIssue({ code: 'custom', message: parsed.error.issues[0]?.message ?? 'invalid storage key' });
    return z.NEVER;
  }
  const slot: Hash = parsed.data;
  const shown: Hex = text.replace(/^0x/i, '').length === 64 ? slot : quantityOfBytes(slot);
  return { slot, shown };
});

export const ethGetProof = defineMethod({
  name: 'eth_getProof',
  doc: {
    text: 'EIP-1186: an account and slots of it with their Merkle proofs. `pending` means the newest sealed block.',
    params: ['account: address', 'slots: array of storage keys', 'block?: block'],
    result: '{address, accountProof, balance, codeHash, nonce, storageHash, storageProof}',
    errors: ['-32000 header not found', '-32000 missing trie node: the state is not kept any more'],
  },
  params: [address, z.array(keyWithForm), blockRef.optional()],
  handle: async (context, account, keys, ref) => {
    if (keys.length > MAX_SLOTS) {
      throw new RpcError(RPC_ERROR.invalidParams, `too many keys: ${keys.length}, the limit is ${MAX_SLOTS}`);
    }
    const header = requireState(context, headerOf(context, ref ?? LATEST));
    const slots = keys.map(({ slot }) => slot);
    const result = await context.engine.getProof(account, slots, header.stateRoot);
    return {
      address: account,
      accountProof: result.accountProof,
      balance: quantity(result.account.balance),
      codeHash: result.account.codeHash,
      nonce: quantity(result.account.nonce),
      storageHash: result.account.storageRoot,
      storageProof: result.storageProof.map(({ value, proof }, i) => ({
        key: keys[i]!.shown,
        value: quantity(value),
        proof,
      })),
    };
  },
});
