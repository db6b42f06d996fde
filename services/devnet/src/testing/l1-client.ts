/** JSON-RPC for tests of the devnet. */
export async function rpc<T = string>(url: string, method: string, ...params: unknown[]): Promise<T> {
  const { result, error } = (await post(url, { jsonrpc: '2.0', id: 1, method, params })) as {
    result?: T;
    error?: { code: number; message: string };
  };
  if (error) throw Object.assign(new Error(error.message), error);
  return result as T;
}

export async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

export type Block = { number: string; hash: string; timestamp: string; transactions: string[] };

export const block = (url: string, tag: string | number): Promise<Block> =>
  rpc<Block>(url, 'eth_getBlockByNumber', typeof tag === 'number' ? `0x${tag.toString(16)}` : tag, false);

/** Creation code of a contract that, when called, stores `blockhash(number - 20)` under the block's number. */
export const BLOCKHASH_RECORDER = '0x600880600b6000396000f36014430340435500';

/** All block hashes up to `last`. */
export async function hashes(url: string, last: number): Promise<string[]> {
  const calls = Array.from({ length: last + 1 }, (_, number) => ({
    jsonrpc: '2.0',
    id: number,
    method: 'eth_getBlockByNumber',
    params: [`0x${number.toString(16)}`, false],
  }));
  const answers = (await post(url, calls)) as { id: number; result: Block }[];
  return answers.sort((a, b) => a.id - b.id).map((answer) => answer.result.hash);
}
