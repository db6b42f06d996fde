import { createPublicClient, defineChain, type Hex, type HttpTransport, http, type PublicClient } from 'viem';

/** How to reach an Ethereum JSON-RPC; `chainId` only labels the client, it is not checked here. */
export type L1ClientOptions = {
  rpcUrl: string;
  chainId?: number;
  /** Per HTTP request, milliseconds; default 20,000. */
  timeoutMs?: number;
  /** How often waiting actions ask, milliseconds; default 200. */
  pollIntervalMs?: number;
  /** Repetitions after transport failures; default 4. */
  retryCount?: number;
  /** Called after each call, however it ended; repetitions by the transport count as one. */
  onCall?: (call: { method: string; ms: number; failed: boolean }) => void;
};

export type L1Client = PublicClient;

/**
 * A viem client whose calls of one tick travel in one HTTP batch. Transport failures are retried 4 times with doubling
 * pauses (about 3 s in all), so a restart of a loopback L1 is not seen by callers.
 */
export function createL1Client(options: L1ClientOptions): L1Client {
  const chain = defineChain({
    id: options.chainId ?? 0,
    name: `chain ${options.chainId ?? 'unknown'}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [options.rpcUrl] } },
  });
  return createPublicClient({
    chain,
    cacheTime: 0,
    pollingInterval: options.pollIntervalMs ?? 200,
    transport: observed(
      http(options.rpcUrl, {
        batch: { batchSize: 100, wait: 0 },
        retryCount: options.retryCount ?? 4,
        retryDelay: 200,
        timeout: options.timeoutMs ?? 20_000,
      }),
      options.onCall,
    ),
  }) as L1Client;
}

/** The same transport, with an eye on its calls. */
function observed(transport: HttpTransport, onCall: L1ClientOptions['onCall']): HttpTransport {
  if (!onCall) return transport;
  return (parameters) => {
    const inner = transport(parameters);
    const request = async (call: { method: string; params?: unknown }): Promise<unknown> => {
      const start = performance.now();
      let failed = true;
      try {
        const answer: unknown = await inner.request(call);
        failed = false;
        return answer;
      } finally {
        onCall({ method: call.method, ms: performance.now() - start, failed });
      }
    };
    return { ...inner, request: request as typeof inner.request };
  };
}

/** Block tag or number in JSON-RPC form. */
export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}
