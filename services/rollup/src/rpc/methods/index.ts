import type { RpcMethod } from '../method.ts';
import { adminDrip } from './admin_drip.ts';
import { adminSettlementPreview } from './admin_settlementPreview.ts';
import { adminStatus } from './admin_status.ts';
import { debugGetBadBlocks } from './debug_getBadBlocks.ts';
import { debugGetRawBlock } from './debug_getRawBlock.ts';
import { debugGetRawHeader } from './debug_getRawHeader.ts';
import { debugGetRawReceipts } from './debug_getRawReceipts.ts';
import { debugGetRawTransaction } from './debug_getRawTransaction.ts';
import { debugTraceBlockByHash } from './debug_traceBlockByHash.ts';
import { debugTraceBlockByNumber } from './debug_traceBlockByNumber.ts';
import { debugTraceCall } from './debug_traceCall.ts';
import { debugTraceTransaction } from './debug_traceTransaction.ts';
import { ethAccounts } from './eth_accounts.ts';
import { ethBaseFee } from './eth_baseFee.ts';
import { ethBlobBaseFee } from './eth_blobBaseFee.ts';
import { ethBlockNumber } from './eth_blockNumber.ts';
import { ethCall } from './eth_call.ts';
import { ethCapabilities } from './eth_capabilities.ts';
import { ethChainId } from './eth_chainId.ts';
import { ethCoinbase } from './eth_coinbase.ts';
import { ethConfig } from './eth_config.ts';
import { ethCreateAccessList } from './eth_createAccessList.ts';
import { ethEstimateGas } from './eth_estimateGas.ts';
import { ethFeeHistory } from './eth_feeHistory.ts';
import { ethFillTransaction } from './eth_fillTransaction.ts';
import { ethGasPrice } from './eth_gasPrice.ts';
import { ethGetBalance } from './eth_getBalance.ts';
import { ethGetBlockByHash } from './eth_getBlockByHash.ts';
import { ethGetBlockByNumber } from './eth_getBlockByNumber.ts';
import { ethGetBlockReceipts } from './eth_getBlockReceipts.ts';
import { ethGetBlockTransactionCountByHash } from './eth_getBlockTransactionCountByHash.ts';
import { ethGetBlockTransactionCountByNumber } from './eth_getBlockTransactionCountByNumber.ts';
import { ethGetCode } from './eth_getCode.ts';
import { ethGetFilterChanges } from './eth_getFilterChanges.ts';
import { ethGetFilterLogs } from './eth_getFilterLogs.ts';
import { ethGetHeaderByHash } from './eth_getHeaderByHash.ts';
import { ethGetHeaderByNumber } from './eth_getHeaderByNumber.ts';
import { ethGetLogs } from './eth_getLogs.ts';
import { ethGetProof } from './eth_getProof.ts';
import { ethGetRawTransactionByBlockHashAndIndex } from './eth_getRawTransactionByBlockHashAndIndex.ts';
import { ethGetRawTransactionByBlockNumberAndIndex } from './eth_getRawTransactionByBlockNumberAndIndex.ts';
import { ethGetRawTransactionByHash } from './eth_getRawTransactionByHash.ts';
import { ethGetStorageAt } from './eth_getStorageAt.ts';
import { ethGetStorageValues } from './eth_getStorageValues.ts';
import { ethGetTransactionByBlockHashAndIndex } from './eth_getTransactionByBlockHashAndIndex.ts';
import { ethGetTransactionByBlockNumberAndIndex } from './eth_getTransactionByBlockNumberAndIndex.ts';
import { ethGetTransactionByHash } from './eth_getTransactionByHash.ts';
import { ethGetTransactionCount } from './eth_getTransactionCount.ts';
import { ethGetTransactionReceipt } from './eth_getTransactionReceipt.ts';
import { ethGetUncleByBlockHashAndIndex } from './eth_getUncleByBlockHashAndIndex.ts';
import { ethGetUncleByBlockNumberAndIndex } from './eth_getUncleByBlockNumberAndIndex.ts';
import { ethGetUncleCountByBlockHash } from './eth_getUncleCountByBlockHash.ts';
import { ethGetUncleCountByBlockNumber } from './eth_getUncleCountByBlockNumber.ts';
import { ethMaxPriorityFeePerGas } from './eth_maxPriorityFeePerGas.ts';
import { ethNewBlockFilter } from './eth_newBlockFilter.ts';
import { ethNewFilter } from './eth_newFilter.ts';
import { ethNewPendingTransactionFilter } from './eth_newPendingTransactionFilter.ts';
import { ethSendRawTransaction } from './eth_sendRawTransaction.ts';
import { ethSendRawTransactionSync } from './eth_sendRawTransactionSync.ts';
import { ethSimulateV1 } from './eth_simulateV1.ts';
import { ethSubscribe } from './eth_subscribe.ts';
import { ethSyncing } from './eth_syncing.ts';
import { ethUninstallFilter } from './eth_uninstallFilter.ts';
import { ethUnsubscribe } from './eth_unsubscribe.ts';
import { netListening } from './net_listening.ts';
import { netPeerCount } from './net_peerCount.ts';
import { netVersion } from './net_version.ts';
import { rpcModules } from './rpc_modules.ts';
import { tephraAddCertificate } from './tephra_addCertificate.ts';
import { tephraGetAddressActivity } from './tephra_getAddressActivity.ts';
import { tephraGetDisputeStep } from './tephra_getDisputeStep.ts';
import { tephraGetFinality } from './tephra_getFinality.ts';
import { tephraGetOutput } from './tephra_getOutput.ts';
import { tephraGetPackStatus } from './tephra_getPackStatus.ts';
import { tephraGetPov } from './tephra_getPov.ts';
import { tephraGetPreconfirmation } from './tephra_getPreconfirmation.ts';
import { tephraGetVerification } from './tephra_getVerification.ts';
import { tephraSendRawTransactionSync } from './tephra_sendRawTransactionSync.ts';
import { tephraSettlement } from './tephra_settlement.ts';
import { tephraStatus } from './tephra_status.ts';
import { tephraSubscribe } from './tephra_subscribe.ts';
import { tephraUnsubscribe } from './tephra_unsubscribe.ts';
import { txpoolContent } from './txpool_content.ts';
import { txpoolContentFrom } from './txpool_contentFrom.ts';
import { txpoolInspect } from './txpool_inspect.ts';
import { txpoolStatus } from './txpool_status.ts';
import { web3ClientVersion } from './web3_clientVersion.ts';
import { web3Sha3 } from './web3_sha3.ts';

/** Every method of the node, once. */
export const METHODS: readonly RpcMethod[] = [
  adminDrip,
  adminSettlementPreview,
  adminStatus,
  debugGetBadBlocks,
  debugGetRawBlock,
  debugGetRawHeader,
  debugGetRawReceipts,
  debugGetRawTransaction,
  debugTraceBlockByHash,
  debugTraceBlockByNumber,
  debugTraceCall,
  debugTraceTransaction,
  ethAccounts,
  ethBaseFee,
  ethBlobBaseFee,
  ethBlockNumber,
  ethCall,
  ethCapabilities,
  ethChainId,
  ethCoinbase,
  ethConfig,
  ethCreateAccessList,
  ethEstimateGas,
  ethFeeHistory,
  ethFillTransaction,
  ethGasPrice,
  ethGetBalance,
  ethGetBlockByHash,
  ethGetBlockByNumber,
  ethGetBlockReceipts,
  ethGetBlockTransactionCountByHash,
  ethGetBlockTransactionCountByNumber,
  ethGetCode,
  ethGetFilterChanges,
  ethGetFilterLogs,
  ethGetHeaderByHash,
  ethGetHeaderByNumber,
  ethGetLogs,
  ethGetProof,
  ethGetRawTransactionByBlockHashAndIndex,
  ethGetRawTransactionByBlockNumberAndIndex,
  ethGetRawTransactionByHash,
  ethGetStorageAt,
  ethGetStorageValues,
  ethGetTransactionByBlockHashAndIndex,
  ethGetTransactionByBlockNumberAndIndex,
  ethGetTransactionByHash,
  ethGetTransactionCount,
  ethGetTransactionReceipt,
  ethGetUncleByBlockHashAndIndex,
  ethGetUncleByBlockNumberAndIndex,
  ethGetUncleCountByBlockHash,
  ethGetUncleCountByBlockNumber,
  ethMaxPriorityFeePerGas,
  ethNewBlockFilter,
  ethNewFilter,
  ethNewPendingTransactionFilter,
  ethSendRawTransaction,
  ethSendRawTransactionSync,
  ethSimulateV1,
  ethSubscribe,
  ethSyncing,
  ethUninstallFilter,
  ethUnsubscribe,
  netListening,
  netPeerCount,
  netVersion,
  rpcModules,
  tephraAddCertificate,
  tephraGetAddressActivity,
  tephraGetDisputeStep,
  tephraGetFinality,
  tephraGetOutput,
  tephraGetPackStatus,
  tephraGetPov,
  tephraGetPreconfirmation,
  tephraGetVerification,
  tephraSendRawTransactionSync,
  tephraSettlement,
  tephraStatus,
  tephraSubscribe,
  tephraUnsubscribe,
  txpoolContent,
  txpoolContentFrom,
  txpoolInspect,
  txpoolStatus,
  web3ClientVersion,
  web3Sha3,
];
