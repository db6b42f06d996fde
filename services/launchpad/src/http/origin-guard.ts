/** Names that only this machine can mean. */
const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Host name of a Host header or authority, without its port; undefined when malformed. */
function hostName(authority: string | undefined): string | undefined {
  const match = authority && /^(\[[0-9a-f:.]+\]|[^:/?#@\s]+)(:\d{1,5})?$/i.exec(authority);
  return match ? match[1]?.toLowerCase() : undefined;
}

export function isLoopbackHost(authority: string | undefined): boolean {
  const name = hostName(authority);
  return name !== undefined && LOOPBACK.test(name);
}

export function isLoopbackAddress(ip: string | undefined): boolean {
  return ip === '::1' || (ip !== undefined && /^(::ffff:)?127\./.test(ip));
}

/**
 * Who may be meant and who may ask. A page of a stranger can point its own name at this machine (DNS rebinding), so the
 * Host header must be a loopback name or the configured public one; and it can send requests from its own origin, so the
 * Origin header, when there is one, must be this platform's.
 */
export class OriginGuard {
  readonly #publicHost: string | undefined;
  readonly #publicOrigin: string | undefined;

  constructor(publicUrl: string | undefined) {
    const url = publicUrl === undefined ? undefined : new URL(publicUrl);
    this.#publicHost = url && hostName(url.host);
    this.#publicOrigin = url?.origin;
  }

  acceptsHost(host: string | undefined): boolean {
    return isLoopbackHost(host) || (this.#publicHost !== undefined && hostName(host) === this.#publicHost);
  }

  /** `origin` absent: not a page of another site (or not a browser). */
  acceptsOrigin(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    if (origin === this.#publicOrigin) return true;
    let url: URL;
    try {
      url = new URL(origin);
    } catch {
      return false;
    }
    return url.host === host;
  }
}

/**
 * True when a request comes from this machine and means it. A reverse proxy on this machine speaks from loopback for
 * strangers (and may even name the host localhost), so a platform with a public address has no local callers, and a
 * forwarded request never is one.
 */
export function isLocalCall(
  call: { ip: string | undefined; headers: Record<string, string | string[] | undefined> },
  publicUrl: string | undefined,
): boolean {
  const { headers } = call;
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some((name) => name in headers);
  const open = publicUrl !== undefined && !isLoopbackHost(new URL(publicUrl).host);
  const host = typeof headers.host === 'string' ? headers.host : undefined;
  return !forwarded && !open && isLoopbackAddress(call.ip) && isLoopbackHost(host);
}
