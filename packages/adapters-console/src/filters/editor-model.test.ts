import type { Field, FilterNode } from '@rmm/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ConditionId, termKind } from './conditions.js';
import { describeFilter } from './describe-filter.js';
import {
  addNode,
  countLines,
  type EditorGroup,
  type EditorLine,
  fromFilter,
  newGroup,
  newLine,
  replaceNode,
  toFilter,
  withCondition,
  withField,
} from './editor-model.js';

const TEXT: ConditionId[] = ['contains', 'startsWith', 'equals', 'empty'];
const NUMBER: ConditionId[] = ['>', '<=', 'equals', 'includes', 'notEmpty'];

const field = (id: string, type: Field['type'], conditions: ConditionId[], list: string | null = null): Field => ({
  id,
  label: id,
  group: 'Group',
  unit: null,
  type,
  multi: false,
  list,
  choices: [],
  conditions,
});
const FIELDS = [
  field('os.name', 'string', TEXT),
  field('memory', 'real', NUMBER),
  field('online', 'boolean', ['isTrue', 'isFalse']),
  field('seen', 'date', ['before', 'olderThanDays']),
  field('software.name', 'string', TEXT, 'software'),
  field('software.version', 'version', ['versionBelow', 'contains'], 'software'),
];
const fields = new Map(FIELDS.map((one) => [one.id, one]));

const term = (kind: ReturnType<typeof termKind>): fc.Arbitrary<string | number | undefined> => {
  if (kind === 'none') return fc.constant(undefined);
  if (kind === 'number') return fc.integer();
  if (kind === 'days') return fc.nat(1000);
  if (kind === 'ranges') return fc.constantFrom('1-5, 8', '3', '-3--1');
  if (kind === 'instant') return fc.constant('2026-01-31T08:00:00.000Z');
  return fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== '');
};

const criterion: fc.Arbitrary<FilterNode> = fc.constantFrom(...FIELDS).chain((one) =>
  fc.constantFrom(...(one.conditions as ConditionId[])).chain((condition) =>
    term(termKind(one.type, condition)).map((value) => ({
      field: one.id,
      condition,
      ...(value !== undefined && { term: value }),
    })),
  ),
);

const { node } = fc.letrec<{ node: FilterNode; group: FilterNode }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, criterion, tie('group')),
  group: fc
    .tuple(
      fc.constantFrom('all', 'any', 'none'),
      fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
      fc.option(fc.constant('software'), { nil: undefined }),
    )
    .map(([mode, nodes, some]) => ({ ...(some && { some }), [mode]: nodes }) as FilterNode),
}));

const isPlainGroup = (filter: FilterNode) => !('field' in filter) && !('some' in filter);

test('what was stored comes out of the editor again', () => {
  fc.assert(
    fc.property(node, (filter) => {
      const { filter: again, problems } = toFilter(fromFilter(filter), fields);
      expect(problems.size).toBe(0);
      // The outermost node of the editor is always a group.
      expect(again).toEqual(isPlainGroup(filter) ? filter : { all: [filter] });
    }),
  );
});

test('every filter has words', () => {
  fc.assert(
    fc.property(node, (filter) => {
      expect(describeFilter(filter, FIELDS)).not.toMatch(/undefined|NaN|\[object/);
    }),
  );
  const filter = {
    all: [
      { field: 'os.name', condition: 'contains', term: 'Debian' },
      {
        any: [
          { field: 'memory', condition: '<=', term: 8 },
          { field: 'seen', condition: 'olderThanDays', term: 30 },
        ],
      },
    ],
  } as const satisfies FilterNode;
  expect(describeFilter(filter, FIELDS)).toBe(
    'os.name contains “Debian” and (memory is at most 8 or seen is older than 30 days)',
  );
});

const line = (change: Partial<EditorLine>): EditorLine => ({ ...newLine(), ...change });
const rootOf = (...nodes: EditorLine[]): EditorGroup => ({ ...newGroup('all'), nodes });

test.each([
  [{}, 'Choose a field.'],
  [{ field: 'memory' }, 'Choose a condition.'],
  [{ field: 'memory', condition: '>' as const, term: ' ' }, 'Fill in what to compare with.'],
  [{ field: 'memory', condition: '>' as const, term: 'much' }, 'Write a number, as in 8 or 2.5.'],
  [{ field: 'memory', condition: 'includes' as const, term: '5-' }, 'Write numbers and ranges, as in 1-5, 8.'],
  [{ field: 'seen', condition: 'olderThanDays' as const, term: '1.5' }, 'Write whole days, as in 30.'],
  [{ field: 'seen', condition: 'before' as const, term: 'soon' }, 'Choose a day and time.'],
])('a line that is not complete is named and left out: %o', (change, problem) => {
  const bad = line(change);
  const good = line({ field: 'online', condition: 'isTrue' });
  const { filter, problems } = toFilter(rootOf(bad, good), fields);
  expect(problems).toEqual(new Map([[bad.id, problem]]));
  expect(filter).toEqual({ all: [{ field: 'online', condition: 'isTrue' }] });
});

test('a group without complete lines is left out, so that “any of nothing” does not empty the preview', () => {
  const root = addNode(rootOf(line({ field: 'online', condition: 'isTrue' })), 'none', newGroup('any'));
  const nested = addNode(root, root.id, newGroup('any'));
  expect(toFilter(nested, fields).filter).toEqual({ all: [{ field: 'online', condition: 'isTrue' }] });
});

test('condition and term stay where they suit the new field', () => {
  const [os, memory, , seen, software] = FIELDS as [Field, Field, Field, Field, Field];
  const filled = line({ field: 'os.name', condition: 'startsWith', term: 'Deb' });
  expect(withField(filled, software, os)).toMatchObject({ condition: 'startsWith', term: 'Deb' });
  expect(withField(filled, memory, os)).toMatchObject({ field: 'memory', condition: '>', term: '' });
  const old = line({ field: 'seen', condition: 'olderThanDays', term: '30' });
  expect(withCondition(old, 'before', seen)).toMatchObject({ condition: 'before', term: '' });
  expect(withCondition(filled, 'contains', os)).toMatchObject({ condition: 'contains', term: 'Deb' });
});

test('nodes are added after another, replaced and taken out, at any depth', () => {
  const [a, b, c] = [newLine(), newLine(), newLine()];
  const inner = { ...newGroup('any'), nodes: [b] };
  const root: EditorGroup = { ...newGroup('all'), nodes: [a, inner] };
  const added = addNode(root, inner.id, c, b.id);
  expect(countLines(added)).toBe(3);
  const changed = replaceNode(added, c.id, () => ({ ...c, term: 'x' }));
  expect(JSON.stringify(changed)).toContain('"term":"x"');
  const removed = replaceNode(
    replaceNode(changed, c.id, () => undefined),
    inner.id,
    () => undefined,
  );
  expect(removed.nodes).toEqual([a]);
  expect(root.nodes).toEqual([a, inner]);
});
