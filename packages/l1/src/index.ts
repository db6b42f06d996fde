export type { BlsAvsBlueprint, NewQuorum } from './avs/blsAvsContracts.ts';
export {
  checkSignaturesParams,
  type NonSignerStakesAndSignature,
  type SignedAggregate,
} from './avs/checkSignaturesParams.ts';
export { type DeployBlsAvsOptions, deployBlsAvs } from './avs/deployBlsAvs.ts';
export { type DeployEchoAvsOptions, deployEchoAvs } from './avs/deployEchoAvs.ts';
export { type DeployVitalAvsOptions, deployVitalAvs } from './avs/deployVitalAvs.ts';
export { AvsStateError } from './avs/errors.ts';
export { type AvsOperator, OperatorStateReader, type OperatorStateSource } from './avs/readOperatorState.ts';
export type { AvsDeployment, AvsKind, AvsQuorum, QuorumStrategy } from './avs/types.ts';
export { decodePackCertificate, decodeSigners, encodePackCertificate, encodeSigners } from './avs/vitalCertificate.ts';
export { createL1Client, type L1Client, type L1ClientOptions, quantity } from './client.ts';
export { DeploymentError } from './deploy/create2.ts';
export {
  type Deployments,
  type DeployPlatformOptions,
  deployPlatform,
  verifyDeployments,
} from './deployPlatform.ts';
export { deployStepVerifier } from './dispute/deployStepVerifier.ts';
export { STEP_FAMILIES } from './dispute/disputeContracts.ts';
export { EMBEDDED_GAME, type GameTerms, PUBLIC_GAME } from './dispute/gameTerms.ts';
export { describeRevert, L1Error, type L1ErrorCode, revertName, rpcAnswer } from './errors.ts';
export * from './generated/abis.ts';
export * from './generated/bytecode.ts';
export { PREDEPLOY_CODE } from './generated/predeployCode.ts';
export { inRanges } from './inRanges.ts';
export { type DeployRestakingOptions, deployRestaking, NATIVE_ETH_STRATEGY } from './restaking/deployRestaking.ts';
export { EMBEDDED_RESTAKING, PUBLIC_RESTAKING, type RestakingParameters } from './restaking/parameters.ts';
export type { RestakingDeployment, StrategyDeployment, StrategyKind } from './restaking/types.ts';
export { findFrame } from './rollup/findFrame.ts';
export {
  type SenderDeps,
  type SenderOptions,
  type SendRequest,
  type Sent,
  TransactionSender,
} from './sender/transaction-sender.ts';
