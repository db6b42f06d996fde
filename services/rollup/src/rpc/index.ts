export { DEFAULT_LIMITS, type NodeStatus, type RpcDeps, type RpcLimits } from './context.ts';
export { FaucetSender } from './faucet.ts';
export { renderRpcReference } from './reference.ts';
export { RpcServer, type RpcServerOptions } from './server.ts';
