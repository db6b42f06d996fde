import { BaseError, type Hex, isHex } from 'viem';
import { decodeRevert, revertText } from './decode.ts';
import { RESTAKING_ABI } from './restakingAbi.ts';

/** What a contract said when it refused: its own error with arguments, as far as an ABI known here names it. */
export function revertReason(error: unknown): string | null {
  const data = revertData(error);
  if (data === null) return null;
  const revert = decodeRevert(data, [RESTAKING_ABI]);
  return revert.kind === 'empty' ? null : revertText(revert);
}

/** The bytes that nodes put beside "execution reverted"; clients wrap that several times. */
function revertData(error: unknown): Hex | null {
  if (!(error instanceof BaseError)) return null;
  const bearer = error.walk((each) => typeof each === 'object' && each !== null && 'data' in each && isHex(each.data));
  return bearer !== null && 'data' in bearer && isHex(bearer.data) ? bearer.data : null;
}
