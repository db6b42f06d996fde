import { Agent, type IncomingMessage, request } from 'node:http';
import { AnvilGoneError, RpcResponseError } from './errors.ts';

/** JSON-RPC client of the anvil child over kept connections. */
export class AnvilRpc {
  readonly port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #id = 0;

  constructor(port: number) {
    this.port = port;
  }

  /** @throws RpcResponseError as anvil answered, AnvilGoneError when the connection broke */
  async call<T = unknown>(method: string, params: unknown[]): Promise<T> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params });
    const answer = JSON.parse(await readText(await this.post(body))) as {
      result?: T;
      error?: { code: number; message: string; data?: unknown };
    };
    if (answer.error) throw new RpcResponseError(answer.error);
    return answer.result as T;
  }

  /** Sends a JSON-RPC body and gives the response for streaming. @throws AnvilGoneError */
  post(body: string | Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          method: 'POST',
          path: '/',
          agent: this.#agent,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        resolve,
      );
      outgoing.once('error', (error) => reject(new AnvilGoneError(`L1 connection: ${error.message}`)));
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The whole text of a response. @throws AnvilGoneError when it breaks off */
export async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new AnvilGoneError(`L1 response: ${(error as Error).message}`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
