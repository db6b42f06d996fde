import { parentPort } from 'node:worker_threads';
import { type BlockContent, encodeContent } from '@tephra/protocol';

/** Runs in a worker thread: encodes blocks that the batcher posts, one request at a time. */
parentPort?.on('message', ({ id, blocks }: { id: number; blocks: BlockContent[] }) => {
  try {
    parentPort?.postMessage({ id, encoded: encodeContent(blocks) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
