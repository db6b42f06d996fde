export { DEV_MNEMONIC, type DevAccount, devAccounts } from './accounts.ts';
export { Devnet, type DevnetDeps, type DevnetOptions } from './devnet.ts';
export { DevnetError, type DevnetErrorCode } from './errors.ts';
