import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Abi, Hex } from 'viem';

export type Compiled = { abi: Abi; bytecode: Hex };

type SolcOutput = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>;
};

let compiled: Record<string, Compiled> | undefined;

/** Contracts of assets.sol by name; compiled once a process. */
export function compileAssets(): Record<string, Compiled> {
  compiled ??= compile();
  return compiled;
}

function compile(): Record<string, Compiled> {
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string };
  const input = {
    language: 'Solidity',
    sources: { 'assets.sol': { content: readFileSync(new URL('./assets.sol', import.meta.url), 'utf8') } },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput;
  const failure = output.errors?.find(({ severity }) => severity === 'error');
  if (failure) throw new Error(failure.formattedMessage);
  return Object.fromEntries(
    Object.entries(output.contracts['assets.sol']!).map(([name, { abi, evm }]) => [
      name,
      { abi, bytecode: `0x${evm.bytecode.object}` as const },
    ]),
  );
}
