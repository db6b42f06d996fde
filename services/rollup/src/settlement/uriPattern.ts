/** A collection whose token URIs are prefix + decimal id + suffix stores them once on the L1 instead of per token. */
export type UriPattern = { prefix: string; suffix: string };

/**
 * Guesses the pattern from one or two tokens. Only a hint: the Settler compares every token's URI with it and writes out
 * those that differ.
 */
export function uriPattern(samples: { id: bigint; uri: string }[]): UriPattern {
  const first = samples[0];
  if (!first) return { prefix: '', suffix: '' };
  const id = first.id.toString();
  for (let at = first.uri.lastIndexOf(id); at >= 0; at = at === 0 ? -1 : first.uri.lastIndexOf(id, at - 1)) {
    const pattern = { prefix: first.uri.slice(0, at), suffix: first.uri.slice(at + id.length) };
    if (samples.every((sample) => sample.uri === pattern.prefix + sample.id + pattern.suffix)) return pattern;
  }
  return { prefix: '', suffix: '' };
}
