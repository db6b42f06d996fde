import type { CreateFlashlayerInput, LayerSettingsInput } from '@tephra/api';
import type { Snippet } from '../components/CodeSnippet.tsx';
import { formatUnits } from '../lib/format.ts';

/** The same launch as JSON, CLI and curl. */
export function equalOf(body: CreateFlashlayerInput, origin: string): Snippet[] {
  const json = JSON.stringify(body, null, 2);
  return [
    { label: 'CLI', code: cliOf(body) },
    { label: 'curl', code: curlOf(json, origin) },
    { label: 'JSON', code: json },
  ];
}

function curlOf(json: string, origin: string): string {
  return [
    `TOKEN=$(curl -s ${origin}/v1/session | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    '',
    `curl -X POST ${origin}/v1/flashlayer/create \\`,
    "  -H 'Content-Type: application/json' \\",
    '  -H "Authorization: Bearer $TOKEN" \\',
    `  -d '${json.replaceAll("'", "'\\''")}'`,
  ].join('\n');
}

const MANY_ACCOUNTS = 4;

/** Only what differs from the CLI's defaults becomes a flag. */
export function cliOf(body: CreateFlashlayerInput): string {
  const settings: LayerSettingsInput = body.flashlayer.settings ?? {};
  const flags: string[] = [];
  const add = (flag: string, value: unknown, usual?: string) => {
    if (value !== undefined && String(value) !== usual) flags.push(`${flag} ${quote(String(value))}`);
  };
  add('--block-time', settings.blockTime, '1');
  add('--gas-limit', settings.blockGasLimit, '70000000');
  add('--symbol', settings.tokenSymbol, 'ETH');
  add('--decimals', settings.tokenDecimals, '18');
  if (settings.fcfs === false) flags.push('--auction');
  if (settings.gasless === false) flags.push('--no-gasless');
  add('--min-base-fee', settings.minBaseFee);
  add('--data-fee', settings.dataFeePerByte);
  const recipients = Object.entries(settings.feeRecipients ?? {}).map(([kind, account]) => `${kind}=${account}`);
  if (recipients.length > 0) flags.push(`--fee-recipient ${recipients.join(' ')}`);
  add('--currency', settings.currencyMode, 'issued');
  add('--currency-token', settings.currencyToken);
  if (settings.faucetReserve !== undefined) {
    add('--faucet-reserve', coins(String(settings.faucetReserve), Number(settings.tokenDecimals ?? 18)));
  }
  add('--history', settings.history, 'archive');
  add('--verification', settings.verification);
  add('--challenge-period', settings.challengePeriod);
  add('--checkpoint-blocks', settings.checkpointBlocks);
  add('--import', body.import);
  if (body.freeTrial !== true) flags.push('--no-trial');
  const accounts = settings.genesisAccounts ?? [];
  const decimals = Number(settings.tokenDecimals ?? 18);
  if (accounts.length > MANY_ACCOUNTS) {
    // Too long for a command line: the settings file of the JSON tab holds them.
    return `# layer.json holds "settings" of the JSON tab\n./tephra launch ${body.flashlayer.name} --settings layer.json${body.freeTrial === true ? '' : ' --no-trial'}`;
  }
  if (accounts.length > 0) {
    const list = accounts.map(({ account, balance }) => `${account}=${coins(String(balance), decimals)}`);
    flags.push(`--genesis ${list.join(' ')}`);
  }
  const command = `./tephra launch ${quote(body.flashlayer.name)}`;
  return flags.length <= 2 ? [command, ...flags].join(' ') : [command, ...flags].join(' \\\n  ');
}

function coins(balance: string, decimals: number): string {
  return /^\d+$/.test(balance) ? formatUnits(BigInt(balance), decimals, decimals).replaceAll(',', '') : balance;
}

function quote(text: string): string {
  return /^[A-Za-z0-9._/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
