import { CodeSnippet } from '../components/CodeSnippet.tsx';

/** The call of the API that gives what the page shows. */
export function ApiSnippet({ path, more = [] }: { path: string; more?: { label: string; code: string }[] }) {
  const curl = `curl -s ${location.origin}${path} -H "Authorization: Bearer $TEPHRA_TOKEN"`;
  return <CodeSnippet title="The same from a terminal" snippets={[{ label: 'curl', code: `${curl}\n` }, ...more]} />;
}
