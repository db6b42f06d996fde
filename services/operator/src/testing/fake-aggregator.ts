import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperatorSession, RefusalCode, SignedTaskResponse } from '@tephra/protocol';

/** An aggregator's JSON-RPC on a port, which says what a test wants. */
export class FakeAggregator implements AsyncDisposable {
  readonly received: SignedTaskResponse[] = [];
  session: OperatorSession = { quorums: [0, 1], lastJournalSequence: 0 };
  /** Refusal for every call of a method; `down` answers nothing that makes sense. */
  refuse: Partial<Record<string, RefusalCode | 'down'>> = {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const call = JSON.parse(Buffer.concat(chunks).toString()) as { id: number; method: string; params: unknown[] };
        const refusal = this.refuse[call.method];
        if (refusal === 'down') {
          response.writeHead(502).end('bad gateway');
          return;
        }
        const answer = refusal
          ? { error: { code: -32000, message: `refused: ${refusal}`, data: { code: refusal } } }
          : { result: this.#answer(call.method, call.params[0]) };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...answer }));
      });
    });
  }

  static async start(): Promise<FakeAggregator> {
    const fake = new FakeAggregator();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(method: string, parameters: unknown): unknown {
    if (method === 'aggregator_initOperator') return this.session;
    this.received.push(parameters as SignedTaskResponse);
    return { accepted: true, stakeSigned: [], thresholdReached: false };
  }
}
