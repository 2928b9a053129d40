import { expect, test } from 'vitest';
import { agentAddresses } from './agent-addresses.js';

test('agents are given addresses that work from where they are', () => {
  expect(agentAddresses('127.0.0.1', 8443)).toEqual(['wss://127.0.0.1:8443/agent']);
  expect(agentAddresses('::1', 8443)).toEqual(['wss://[::1]:8443/agent']);
  expect(agentAddresses('0.0.0.0', 8443, 'desk')).toEqual(['wss://127.0.0.1:8443/agent', 'wss://desk:8443/agent']);
  expect(agentAddresses('10.0.0.5', 8443)).toEqual(['wss://10.0.0.5:8443/agent']);
});
