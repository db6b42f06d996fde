/** What the proxy does with a JSON-RPC method. */
export type MethodClass =
  /** Passed to anvil as it is. */
  | 'read'
  /** Changes the chain: serialised, journaled, then acknowledged. */
  | 'journal'
  /** As `journal`, and repeated after a snapshot, because snapshots do not hold it. */
  | 'setting'
  /** Answered by the devnet itself. */
  | 'local'
  /** Would break the replayed history. */
  | 'refused';

const SETTINGS =
  /^(anvil|hardhat)_(impersonateAccount|stopImpersonatingAccount|autoImpersonateAccount|setCoinbase|setMinGasPrice)$|^evm_setBlockGasLimit$/;
const LOCAL = new Set([
  'eth_sendRawTransactionSync',
  'evm_mine',
  'anvil_mine',
  'hardhat_mine',
  'evm_increaseTime',
  'anvil_increaseTime',
  'evm_setNextBlockTimestamp',
  'anvil_setNextBlockTimestamp',
]);
const READS = /^(anvil|hardhat)_(nodeInfo|metadata|getAutomine|getIntervalMining|getBlob.*|getGenesisTime)$/;
/** Cheats that set state, the next base fee or the pool. Methods that are not known are refused rather than guessed at. */
const CHEATS =
  /^(anvil|hardhat|tenderly|evm)_(setBalance|addBalance|deal|dealERC20|setERC20Allowance|setCode|setNonce|setStorageAt|setAccountNonce|setNextBlockBaseFeePerGas|dropTransaction|dropAllTransactions|removePoolTransactions)$/;

export function classifyMethod(method: string): MethodClass {
  if (method === 'eth_sendRawTransaction' || method === 'eth_sendTransaction') return 'journal';
  if (LOCAL.has(method)) return 'local';
  if (SETTINGS.test(method)) return 'setting';
  if (CHEATS.test(method)) return 'journal';
  if (READS.test(method)) return 'read';
  if (/^(anvil|hardhat|tenderly|evm|miner)_/.test(method)) return 'refused';
  if (/^(eth_sendUnsignedTransaction|eth_sendTransactionSync|wallet_sendTransaction|.*_reset|eth_reorg)$/.test(method))
    return 'refused';
  return 'read';
}
