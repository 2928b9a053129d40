import { expect, test } from 'vitest';
import { requestOf } from './request-of.js';

test('named parts of the route come out of the input, escaped', () => {
  expect(requestOf('GET /devices/:deviceId', { deviceId: 'a/b c' })).toEqual({
    method: 'GET',
    path: '/devices/a%2Fb%20c',
  });
});

test('what a query leaves goes into the address: repeated keys for lists, JSON for objects, nothing for undefined', () => {
  const { path, body } = requestOf('GET /devices', {
    search: 'ä&=',
    favourite: true,
    columns: ['a', 'b'],
    filter: { all: [] },
    limit: 10,
    groupId: undefined,
  });
  expect(body).toBeUndefined();
  const query = new URLSearchParams(path.slice('/devices?'.length));
  expect([...query]).toEqual([
    ['search', 'ä&='],
    ['favourite', 'true'],
    ['columns', 'a'],
    ['columns', 'b'],
    ['filter', '{"all":[]}'],
    ['limit', '10'],
  ]);
});

test('a command carries its input as JSON, without what stands in the path', () => {
  const parts = requestOf('POST /devices/:deviceId/notes', { deviceId: 'd1', text: 'hello', x: undefined });
  expect(parts).toEqual({ method: 'POST', path: '/devices/d1/notes', body: '{"text":"hello"}' });
});

test('DELETE carries what is left in the query', () => {
  expect(requestOf('DELETE /variables/:name', { name: 'A', profileId: 'p' })).toEqual({
    method: 'DELETE',
    path: '/variables/A?profileId=p',
  });
});
