import { type ConditionId, termKind } from './conditions.js';
import type { FactRecord } from './facts.js';
import { recordKey } from './facts.js';
import type { FieldCatalogue } from './field-catalogue.js';
import type { FieldDef } from './field-def.js';

/** Beyond it a number is no date (ECMAScript: time values); as a date of the facts it stands for *now*. */
const LAST_DATE = 8_640_000_000_000_000;
/** Longer values are cut. */
const SHOWN_TEXT = 200;

/** How a condition is said, between the field and the term. */
const PHRASES: Readonly<Record<ConditionId, string>> = {
  empty: 'is empty',
  notEmpty: 'is not empty',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  notStartsWith: 'does not start with',
  endsWith: 'ends with',
  notEndsWith: 'does not end with',
  equals: 'is',
  notEquals: 'is not',
  '>': 'is greater than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
  includes: 'is one of',
  excludes: 'is none of',
  isTrue: 'is yes',
  isFalse: 'is no',
  before: 'is before',
  after: 'is at or after',
  olderThanDays: 'is at least as old as',
  withinDays: 'is within the last',
  versionBelow: 'is a version below',
  versionAtMost: 'is a version of at most',
  versionEquals: 'is the version',
  versionAtLeast: 'is a version of at least',
  versionAbove: 'is a version above',
};

interface Asked {
  readonly condition: ConditionId;
  readonly term?: string | number;
}

/** A line of a filter in words: `Free disk space is less than 10 GB`. */
export function criterionInWords(field: FieldDef, { condition, term }: Asked): string {
  const said = `${field.label} ${PHRASES[condition]}`;
  return term === undefined ? said : `${said} ${termInWords(field, condition, term)}`;
}

function termInWords({ type, unit }: FieldDef, condition: ConditionId, term: string | number): string {
  switch (termKind(type, condition)) {
    case 'text':
      return `“${term}”`;
    case 'days':
      return Number(term) === 1 ? '1 day' : `${term} days`;
    case 'number':
    case 'ranges':
      return unit === undefined ? String(term) : `${term} ${unit}`;
    default:
      return String(term);
  }
}

/** A value of a field in words: dates in ISO 8601, numbers with their unit. */
export function valueInWords({ type, unit }: FieldDef, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return value.length > SHOWN_TEXT ? `${value.slice(0, SHOWN_TEXT)}…` : value;
  if (type === 'date') {
    if (value >= LAST_DATE) return 'now';
    return value > -LAST_DATE ? new Date(value).toISOString() : String(value);
  }
  const number = type === 'real' ? Math.round(value * 100) / 100 : value;
  return unit === undefined ? String(number) : `${number} ${unit}`;
}

/** A record of a list in words: `Software package: openssl, Software version: 3.0.11`. */
export function recordInWords(catalogue: FieldCatalogue, list: string, record: FactRecord): string {
  const fields = catalogue.fieldsOf(list) ?? [];
  return fields
    .flatMap((field) => {
      const value = record[field.id === list ? list : recordKey(field)];
      return value === undefined || value === null ? [] : [`${field.label}: ${valueInWords(field, value)}`];
    })
    .join(', ');
}
