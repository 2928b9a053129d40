import { expect, test } from 'vitest';
import { compileFilter } from './compile-filter.js';
import type { FilterExplanation } from './explain-filter.js';
import { FactIndex } from './fact-index.js';
import type { Facts } from './facts.js';
import type { FilterNode } from './filter-node.js';
import { testCatalogue } from './test-support/test-catalogue.js';

const catalogue = testCatalogue();

function explain(filter: FilterNode, facts: Facts): FilterExplanation {
  const index = new FactIndex(catalogue, { now: 0 });
  index.set('d', facts);
  return index.explain(compileFilter(catalogue, filter), 'd', { now: 0, favourites: new Set(['d']) });
}

test('gives each condition its verdict and the value it saw', () => {
  const explanation = explain(
    {
      all: [
        { field: 'os.name', condition: 'contains', term: 'server' },
        {
          any: [
            { field: 'disk.freeGb', condition: '<', term: 10 },
            { field: 'device.favourite', condition: 'isTrue' },
          ],
        },
        { none: [{ field: 'device.lastUser', condition: 'empty' }] },
      ],
    },
    { 'os.name': 'Windows Server 2022', 'disk.freeGb': 80.5 },
  );
  expect(explanation).toEqual({
    kind: 'all',
    matched: false,
    nodes: [
      {
        kind: 'criterion',
        matched: true,
        field: 'os.name',
        label: 'Operating system',
        condition: 'contains',
        conditionLabel: 'Contains',
        term: 'server',
        seen: ['Windows Server 2022'],
        seenCount: 1,
      },
      {
        kind: 'any',
        matched: true,
        nodes: [
          expect.objectContaining({ field: 'disk.freeGb', matched: false, seen: [80.5] }),
          expect.objectContaining({ field: 'device.favourite', matched: true, seen: [true] }),
        ],
      },
      { kind: 'none', matched: false, nodes: [expect.objectContaining({ matched: true, seen: [], seenCount: 0 })] },
    ],
  });
});

test('of many values shows the deciding ones first', () => {
  const software = Array.from({ length: 30 }, (_, i) => ({ name: `package ${i}` }));
  const explanation = explain({ field: 'software.name', condition: 'notContains', term: 'package 29' }, { software });
  expect(explanation).toMatchObject({ matched: false, seenCount: 30 });
  expect(explanation.kind === 'criterion' && explanation.seen[0]).toBe('package 29');
  expect(explanation.kind === 'criterion' && explanation.seen.length).toBe(20);
  const ports = explain({ field: 'service.ports', condition: '>', term: 100 }, { 'service.ports': [22, 443, 80] });
  expect(ports).toMatchObject({ matched: true, seen: [443, 22, 80] });
});

test('of a correlated group shows the record that fulfils it, else the one that comes nearest', () => {
  const software = [
    { name: 'nginx', version: '1.2' },
    { name: 'openssl', version: '3.0.11' },
  ];
  const filter = (version: string): FilterNode => ({
    some: 'software',
    all: [
      { field: 'software.name', condition: 'equals', term: 'openssl' },
      { field: 'software.version', condition: 'versionBelow', term: version },
    ],
  });
  expect(explain(filter('3.1'), { software })).toMatchObject({
    list: 'software',
    matched: true,
    record: { name: 'openssl', version: '3.0.11' },
    recordCount: 2,
    nodes: [{ matched: true }, { matched: true, seen: ['3.0.11'] }],
  });
  expect(explain(filter('3.0'), { software })).toMatchObject({
    matched: false,
    record: { name: 'openssl' },
    nodes: [{ matched: true }, { matched: false, seen: ['3.0.11'] }],
  });
  expect(explain(filter('3.0'), {})).toEqual(
    expect.objectContaining({ matched: false, recordCount: 0, nodes: [expect.anything(), expect.anything()] }),
  );
});

test('takes no longer for terms of many wildcards, nor for long lists', () => {
  const wildcards = { field: 'device.description', condition: 'contains', term: `${'a%'.repeat(40)}b` } as const;
  expect(explain(wildcards, { 'device.description': 'a'.repeat(250) }).matched).toBe(false);
  const software = Array.from({ length: 20_000 }, (_, i) => ({ name: `package ${i}`, version: `${i}` }));
  const any = ['1', '5', '9'].map((term) => ({ field: 'software.version', condition: 'equals', term }) as const);
  expect(explain({ any }, { software })).toMatchObject({ nodes: any.map(({ term: seen }) => ({ seen: { 0: seen } })) });
});
