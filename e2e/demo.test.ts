/** The main job: launch, mint, destroy, and every token and balance on the L1, checked here once more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createPublicClient, erc20Abi, erc721Abi, type Hex, http } from 'viem';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../apps/tephra/src/main.ts', import.meta.url));
const MINTERS = 60;

type Report = {
  passed: boolean;
  l1RpcUrl: string;
  twin: Hex;
  nativeTwin: Hex;
  baseUri: string;
  expectedOwners: Record<string, Hex>;
  expectedNativeBalances: Record<Hex, string>;
  earlyWithdrawal: { tokenId: string; l1TransactionHash: Hex };
  checks: { name: string; passed: boolean; checked: number }[];
  figures: { mintsPerSecond: number; settlementL1GasPerToken: string; launchToFirstBlockMs: number };
};

test('every token and every balance of a destroyed layer is on the L1', { timeout: 180_000 }, async () => {
  const child = spawn(
    process.execPath,
    [MAIN, 'demo', 'nft-mint', '--minters', String(MINTERS), '--ephemeral', '--json'],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, TEPHRA_CHALLENGE_PERIOD: '3' },
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const exited = once(child, 'exit');
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited.then(() => null)]);
  if (line === null) throw new Error(`the demo ended without a report: ${stderr}`);
  const report = JSON.parse(String(line[0])) as Report;
  try {
    expect(report.checks.filter((check) => !check.passed)).toEqual([]);
    expect(report.passed).toBe(true);
    expect(Object.keys(report.expectedOwners)).toHaveLength(MINTERS);
    // The L1 is still there for anybody to look.
    const client = createPublicClient({ transport: http(report.l1RpcUrl, { batch: true }) });
    await Promise.all(
      Object.entries(report.expectedOwners).map(async ([tokenId, owner]) => {
        const token = { address: report.twin, abi: erc721Abi, args: [BigInt(tokenId)] } as const;
        const found = await client.readContract({ ...token, functionName: 'ownerOf' });
        expect(found.toLowerCase()).toBe(owner.toLowerCase());
        expect(await client.readContract({ ...token, functionName: 'tokenURI' })).toBe(`${report.baseUri}${tokenId}`);
      }),
    );
    for (const [account, balance] of Object.entries(report.expectedNativeBalances)) {
      const read = { address: report.nativeTwin, abi: erc20Abi, functionName: 'balanceOf' } as const;
      expect(await client.readContract({ ...read, args: [account as Hex] })).toBe(BigInt(balance));
    }
    expect(Number(report.figures.settlementL1GasPerToken)).toBeGreaterThan(0);
  } finally {
    child.stdin.end();
    await exited;
  }
  await expect(fetch(report.l1RpcUrl)).rejects.toThrow();
});
