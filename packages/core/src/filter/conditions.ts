import type { FieldType } from './field-def.js';

/** What a condition expects as its search term. */
export type TermKind = 'none' | 'text' | 'number' | 'ranges' | 'instant' | 'days' | 'version';

export interface ConditionDef {
  /** For people. */
  readonly label: string;
  /** Holds exactly where this other condition does not; on several values: where no value fulfils the other. */
  readonly negates?: ConditionId;
}

/** Every condition. Which suit a field follows from its type: {@link conditionsFor}. */
const DEFINITIONS = {
  empty: { label: 'Empty', negates: 'notEmpty' },
  notEmpty: { label: 'Not empty' },
  contains: { label: 'Contains' },
  notContains: { label: 'Does not contain', negates: 'contains' },
  startsWith: { label: 'Starts with' },
  notStartsWith: { label: 'Does not start with', negates: 'startsWith' },
  endsWith: { label: 'Ends with' },
  notEndsWith: { label: 'Does not end with', negates: 'endsWith' },
  equals: { label: 'Equals' },
  notEquals: { label: 'Does not equal', negates: 'equals' },
  '>': { label: 'Greater than' },
  '>=': { label: 'Greater than or equal to' },
  '<': { label: 'Less than' },
  '<=': { label: 'Less than or equal to' },
  includes: { label: 'Includes' },
  excludes: { label: 'Excludes', negates: 'includes' },
  isTrue: { label: 'True' },
  isFalse: { label: 'False' },
  before: { label: 'Before' },
  after: { label: 'After' },
  olderThanDays: { label: 'Older than (days)' },
  withinDays: { label: 'Within the last (days)' },
  versionBelow: { label: 'Version below' },
  versionAtMost: { label: 'Version at most' },
  versionEquals: { label: 'Version equals' },
  versionAtLeast: { label: 'Version at least' },
  versionAbove: { label: 'Version above' },
} as const satisfies Record<string, { label: string; negates?: string }>;

export type ConditionId = keyof typeof DEFINITIONS;

export const CONDITIONS: Readonly<Record<ConditionId, ConditionDef>> = DEFINITIONS;

export const CONDITION_IDS = Object.keys(DEFINITIONS) as ConditionId[];

type Terms = Partial<Record<ConditionId, TermKind>>;

const PRESENCE: Terms = { empty: 'none', notEmpty: 'none' };

const TEXT: Terms = {
  contains: 'text',
  notContains: 'text',
  startsWith: 'text',
  notStartsWith: 'text',
  endsWith: 'text',
  notEndsWith: 'text',
  equals: 'text',
  notEquals: 'text',
  ...PRESENCE,
};

const NUMBER: Terms = {
  '>': 'number',
  '>=': 'number',
  '<': 'number',
  '<=': 'number',
  equals: 'number',
  notEquals: 'number',
  includes: 'ranges',
  excludes: 'ranges',
  ...PRESENCE,
};

const TERMS: Readonly<Record<FieldType, Terms>> = {
  string: TEXT,
  integer: NUMBER,
  real: NUMBER,
  boolean: { isTrue: 'none', isFalse: 'none', ...PRESENCE },
  date: { before: 'instant', after: 'instant', olderThanDays: 'days', withinDays: 'days', ...PRESENCE },
  version: {
    versionBelow: 'version',
    versionAtMost: 'version',
    versionEquals: 'version',
    versionAtLeast: 'version',
    versionAbove: 'version',
    ...TEXT,
  },
};

/** The conditions that suit a type of field, in the order in which an editor offers them. */
export function conditionsFor(type: FieldType): readonly ConditionId[] {
  return Object.keys(TERMS[type]) as ConditionId[];
}

/** What the condition expects as its term on a field of this type; `undefined` where it does not suit the type. */
export function termKind(type: FieldType, condition: ConditionId): TermKind | undefined {
  return TERMS[type][condition];
}

export function isConditionId(value: unknown): value is ConditionId {
  return typeof value === 'string' && Object.hasOwn(DEFINITIONS, value);
}
