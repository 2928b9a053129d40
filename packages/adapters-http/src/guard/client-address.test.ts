import { describe, expect, test } from 'vitest';
import { TrustedProxies } from './client-address.js';

const client = (trusted: string[], peer: string | undefined, forwarded?: string) =>
  new TrustedProxies(trusted).clientOf(
    peer,
    new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
  );

describe('the client’s address', () => {
  test.each([
    ['without proxies the header counts for nothing', [], '192.0.2.1', '6.6.6.6', '192.0.2.1'],
    ['a stranger’s header counts for nothing', ['10.0.0.0/8'], '192.0.2.1', '6.6.6.6', '192.0.2.1'],
    ['the proxy names the client', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['what the client wrote before is not believed', ['loopback'], '127.0.0.1', '6.6.6.6, 203.0.113.9', '203.0.113.9'],
    ['chains of own proxies are walked', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['junk ends the walk', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, unknown, 10.0.0.2', '10.0.0.2'],
    ['a proxy without the header is the client', ['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
    ['IPv4 in IPv6 is IPv4', ['10.0.0.0/8'], '::ffff:10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['IPv6 works', ['2001:db8::/32'], '2001:db8::5', '2001:db9::1', '2001:db9::1'],
    ['an unknown peer stays unknown', ['loopback'], undefined, '6.6.6.6', undefined],
  ])('%s', (_, trusted, peer, forwarded, expected) => {
    expect(client(trusted, peer, forwarded)).toBe(expected);
  });

  test.each(['', 'proxy.local', '10.0.0.0/', '10.0.0.0/a', '10.0.0.0/8/8', '10.0.0.0/33', '::/129'])(
    '"%s" is not taken for a proxy',
    (proxy) => {
      expect(() => new TrustedProxies([proxy])).toThrow();
    },
  );
});
