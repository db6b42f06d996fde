import type { Hex } from '@tephra/protocol';
import { numberToHex, serializeTransaction, type TransactionSerializable } from 'viem';
import type { RpcContext } from './context.ts';
import { RPC_ERROR, RpcError } from './errors.ts';
import { estimateGas } from './estimate.ts';
import { currentBaseFee, suggestedTip } from './fees.ts';
import { quantity } from './hex.ts';
import type { CallArguments } from './params.ts';
import { betweenBlocks } from './resolve.ts';

/** eth_fillTransaction: what the sender would have to ask for in four calls. Legacy when a gas price is given. */
export async function fillTransaction(context: RpcContext, args: CallArguments) {
  const { chain } = context;
  if (args.from === undefined) throw new RpcError(RPC_ERROR.server, 'from must be set');
  const { from } = args;
  const nonce = args.nonce ?? (await betweenBlocks(context, () => context.sink.pendingNonce(from)));
  const tip = args.maxPriorityFeePerGas ?? suggestedTip(context);
  const fees =
    args.gasPrice === undefined
      ? { maxPriorityFeePerGas: tip, maxFeePerGas: args.maxFeePerGas ?? 2n * currentBaseFee(context) + tip }
      : { gasPrice: args.gasPrice };
  const gas = args.gas ?? (await estimateGas(context, { ...args, ...fees }, { tag: 'pending' }, undefined));
  const input: Hex = args.input ?? args.data ?? '0x';
  const fields = {
    chainId: Number(chain.chainId),
    nonce: Number(nonce),
    gas,
    value: args.value ?? 0n,
    data: input,
    ...(args.to === undefined ? {} : { to: args.to }),
    ...(args.accessList === undefined ? {} : { accessList: args.accessList }),
    ...(args.authorizationList === undefined ? {} : { authorizationList: args.authorizationList.map(signedForm) }),
    ...fees,
  };
  const type = typeOf(args);
  const legacyOnly = type === 'legacy' ? {} : { accessList: args.accessList ?? [] };
  return {
    raw: serializeTransaction({ ...fields, type } as TransactionSerializable),
    tx: {
      type: { legacy: '0x0', eip2930: '0x1', eip1559: '0x2', eip7702: '0x4' }[type],
      chainId: quantity(chain.chainId),
      nonce: quantity(nonce),
      from,
      to: args.to ?? null,
      gas: quantity(gas),
      value: quantity(fields.value),
      input,
      // The most that it may pay, as for any transaction that is in no block.
      gasPrice: quantity(args.gasPrice ?? fees.maxFeePerGas ?? 0n),
      ...Object.fromEntries(Object.entries(fees).map(([name, value]) => [name, quantity(value)])),
      ...legacyOnly,
      ...(args.authorizationList === undefined ? {} : { authorizationList: args.authorizationList.map(shownForm) }),
    },
  };
}

type FilledType = 'legacy' | 'eip2930' | 'eip1559' | 'eip7702';

function typeOf({ gasPrice, accessList, authorizationList }: CallArguments): FilledType {
  if (authorizationList !== undefined) return 'eip7702';
  if (gasPrice === undefined) return 'eip1559';
  return accessList === undefined ? 'legacy' : 'eip2930';
}

type Authorization = NonNullable<CallArguments['authorizationList']>[number];

const signedForm = ({ chainId, nonce, r, s, ...rest }: Authorization) => ({
  ...rest,
  chainId: Number(chainId),
  nonce: Number(nonce),
  r: numberToHex(r, { size: 32 }),
  s: numberToHex(s, { size: 32 }),
});

const shownForm = ({ address, ...numbers }: Authorization) => ({
  address,
  ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, quantity(BigInt(value))])),
});
