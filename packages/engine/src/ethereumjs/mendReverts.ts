import type { EVM, EVMResult, ExecResult } from '@ethereumjs/evm';

/** First byte that EIP-3541 forbids of deployed code. */
const FORBIDDEN = 0xef;

type Internals = {
  runInterpreter(message: { isCreate: boolean }, options?: object): Promise<ExecResult>;
  _executeCreate(message: object): Promise<EVMResult>;
};

/**
 * Mends @ethereumjs/evm 10.1.3, which takes what init code reverts with for code to deploy: when it begins with 0xef it
 * ends the creation as an invalid one, with all its gas and without the data. Here the interpreter's result shows other
 * bytes while that is decided. Found by random programs; `revert.test.ts` says what is right.
 */
export function mendReverts(evm: EVM): void {
  const internals = evm as unknown as Internals;
  const { runInterpreter, _executeCreate } = internals;
  if (typeof runInterpreter !== 'function' || typeof _executeCreate !== 'function') {
    throw new Error('this version of @ethereumjs/evm creates contracts in another way');
  }
  /** What was really returned, by what is shown instead. */
  const hidden = new WeakMap<Uint8Array, Uint8Array>();
  internals.runInterpreter = async (message, options) => {
    const result = await runInterpreter.call(internals, message, options);
    const { exceptionError, returnValue } = result;
    if (!message.isCreate || exceptionError === undefined || returnValue[0] !== FORBIDDEN) return result;
    const shown = new Uint8Array(returnValue.length);
    hidden.set(shown, returnValue);
    return { ...result, returnValue: shown };
  };
  internals._executeCreate = async (message) => {
    const result = await _executeCreate.call(internals, message);
    const returnValue = hidden.get(result.execResult.returnValue);
    return returnValue === undefined ? result : { ...result, execResult: { ...result.execResult, returnValue } };
  };
}
