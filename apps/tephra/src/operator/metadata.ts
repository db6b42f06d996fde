import { errorMessage } from '@tephra/core';
import { z } from 'zod';
import { CliError } from '../cli/errors.ts';

/** The document at an operator's metadata URL. */
const metadata = z.object({
  name: z.string().min(1, 'must not be empty').max(200),
  website: z.string().max(500),
  description: z.string().min(1, 'must not be empty').max(2_000),
  logo: z.string().max(500),
  twitter: z.string().max(500).optional(),
});

const MAX_BYTES = 64 * 1024;
const TIMEOUT_MS = 10_000;

/** `metadata.json` to fill in. */
export const METADATA_TEMPLATE = `${JSON.stringify(
  { name: '', website: '', description: '', logo: '', twitter: '' },
  null,
  2,
)}\n`;

/**
 * Fetches the document and checks its form, so that nothing is registered that pages cannot show. `data:` works, too.
 * @throws CliError VERIFICATION_FAILED
 */
export async function checkMetadata(url: string, signal: AbortSignal): Promise<void> {
  const fail = (reason: string, cause?: unknown): CliError =>
    new CliError('VERIFICATION_FAILED', `the metadata at ${url} cannot be used: ${reason}`, {
      cause,
      hint: 'Put metadata.json where everybody can read it; --no-metadata-check registers the URL all the same.',
    });
  if (!/^(https?|data):/.test(url)) throw fail('it is no http(s) or data URL');
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    text = await response.text();
  } catch (cause) {
    throw fail(errorMessage(cause), cause);
  }
  if (text.length > MAX_BYTES) throw fail(`it has more than ${MAX_BYTES} bytes`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw fail('it is no JSON', cause);
  }
  const { error } = metadata.safeParse(content);
  if (error) throw fail(error.issues.map((issue) => `${issue.path.join('.') || 'it'} ${issue.message}`).join('; '));
}
