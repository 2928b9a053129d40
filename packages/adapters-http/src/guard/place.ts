import type { TrustedProxies } from './client-address.js';

/** What a server adapter knows of a connection beside the request. */
export interface Peer {
  /** Address of the other end of the connection. */
  readonly remoteAddress?: string;
  /** The prefix that the host's router already took off the request's URL (Express: `req.baseUrl`). */
  readonly mountPath?: string;
  /** True when someone before the RMM has read the request's body. */
  readonly bodyTaken?: boolean;
  /** Cuts the connection; for clients that do not read what they asked for. */
  readonly disconnect?: () => void;
}

/** Where a request stands: what the client calls this server, and the path within the RMM. */
export interface Place {
  /** The request's URL. */
  readonly url: URL;
  /** `https://rmm.example.com`, as the client sees it. */
  readonly origin: string;
  /** The prefix under which the client sees the RMM: `''` or `/rmm`. */
  readonly base: string;
  /** The path below that prefix. */
  readonly path: string;
  /** The client's address behind trusted proxies. */
  readonly client: string | undefined;
}

const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i;

export function placeOf(request: Request, peer: Peer, basePath: string, proxies: TrustedProxies): Place {
  const url = new URL(request.url);
  const mount = peer.mountPath ?? '';
  const inside = basePath !== '' && (url.pathname === basePath || url.pathname.startsWith(`${basePath}/`));
  return {
    url,
    origin: originOf(url, request.headers, proxies.includes(peer.remoteAddress)),
    base: basePath === '' || mount.endsWith(basePath) ? mount : mount + basePath,
    path: (inside ? url.pathname.slice(basePath.length) : url.pathname) || '/',
    client: proxies.clientOf(peer.remoteAddress, request.headers),
  };
}

function originOf(url: URL, headers: Headers, believed: boolean): string {
  if (!believed) return url.origin;
  const proto = lastOf(headers.get('x-forwarded-proto'));
  const host = lastOf(headers.get('x-forwarded-host'));
  const scheme = proto === 'http' || proto === 'https' ? `${proto}:` : url.protocol;
  const origin = `${scheme}//${host && HOST.test(host) ? host : url.host}`;
  return URL.canParse(origin) ? new URL(origin).origin : url.origin;
}

/** The entry that the nearest proxy added. */
function lastOf(header: string | null): string | undefined {
  return header?.split(',').at(-1)?.trim();
}
