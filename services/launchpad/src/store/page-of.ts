/** One page of rows with ids, newest first; asks for one more than fits to know whether there is another page. */
export async function pageOf<T extends { id: number | string }>(
  page: { limit: number; cursor?: string | undefined },
  list: (from: { limit: number; before?: number }) => Promise<T[]>,
): Promise<{ items: T[]; nextCursor: string | null }> {
  const { limit, cursor } = page;
  const found = await list({ limit: limit + 1, ...(cursor === undefined ? {} : { before: Number(cursor) }) });
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? String(items.at(-1)?.id) : null };
}
