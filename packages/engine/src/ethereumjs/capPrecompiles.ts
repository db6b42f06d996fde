import { type EVM, EVMError, type ExecResult, type PrecompileFunc } from '@ethereumjs/evm';
import { PRECOMPILE_CAPS } from '../precompiles/caps.ts';

/** Puts {@link PRECOMPILE_CAPS} around the precompiled contracts of ethereumjs. */
export function capPrecompiles(evm: EVM): void {
  const { precompiles } = evm;
  for (const [address, run] of precompiles) {
    const allows = PRECOMPILE_CAPS[Number(`0x${address}`)];
    if (allows !== undefined) precompiles.set(address, capped(run, allows));
  }
}

function capped(run: PrecompileFunc, allows: (data: Uint8Array) => boolean): PrecompileFunc {
  return (input): ReturnType<PrecompileFunc> => (allows(input.data) ? run(input) : tooLarge(input.gasLimit));
}

function tooLarge(gasLimit: bigint): ExecResult {
  return {
    returnValue: new Uint8Array(0),
    executionGasUsed: gasLimit,
    exceptionError: new EVMError(EVMError.errorMessages.OUT_OF_GAS),
  };
}
