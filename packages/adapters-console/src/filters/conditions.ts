import type { Field, FilterNode } from '@rmm/client';

type Criterion = Extract<FilterNode, { field: string }>;
export type ConditionId = Criterion['condition'];

/** What a condition asks for. */
export type TermKind = 'none' | 'text' | 'number' | 'ranges' | 'instant' | 'days' | 'version';

interface ConditionText {
  /** As it stands between field and term. */
  readonly label: string;
  /** Default: what suits the field's type. */
  readonly term?: TermKind;
}

const TEXTS: Readonly<Record<ConditionId, ConditionText>> = {
  contains: { label: 'contains' },
  notContains: { label: 'does not contain' },
  startsWith: { label: 'starts with' },
  notStartsWith: { label: 'does not start with' },
  endsWith: { label: 'ends with' },
  notEndsWith: { label: 'does not end with' },
  equals: { label: 'is' },
  notEquals: { label: 'is not' },
  '>': { label: 'is greater than' },
  '>=': { label: 'is at least' },
  '<': { label: 'is less than' },
  '<=': { label: 'is at most' },
  includes: { label: 'is in', term: 'ranges' },
  excludes: { label: 'is not in', term: 'ranges' },
  isTrue: { label: 'is true', term: 'none' },
  isFalse: { label: 'is false', term: 'none' },
  before: { label: 'is before', term: 'instant' },
  after: { label: 'is after', term: 'instant' },
  olderThanDays: { label: 'is older than', term: 'days' },
  withinDays: { label: 'is within the last', term: 'days' },
  versionBelow: { label: 'is below version', term: 'version' },
  versionAtMost: { label: 'is at most version', term: 'version' },
  versionEquals: { label: 'is version', term: 'version' },
  versionAtLeast: { label: 'is at least version', term: 'version' },
  versionAbove: { label: 'is above version', term: 'version' },
  empty: { label: 'is empty', term: 'none' },
  notEmpty: { label: 'is not empty', term: 'none' },
};

export function conditionLabel(condition: string): string {
  return isCondition(condition) ? TEXTS[condition].label : condition;
}

/** What the condition asks for on a field of this type. */
export function termKind(type: Field['type'] | undefined, condition: string): TermKind {
  const own = isCondition(condition) ? TEXTS[condition].term : undefined;
  return own ?? (type === 'integer' || type === 'real' ? 'number' : 'text');
}

/** The field's conditions that this console knows, in the server's order. */
export function conditionsOf(field: Field): readonly ConditionId[] {
  return field.conditions.filter(isCondition);
}

function isCondition(condition: string): condition is ConditionId {
  return Object.hasOwn(TEXTS, condition);
}

/** What is wrong with a term; undefined when it will do. */
export function termProblem(kind: TermKind, term: string): string | undefined {
  const text = term.trim();
  if (kind === 'none') return undefined;
  if (text === '') return 'Fill in what to compare with.';
  if (kind === 'number' && !/^[+-]?\d+(\.\d+)?$/.test(text)) return 'Write a number, as in 8 or 2.5.';
  if (kind === 'days' && !/^\d+$/.test(text)) return 'Write whole days, as in 30.';
  if (kind === 'ranges' && !RANGES.test(text)) return 'Write numbers and ranges, as in 1-5, 8.';
  if (kind === 'instant' && Number.isNaN(Date.parse(text))) return 'Choose a day and time.';
  return undefined;
}

const RANGE = String.raw`\s*[+-]?\d+(\.\d+)?(\s*-\s*[+-]?\d+(\.\d+)?)?\s*`;
const RANGES = new RegExp(`^${RANGE}(,${RANGE})*$`);
