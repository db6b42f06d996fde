import type { RestakingMetadata } from '@tephra/api';

/** Longest text that is kept, characters. */
const LIMITS = { name: 200, website: 500, description: 2_000, logo: 500, twitter: 200 };

/**
 * The form of operators' and AVSs' documents: an object of texts, of which each may be missing. Links that are not http(s)
 * are dropped, since pages show them as links.
 * @throws SyntaxError or TypeError when it is no JSON object
 */
export function parseMetadata(text: string): RestakingMetadata {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('it is no JSON object');
  const fields = value as Record<string, unknown>;
  const textOf = (name: keyof typeof LIMITS): string => {
    const field = fields[name];
    return typeof field === 'string' ? field.trim().slice(0, LIMITS[name]) : '';
  };
  const linkOf = (name: 'website' | 'logo' | 'twitter'): string => {
    // The reference's example wraps its links in angle brackets.
    const link = textOf(name).replace(/^<(.*)>$/, '$1');
    return /^https?:\/\/\S+$/i.test(link) ? link : '';
  };
  return {
    name: textOf('name'),
    website: linkOf('website'),
    description: textOf('description'),
    logo: linkOf('logo'),
    twitter: linkOf('twitter'),
  };
}
