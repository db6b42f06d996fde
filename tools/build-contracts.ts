/**
 * Compiles `contracts/src` with npm's solc and writes what the rest of the code base needs of it:
 *
 * - `contracts/out/<Contract>.json`: abi, bytecode, deployedBytecode, storage layout
 * - `packages/l1/src/generated/abis.ts`: `<contract>Abi` of every contract, `as const`
 * - `packages/l1/src/generated/bytecode.ts`: creation code of what is deployed to an L1 or by demos, code that disputes run
 * - `packages/l1/src/generated/predeployCode.ts`: runtime code that the genesis of every chain holds
 *
 * Metadata is off, so equal sources give equal code: genesis state roots depend on it. A stamp over sources, settings and
 * compiler makes an unchanged build free.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sourceDir = join(root, 'contracts/src');
const outDir = join(root, 'contracts/out');
const generatedDir = join(root, 'packages/l1/src/generated');
const stampFile = join(outDir, '.stamp');
const generatedFiles = ['abis.ts', 'bytecode.ts', 'predeployCode.ts'];

/** Name in `PREDEPLOYS` of packages/protocol -> contract. */
const PREDEPLOY_CONTRACTS: Record<string, string> = {
  chainState: 'ChainState',
  outbox: 'Outbox',
  l2Bridge: 'L2Bridge',
  settler: 'Settler',
  faucet: 'Faucet',
  baseFeeVault: 'FeeVault',
  priorityFeeVault: 'FeeVault',
  dataFeeVault: 'FeeVault',
  bridgedErc20Impl: 'BridgedErc20',
  bridgedErc721Impl: 'BridgedErc721',
  bridgedErc1155Impl: 'BridgedErc1155',
};

/** Contracts that are never deployed: disputes run their code (packages/dispute). */
const RUN_BY_DISPUTES = ['FrameReader'];

const settings = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 200 },
  viaIR: false,
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  remappings: ['@openzeppelin/=node_modules/@openzeppelin/'],
};

/** Warning that every use of transient storage gets; OpenZeppelin's reentrancy guard clears it as the warning asks. */
const TRANSIENT_STORAGE_HINT = '2394';

type AbiParameter = { internalType?: string; components?: AbiParameter[] };
type AbiItem = { type: string; name?: string; inputs?: AbiParameter[]; outputs?: AbiParameter[] };
type CompiledContract = {
  abi: AbiItem[];
  storageLayout: unknown;
  evm: {
    bytecode: { object: string; linkReferences: object };
    deployedBytecode: { object: string; immutableReferences: object; linkReferences: object };
  };
};
type SolcError = {
  severity: string;
  errorCode?: string;
  formattedMessage: string;
  sourceLocation?: { file: string };
};
type SolcOutput = { errors?: SolcError[]; contracts?: Record<string, Record<string, CompiledContract>> };
type Solc = {
  version(): string;
  compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
};

export type BuildContractsResult = { built: boolean; contracts: number; millis: number };

/** Thrown when a source does not compile or a contract cannot be used as declared; the message holds the details. */
export class ContractBuildError extends Error {
  readonly code = 'CONTRACT_BUILD_FAILED';
}

/** Compiles unless nothing changed since the last build (`force` compiles anyway). */
export async function buildContracts(options: { force?: boolean } = {}): Promise<BuildContractsResult> {
  const started = Date.now();
  const sources = readSources();
  const stamp = stampOf(sources);
  const artefacts = generatedFiles.map((file) => join(generatedDir, file));
  const fresh = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && artefacts.every(existsSync);
  if (fresh && options.force !== true) return { built: false, contracts: 0, millis: Date.now() - started };

  const output = compile(sources);
  const contracts = ownContracts(output);
  rmSync(stampFile, { force: true });
  writeArtefacts(contracts);
  writeGenerated(contracts);
  replaceFile(stampFile, stamp);
  return { built: true, contracts: contracts.size, millis: Date.now() - started };
}

function readSources(): Map<string, string> {
  const sources = new Map<string, string>();
  for (const entry of readdirSync(sourceDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.sol')) continue;
    const path = join(entry.parentPath, entry.name);
    sources.set(relative(root, path).split('\\').join('/'), readFileSync(path, 'utf8'));
  }
  return new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function stampOf(sources: Map<string, string>): string {
  const hash = createHash('sha256');
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const dependency of ['solc', '@openzeppelin/contracts']) {
    const manifest: { version: string } = JSON.parse(
      readFileSync(join(root, 'node_modules', dependency, 'package.json'), 'utf8'),
    );
    hash.update(`${dependency}@${manifest.version}\n`);
  }
  for (const [path, content] of sources) hash.update(`${path}\0${content}\0`);
  return hash.digest('hex');
}

function compile(sources: Map<string, string>): SolcOutput {
  const solc = createRequire(import.meta.url)('solc') as Solc;
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries([...sources].map(([path, content]) => [path, { content }])),
    settings: {
      ...settings,
      outputSelection: {
        '*': {
          '*': [
            'abi',
            'storageLayout',
            'evm.bytecode.object',
            'evm.bytecode.linkReferences',
            'evm.deployedBytecode.object',
            'evm.deployedBytecode.linkReferences',
            'evm.deployedBytecode.immutableReferences',
          ],
        },
      },
    },
  };
  const readImport = (path: string) => {
    const file = join(root, path);
    return existsSync(file) ? { contents: readFileSync(file, 'utf8') } : { error: `${path} not found` };
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport })) as SolcOutput;
  const problems = (output.errors ?? []).filter(
    (problem) => problem.severity !== 'info' && problem.errorCode !== TRANSIENT_STORAGE_HINT,
  );
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new ContractBuildError(errors.map((error) => error.formattedMessage).join('\n'));
  for (const warning of problems) {
    // What libraries are warned of is theirs to mend.
    if (warning.sourceLocation?.file.startsWith('node_modules/') !== true) {
      process.stderr.write(`${warning.formattedMessage}\n`);
    }
  }
  return output;
}

/** Contracts of our own sources by name; an interface `IFoo` appears only while no contract `Foo` exists. */
function ownContracts(output: SolcOutput): Map<string, CompiledContract> {
  const contracts = new Map<string, CompiledContract>();
  for (const [path, byName] of Object.entries(output.contracts ?? {})) {
    if (!path.startsWith('contracts/src/')) continue;
    for (const [name, contract] of Object.entries(byName)) {
      if (contracts.has(name)) throw new ContractBuildError(`two contracts are named ${name}; names must be unique`);
      contracts.set(name, contract);
    }
  }
  return new Map([...contracts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function writeArtefacts(contracts: Map<string, CompiledContract>): void {
  mkdirSync(outDir, { recursive: true });
  for (const file of readdirSync(outDir)) {
    if (!contracts.has(file.replace(/\.json$/, ''))) rmSync(join(outDir, file), { recursive: true, force: true });
  }
  for (const [name, contract] of contracts) {
    const artefact = {
      contractName: name,
      abi: contract.abi,
      bytecode: `0x${contract.evm.bytecode.object}`,
      deployedBytecode: `0x${contract.evm.deployedBytecode.object}`,
      storageLayout: contract.storageLayout,
    };
    replaceFile(join(outDir, `${name}.json`), `${JSON.stringify(artefact, null, 1)}\n`);
  }
}

function writeGenerated(contracts: Map<string, CompiledContract>): void {
  const abis: string[] = [];
  const bytecode: string[] = [];
  for (const [name, contract] of contracts) {
    const isInterface = /^I[A-Z]/.test(name);
    const plain = isInterface ? name.slice(1) : name;
    if (isInterface && contracts.has(plain)) continue;
    if (contract.abi.length > 0) abis.push(`export const ${camelCase(plain)}Abi = ${typedAbi(contract.abi)} as const;`);
    const code = contract.evm.bytecode;
    const isPredeploy = Object.values(PREDEPLOY_CONTRACTS).includes(name);
    if (code.object === '' || isPredeploy || contract.abi.length === 0) continue;
    if (RUN_BY_DISPUTES.includes(name)) {
      const { object } = contract.evm.deployedBytecode;
      bytecode.push(
        `/** Code of ${name}, which disputes run. */\nexport const ${camelCase(name)}Code = '0x${object}';`,
      );
      continue;
    }
    if (Object.keys(code.linkReferences).length > 0) throw new ContractBuildError(`${name} needs linking`);
    bytecode.push(`/** Creation code of ${name}. */\nexport const ${camelCase(name)}Bytecode = '0x${code.object}';`);
  }

  const predeploys: string[] = [];
  for (const [predeploy, name] of Object.entries(PREDEPLOY_CONTRACTS)) {
    const contract = contracts.get(name);
    const deployed = contract?.evm.deployedBytecode;
    if (deployed === undefined) throw new ContractBuildError(`predeploy ${predeploy}: no contract ${name}`);
    if (Object.keys(deployed.immutableReferences).length > 0) {
      throw new ContractBuildError(`${name} has immutables: genesis code has no constructor to fill them`);
    }
    predeploys.push(`  ${predeploy}: '0x${deployed.object}',`);
  }

  mkdirSync(generatedDir, { recursive: true });
  const header = '// Made by tools/build-contracts.ts from contracts/src. Do not edit.\n\n';
  replaceFile(join(generatedDir, 'abis.ts'), `${header}${abis.join('\n\n')}\n`);
  replaceFile(join(generatedDir, 'bytecode.ts'), `${header}${bytecode.join('\n\n')}\n`);
  replaceFile(
    join(generatedDir, 'predeployCode.ts'),
    `${header}/** Runtime code of each predeploy, by its name in PREDEPLOYS. */\nexport const PREDEPLOY_CODE = {\n${predeploys.join('\n')}\n} as const;\n`,
  );
}

/** Internal types only bloat the type checker's work; errors that two bases declare appear once. */
function typedAbi(abi: AbiItem[]): string {
  const seen = new Set<string>();
  const items = abi.filter((item) => {
    const key = JSON.stringify(stripInternalTypes(item));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return JSON.stringify(items.map(stripInternalTypes));
}

function stripInternalTypes<T extends AbiItem | AbiParameter>(item: T): T {
  return JSON.parse(JSON.stringify(item, (key, value) => (key === 'internalType' ? undefined : value)));
}

/** Other processes read these files, or build at the same time: they see the old or the new content, never half of it. */
function replaceFile(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

function camelCase(name: string): string {
  const acronym = /^[A-Z]+(?=[A-Z][a-z])/.exec(name)?.[0];
  const head = acronym ?? name[0] ?? '';
  return head.toLowerCase() + name.slice(head.length);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const result = await buildContracts({ force: process.argv.includes('--force') });
    const what = result.built ? `compiled ${result.contracts} contracts` : 'contracts are up to date';
    process.stdout.write(`${what} in ${(result.millis / 1000).toFixed(1)} s\n`);
  } catch (error) {
    if (!(error instanceof ContractBuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
