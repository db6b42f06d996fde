import { mnemonicToAccount } from 'viem/accounts';

/** DEV ONLY: everybody knows this phrase; anvil's and Hardhat's default. */
export const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

export type DevAccount = { address: `0x${string}`; privateKey: `0x${string}` };

/** The first `count` accounts of {@link DEV_MNEMONIC}, each funded with 10,000 ETH in the L1's genesis. */
export function devAccounts(count = 10): DevAccount[] {
  return Array.from({ length: count }, (_, addressIndex) => {
    const account = mnemonicToAccount(DEV_MNEMONIC, { addressIndex });
    const key = account.getHdKey().privateKey;
    if (!key) throw new Error('a derived account has a private key');
    return { address: account.address, privateKey: `0x${Buffer.from(key).toString('hex')}` };
  });
}
