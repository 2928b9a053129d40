import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderPlugins, satisfies } from './order-plugins.js';
import type { RmmPlugin } from './plugin.js';

const plugin = (id: string, requires: string[] = [], compat = '*'): RmmPlugin => ({
  id,
  compat,
  requires,
  setup: () => ({}),
});
const order = (...plugins: RmmPlugin[]) => orderPlugins(plugins, '1.4.2').map(({ id }) => id);

describe('the order of plugins', () => {
  test('puts what is required first, and keeps the given order otherwise', () => {
    expect(order(plugin('a', ['c']), plugin('b'), plugin('c', ['d']), plugin('d'))).toEqual(['d', 'c', 'a', 'b']);
  });

  test.each([
    ['a malformed id', [plugin('Not An Id')], 'PLUGIN_INVALID', 'Not An Id'],
    ['an id given twice', [plugin('a'), plugin('a')], 'PLUGIN_INVALID', 'twice'],
    ['a plugin that requires itself', [plugin('a', ['a'])], 'PLUGIN_INVALID', 'a → a'],
    ['a circle', [plugin('a', ['b']), plugin('b', ['c']), plugin('c', ['a'])], 'PLUGIN_INVALID', 'a → b → c → a'],
    ['a missing plugin', [plugin('a', ['b'])], 'PLUGIN_INCOMPATIBLE', '"b"'],
    ['another SDK', [plugin('a', [], '^2.0.0')], 'PLUGIN_INCOMPATIBLE', '^2.0.0'],
  ])('refuses %s', (_, plugins, code, words) => {
    expect(() => order(...plugins)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });

  test('holds for any plugins that require only others without a circle', () => {
    const graph = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 20 });
    fc.assert(
      fc.property(graph, fc.infiniteStream(fc.nat()), (edges, shuffle) => {
        const plugins = edges.map((to, at) =>
          plugin(
            `p${at}`,
            to.filter((other) => other < at).map((other) => `p${other}`),
          ),
        );
        const given = plugins
          .map((one) => ({ one, at: shuffle.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const ordered = orderPlugins(given, '1.0.0');
        expect([...ordered].sort((a, b) => a.id.localeCompare(b.id))).toEqual(
          [...given].sort((a, b) => a.id.localeCompare(b.id)),
        );
        ordered.forEach(({ requires = [] }, at) => {
          const before = ordered.slice(0, at).map(({ id }) => id);
          expect(requires.every((id) => before.includes(id))).toBe(true);
        });
      }),
    );
  });
});

test.each([
  ['1.4.2', '*', true],
  ['1.4.2', '^1.4.2', true],
  ['1.4.2', '^1.3.9', true],
  ['1.4.2', '^1.4.3', false],
  ['1.4.2', '^2.0.0', false],
  ['2.0.0', '^1.0.0', false],
  ['0.3.1', '^0.3.0', true],
  ['0.4.0', '^0.3.0', false],
  ['0.0.3', '^0.0.3', true],
  ['0.0.4', '^0.0.3', false],
  ['1.4.2', '1.4.2', true],
  ['1.4.3', '1.4.2', false],
  ['1.4.2', '~1.4.0', false],
  ['1.4.2', 'latest', false],
])('%s satisfies %s: %s', (version, range, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});
