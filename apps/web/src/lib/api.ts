import { createApiClient, routes } from '@tephra/api';

/**
 * The access token lives in memory only. On loopback the platform gives it to the page; elsewhere the visitor pastes one
 * (components/TokenForm). A token that the platform no longer knows is dropped and asked for again once.
 */
let given: string | undefined;
let session: Promise<string | undefined> | undefined;

async function readSession(): Promise<string | undefined> {
  const response = await fetch(routes.getSession.path, { headers: { accept: 'application/json' } });
  if (!response.ok) return undefined;
  const parsed = routes.getSession.response.safeParse(await response.json());
  return parsed.success ? parsed.data.token : undefined;
}

function currentToken(): Promise<string | undefined> {
  if (given !== undefined) return Promise.resolve(given);
  if (session === undefined) {
    session = readSession();
    session.then(
      (token) => {
        if (token === undefined) session = undefined;
      },
      () => {
        session = undefined;
      },
    );
  }
  return session.catch(() => undefined);
}

/** Uses a pasted token until the page is left. */
export function setToken(token: string): void {
  given = token.trim();
}

const send: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.status !== 401) return response;
  const before = new Headers(init?.headers).get('authorization');
  given = undefined;
  session = undefined;
  const token = await currentToken();
  if (token === undefined || before === `Bearer ${token}`) return response;
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(input, { ...init, headers });
};

/** Client of the platform that served this page. */
export const api = createApiClient({ baseUrl: '', token: currentToken, fetch: send });
