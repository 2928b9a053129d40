import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peerAddress, proxyList } from './peer-address.js';

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;
const address = (proxies: string[], remote: string, forwarded?: string) =>
  peerAddress(request(remote, forwarded), proxyList(proxies));

describe('the address of an agent', () => {
  test('is the socket’s when no proxy is trusted, whatever the header claims', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.string(), (remote, header) => {
        expect(address([], remote, header)).toBe(remote);
      }),
    );
  });

  test('is the last one that a trusted proxy did not add itself', () => {
    const proxies = ['10.0.0.0/8', '192.168.1.1', 'fd00::/8'];
    expect(address(proxies, '10.1.2.3', '203.0.113.9')).toBe('203.0.113.9');
    expect(address(proxies, '::ffff:10.1.2.3', '6.6.6.6, 203.0.113.9, 192.168.1.1')).toBe('203.0.113.9');
    expect(address(proxies, 'fd00::1', '2001:db8::7')).toBe('2001:db8::7');
    expect(address(proxies, '203.0.113.1', '198.51.100.1')).toBe('203.0.113.1');
    expect(address(proxies, '192.168.1.2', '198.51.100.1')).toBe('192.168.1.2');
  });

  test('does not follow a header beyond what is an address', () => {
    expect(address(['10.0.0.0/8'], '10.0.0.1', '203.0.113.9, <script>')).toBe('10.0.0.1');
    expect(address(['10.0.0.0/8'], '10.0.0.1', '203.0.113.9, <script>, 10.0.0.2')).toBe('10.0.0.2');
    expect(address(['10.0.0.0/8'], '10.0.0.1', '')).toBe('10.0.0.1');
  });

  test('of an IPv4 agent on an IPv6 socket is plain', () => {
    expect(address([], '::ffff:203.0.113.9')).toBe('203.0.113.9');
  });

  test('a list of proxies with a mistake is refused, naming it', () => {
    for (const wrong of ['10.0.0.0/33', 'proxy.local', '10.0.0.0/', '::/129', '1.2.3.4/8/9', '10.0.0.0/-1', '']) {
      expect(() => proxyList([wrong]), wrong).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    }
  });
});
