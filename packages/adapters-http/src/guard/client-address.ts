import { BlockList, isIP, isIPv6 } from 'node:net';

/** Knows which peers are the host's own proxies; only what those say about the client is believed. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #none: boolean;

  /** @param proxies addresses, CIDR ranges (`10.0.0.0/8`), or `loopback`. @throws TypeError when one is none of these. */
  constructor(proxies: readonly string[]) {
    this.#none = proxies.length === 0;
    for (const proxy of proxies) {
      if (proxy === 'loopback') {
        this.#list.addSubnet('127.0.0.0', 8, 'ipv4');
        this.#list.addAddress('::1', 'ipv6');
        continue;
      }
      const [address = '', bits, ...rest] = proxy.split('/');
      const family = isIP(address);
      const prefix = bits === undefined ? (family === 6 ? 128 : 32) : Number(bits);
      if (family === 0 || rest.length > 0 || !/^\d*$/.test(bits ?? '') || bits === '') {
        throw new TypeError(`trustedProxies: "${proxy}" is no address, no CIDR range and not "loopback".`);
      }
      this.#list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
    }
  }

  includes(address: string | undefined): boolean {
    if (this.#none || address === undefined || isIP(address) === 0) return false;
    return this.#list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }

  /** The client's address: the last hop that is not a proxy of ours. Undefined when the peer's is not known. */
  clientOf(peer: string | undefined, headers: Headers): string | undefined {
    let client = peer === undefined ? undefined : unmapped(peer);
    if (!this.includes(client)) return client;
    const hops = (headers.get('x-forwarded-for') ?? '').split(',').reverse();
    for (const hop of hops) {
      const address = unmapped(hop.trim());
      if (isIP(address) === 0) break;
      client = address;
      if (!this.includes(client)) break;
    }
    return client;
  }
}

/** IPv4 in IPv6 clothes, as dual-stack sockets tell it. */
function unmapped(address: string): string {
  const [, v4] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  return v4 ?? address;
}
