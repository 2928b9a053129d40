import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { invalid } from './transport-options.js';

/** @throws RmmError `INVALID_INPUT` when an entry is neither an address nor a CIDR range */
export function proxyList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
    const sound = family !== 0 && rest.length === 0 && prefix !== '' && Number.isInteger(bits) && bits >= 0;
    if (!sound || bits > (family === 6 ? 128 : 32)) {
      throw invalid('trustedProxies', `addresses or CIDR ranges such as "10.0.0.0/8", not "${entry}"`);
    }
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** The agent's address: the socket's, or what the trusted proxies report, read from the nearest proxy outwards. */
export function peerAddress(request: IncomingMessage, proxies: BlockList): string {
  let address = plain(request.socket.remoteAddress ?? '');
  const header = request.headers['x-forwarded-for'];
  if (header === undefined || !isTrusted(address, proxies)) return address;
  const hops = (Array.isArray(header) ? header.join(',') : header).split(',');
  for (let i = hops.length - 1; i >= 0 && isTrusted(address, proxies); i--) {
    const hop = plain((hops[i] ?? '').trim());
    if (isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}

function isTrusted(address: string, proxies: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && proxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address that an IPv6 socket wraps is shown as what it is. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
