import { CONDITIONS, type ConditionDef, type ConditionId, conditionsFor, termKind } from './conditions.js';
import { SCHEME_KEY } from './facts.js';
import type { FieldDef } from './field-def.js';
import { type Criterion, MAX_TERM_LENGTH } from './filter-node.js';
import { parseInstant } from './instant.js';
import { inRanges, type NumberRange, parseNumber, parseRanges } from './number-ranges.js';
import { and, leaf, not, or, type PlanNode } from './plan.js';
import type { Predicate } from './predicate.js';
import { parsePattern } from './text-pattern.js';
import type { VersionOperator } from './version/version-operator.js';
import { VERSION_SCHEMES } from './version/version-scheme.js';

const MAX_DAYS = 36_500;

/** A fault of a criterion, at one of its members. */
export interface CriterionFault {
  readonly member: 'condition' | 'term' | 'scheme';
  readonly message: string;
}

/** The positive question behind a condition, and whether the condition holds where it is answered no. */
export interface Question {
  readonly node: PlanNode;
  readonly negated: boolean;
}

/** Reads the condition and the term of a criterion against its field. */
export function compileCriterion(field: FieldDef, criterion: Criterion): Question | CriterionFault {
  const { condition } = criterion;
  const kind = termKind(field.type, condition);
  if (kind === undefined) {
    return {
      member: 'condition',
      message: `${field.id} is of type ${field.type}, which has no condition ${condition}; use one of ${conditionsFor(field.type).join(', ')}`,
    };
  }
  if (kind === 'none' && criterion.term !== undefined) {
    return { member: 'term', message: `the condition ${condition} takes no search term; leave it out` };
  }
  if (criterion.scheme !== undefined && kind !== 'version') {
    return { member: 'scheme', message: 'a version scheme suits only the conditions that compare versions' };
  }
  const definition: ConditionDef = CONDITIONS[condition];
  const positive = definition.negates ?? condition;
  const node = question(field, positive, criterion);
  return typeof node === 'string' ? { member: 'term', message: node } : { node, negated: positive !== condition };
}

function question(field: FieldDef, condition: ConditionId, criterion: Criterion): PlanNode | string {
  if (field.source === 'favourites') {
    if (condition === 'notEmpty') return { op: 'const', value: true };
    return condition === 'isTrue' ? { op: 'favourite' } : not({ op: 'favourite' });
  }
  const { term } = criterion;
  switch (termKind(field.type, condition)) {
    case 'none':
      return leaf(
        field.id,
        condition === 'notEmpty' ? { is: 'present' } : { is: 'boolean', value: condition === 'isTrue' },
      );
    case 'text':
      return orFault(textPredicate(condition, term), field);
    case 'number':
      return orFault(comparison(condition, term), field);
    case 'ranges':
      return orFault(ranges(term), field);
    case 'instant':
      return orFault(instant(condition, term), field);
    case 'days':
      return orFault(age(condition, term), field);
    default:
      return version(field, condition as VersionOperator, criterion);
  }
}

function orFault(predicate: Predicate | string, field: FieldDef): PlanNode | string {
  return typeof predicate === 'string' ? predicate : leaf(field.id, predicate);
}

function textPredicate(condition: ConditionId, term: Criterion['term']): Predicate | string {
  const text = term === undefined ? '' : String(term);
  if (text === '') return 'a search text is needed; to find fields without a value use the condition empty';
  if (text.length > MAX_TERM_LENGTH) return `the search text is longer than ${MAX_TERM_LENGTH} characters`;
  const fromStart = condition === 'startsWith' || condition === 'equals';
  const toEnd = condition === 'endsWith' || condition === 'equals';
  return { is: 'text', pattern: parsePattern(text, { fromStart, toEnd }) };
}

function comparison(condition: ConditionId, term: Criterion['term']): Predicate | string {
  const value = term === undefined ? undefined : parseNumber(term);
  if (value === undefined) return 'a number is needed, as in 8 or 2.5';
  const least = Number.NEGATIVE_INFINITY;
  const most = Number.POSITIVE_INFINITY;
  const byCondition: Partial<Record<ConditionId, NumberRange>> = {
    '>': { min: value, max: most, minOpen: true },
    '>=': { min: value, max: most },
    '<': { min: least, max: value, maxOpen: true },
    '<=': { min: least, max: value },
  };
  return { is: 'number', ranges: [byCondition[condition] ?? { min: value, max: value }] };
}

function ranges(term: Criterion['term']): Predicate | string {
  const text = term === undefined ? '' : String(term);
  const parsed = text.length > MAX_TERM_LENGTH ? undefined : parseRanges(text);
  if (parsed === undefined) return 'numbers or ranges with commas between are needed, as in 1-5,8';
  return { is: 'number', ranges: parsed };
}

function instant(condition: ConditionId, term: Criterion['term']): Predicate | string {
  const at = typeof term === 'string' ? parseInstant(term) : undefined;
  if (at === undefined) return 'a date is needed, as in 2026-01-31 or 2026-01-31T08:00:00Z';
  const range: NumberRange =
    condition === 'before'
      ? { min: Number.NEGATIVE_INFINITY, max: at, maxOpen: true }
      : { min: at, max: Number.POSITIVE_INFINITY };
  return { is: 'number', ranges: [range] };
}

function age(condition: ConditionId, term: Criterion['term']): Predicate | string {
  const days = term === undefined ? undefined : parseNumber(term);
  if (days === undefined || !Number.isInteger(days) || !inRanges([{ min: 0, max: MAX_DAYS }], days)) {
    return `a whole number of days from 0 to ${MAX_DAYS} is needed`;
  }
  return { is: 'age', days, older: condition === 'olderThanDays' };
}

/** The scheme is the criterion's, else the record's, else the field's. */
function version(field: FieldDef, operator: VersionOperator, criterion: Criterion): PlanNode | string {
  const than = criterion.term === undefined ? '' : String(criterion.term).trim();
  if (than === '') return 'a version is needed, as in 1.2.3';
  if (than.length > MAX_TERM_LENGTH) return `the version is longer than ${MAX_TERM_LENGTH} characters`;
  const usual = criterion.scheme ?? field.scheme ?? 'generic';
  const usualQuestion = leaf(field.id, { is: 'version', operator, than, scheme: usual });
  if (criterion.scheme !== undefined || field.list === undefined) return usualQuestion;
  const column = `${field.list}.${SCHEME_KEY}`;
  const others = VERSION_SCHEMES.filter((scheme) => scheme !== usual).map((scheme) => ({
    named: leaf(column, { is: 'text', pattern: { pieces: [scheme], fromStart: true, toEnd: true } }),
    holds: leaf(field.id, { is: 'version', operator, than, scheme }),
  }));
  return or([
    ...others.map(({ named, holds }) => and([named, holds])),
    and([not(or(others.map(({ named }) => named))), usualQuestion]),
  ]);
}
