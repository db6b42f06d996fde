/**
 * Methods that clients know from elsewhere and that make no sense here, with the reason. They are answered as unknown, so
 * that clients fall back as they would, and the message says why.
 */
const NO_KEYS = 'the node keeps no keys of users; sign yourself and use eth_sendRawTransaction';
const NO_WORK = 'blocks of this chain are not mined';

const UNSUPPORTED: Readonly<Record<string, string>> = {
  eth_sendTransaction: NO_KEYS,
  eth_sign: NO_KEYS,
  eth_signTransaction: NO_KEYS,
  eth_signTypedData: NO_KEYS,
  eth_signTypedData_v4: NO_KEYS,
  eth_getWork: NO_WORK,
  eth_hashrate: NO_WORK,
  eth_mining: NO_WORK,
  eth_submitHashrate: NO_WORK,
  eth_submitWork: NO_WORK,
  eth_getBlockAccessList: 'blocks of this fork carry no access lists',
  debug_getRawBlockAccessList: 'blocks of this fork carry no access lists',
  eth_protocolVersion: 'the node speaks no Ethereum wire protocol',
};

const NAMESPACES: Readonly<Record<string, string>> = {
  engine: 'the node seals blocks itself and needs no consensus client',
  miner: NO_WORK,
  personal: NO_KEYS,
  testing: 'this is a live chain',
  trace: 'use debug_traceTransaction, debug_traceBlockByNumber or debug_traceCall with the callTracer',
};

/** Why a method is not there; undefined for one that nobody could expect. */
export function unsupportedReason(method: string): string | undefined {
  if (Object.hasOwn(UNSUPPORTED, method)) return UNSUPPORTED[method];
  const namespace = method.slice(0, Math.max(0, method.indexOf('_')));
  return Object.hasOwn(NAMESPACES, namespace) ? NAMESPACES[namespace] : undefined;
}

/** All of them, for the reference: names, and `namespace_*`. */
export function unsupportedMethods(): [name: string, reason: string][] {
  const spaces = Object.entries(NAMESPACES).map(([space, reason]): [string, string] => [`${space}_*`, reason]);
  return [...Object.entries(UNSUPPORTED), ...spaces].sort(([a], [b]) => (a < b ? -1 : 1));
}
