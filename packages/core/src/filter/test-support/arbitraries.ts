import fc from 'fast-check';
import { type ConditionId, conditionsFor, termKind } from '../conditions.js';
import type { FactRecord, Facts, FactValue } from '../facts.js';
import type { FieldCatalogue } from '../field-catalogue.js';
import type { FieldDef } from '../field-def.js';
import type { Criterion, FilterNode } from '../filter-node.js';
import { DAY_MS } from '../predicate.js';
import { VERSION_SCHEMES } from '../version/version-scheme.js';

/** The instant around which generated dates lie. */
export const NOW = Date.UTC(2026, 0, 15, 12);

// Small pools, so that values and terms meet often.
const TEXTS = [
  'Windows Server 2019',
  'windows server 2022',
  'WINDOWS 11',
  'Ubuntu 24.04',
  'ubuntu',
  'ＷＩＮＤＯＷＳ 11',
  'Straße',
  'STRASSE',
  'ΟΔΟΣ',
  'οδος',
  'J̌apan',
  'ǰapan',
  'É',
  'é',
  'ﬁle 100%',
  '100% C:\\Tools',
  'C:\\Tools\\a',
  '日本語',
  '👩‍💻 desk',
  'line\nbreak',
  'a',
  'ab',
  'aab',
  'aba',
];
const EMPTY_TEXTS = ['', '  ', null, undefined];
const TEXT_TERMS = [
  ...TEXTS,
  'win%',
  '%server%20%',
  '%',
  '%%',
  'a%a',
  'a%b%a',
  '%b',
  '100\\%',
  'C:\\\\%',
  '\\%',
  'serv',
  'ss',
  'σ',
  '0',
  '.',
  '[a]',
  ' ',
];
const VERSIONS = [
  '1.0',
  '1.0.0',
  '1.0-1',
  '1.0-2',
  '1:0.9',
  '1.0~rc1',
  '1.0-rc.1',
  '1.0^git',
  '2.0.0-beta.2',
  '10.0.19045.1',
  'v2',
  'x',
];
const NUMBERS = [-3, -1, -0.5, 0, 0.1, 1, 2, 4, 8, 8.5, 16, 1e9];
const RANGES = ['1-5,8', '8', '-3--1', '0.5-4, 16', '-1-1'];
const AGES = [-1, 0, 0.5, 1, 29, 30, 30.5, 60, 400];
const INSTANTS = ['2026-01-15', '2026-01-15T12:00:00Z', '2025-12-16T12:00:00+00:00', '2024-02-29'];
const JUNK = ['12', true, 7, Number.NaN];

function arbitraryValue(field: FieldDef): fc.Arbitrary<unknown> {
  const empty = { weight: 2, arbitrary: fc.constantFrom<unknown>(...EMPTY_TEXTS) };
  const junk = { weight: 1, arbitrary: fc.constantFrom<unknown>(...JUNK) };
  const good = (values: readonly unknown[]) =>
    fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...values) }, empty, junk);
  switch (field.type) {
    case 'string':
      return good(TEXTS);
    case 'version':
      return good(VERSIONS);
    case 'boolean':
      return good([true, false]);
    case 'date':
      return good(AGES.map((days) => NOW - days * DAY_MS));
    default:
      return good(NUMBERS);
  }
}

function arbitraryRecord(fields: readonly FieldDef[], list: string): fc.Arbitrary<FactRecord> {
  const shape = Object.fromEntries(fields.map((field) => [field.id.slice(list.length + 1), arbitraryValue(field)]));
  return fc.record(
    { ...shape, scheme: fc.constantFrom(undefined, 'other', ...VERSION_SCHEMES) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<FactRecord>;
}

/** Facts with every kind of emptiness, a little junk, and no more than a few entries a list. */
export function arbitraryFacts(catalogue: FieldCatalogue): fc.Arbitrary<Facts> {
  const shape: Record<string, fc.Arbitrary<FactValue | undefined>> = {};
  for (const field of catalogue.list()) {
    if (field.list !== undefined || field.source === 'favourites') continue;
    const value = arbitraryValue(field);
    const all = field.multi === true ? fc.oneof(value, fc.array(value, { maxLength: 3 })) : value;
    shape[field.id] = all as fc.Arbitrary<FactValue | undefined>;
  }
  for (const list of catalogue.lists()) {
    shape[list] = fc.array(arbitraryRecord(catalogue.fieldsOf(list) ?? [], list), { maxLength: 4 });
  }
  return fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Facts>;
}

function arbitraryTerm(field: FieldDef, condition: ConditionId): fc.Arbitrary<string | number | undefined> {
  switch (termKind(field.type, condition)) {
    case 'text':
      return fc.constantFrom(...(field.type === 'version' ? [...VERSIONS, '1%'] : TEXT_TERMS));
    case 'version':
      return fc.constantFrom(...VERSIONS);
    case 'number':
      return fc.constantFrom<string | number>(...NUMBERS, '8', '-0.5');
    case 'ranges':
      return fc.constantFrom<string | number>(...RANGES, 8);
    case 'instant':
      return fc.constantFrom(...INSTANTS);
    case 'days':
      return fc.constantFrom<string | number>(0, 1, 29, 30, '30', 60);
    default:
      return fc.constant(undefined);
  }
}

function arbitraryCriterion(fields: readonly FieldDef[]): fc.Arbitrary<Criterion> {
  return fc
    .constantFrom(...fields)
    .chain((field) => fc.tuple(fc.constant(field), fc.constantFrom(...conditionsFor(field.type))))
    .chain(([field, condition]) =>
      fc
        .tuple(arbitraryTerm(field, condition), fc.option(fc.constantFrom(...VERSION_SCHEMES)))
        .map(([term, scheme]) => ({
          field: field.id,
          condition,
          ...(term !== undefined && { term }),
          ...(scheme !== null && condition.startsWith('version') && { scheme }),
        })),
    );
}

function arbitraryGroup(node: fc.Arbitrary<FilterNode>, maxLength = 3): fc.Arbitrary<FilterNode> {
  const nodes = fc.array(node, { maxLength });
  return fc.oneof(
    nodes.map((all) => ({ all })),
    nodes.map((any) => ({ any })),
    nodes.map((none) => ({ none })),
  );
}

/** Valid filters: nested groups, correlated ones over lists and over fields with several values. */
export function arbitraryFilter(catalogue: FieldCatalogue): fc.Arbitrary<FilterNode> {
  const lists = [
    ...catalogue.lists(),
    ...catalogue
      .list()
      .filter(({ multi }) => multi)
      .map(({ id }) => id),
  ];
  const correlated = fc.constantFrom(...lists).chain((some) => {
    const criterion = arbitraryCriterion(catalogue.fieldsOf(some) ?? []);
    return arbitraryGroup(fc.oneof({ weight: 3, arbitrary: criterion }, arbitraryGroup(criterion, 2))).map(
      (group): FilterNode => ({ some, ...(group as { all: FilterNode[] }) }),
    );
  });
  const leaf = fc.oneof(
    { weight: 4, arbitrary: arbitraryCriterion(catalogue.list()) },
    { weight: 1, arbitrary: correlated },
  );
  const inner = fc.oneof({ weight: 3, arbitrary: leaf }, arbitraryGroup(leaf));
  return fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 3, arbitrary: arbitraryGroup(inner) });
}
