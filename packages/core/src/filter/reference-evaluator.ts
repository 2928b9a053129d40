import { remembered } from '../data/remembered.js';
import { CONDITIONS, type ConditionId, termKind } from './conditions.js';
import { type FactRecord, type Facts, normaliseFact, recordKey, SCHEME_KEY, valuesOf } from './facts.js';
import type { FieldCatalogue } from './field-catalogue.js';
import type { FieldDef } from './field-def.js';
import { type Criterion, type FilterNode, type GroupKind, readNode } from './filter-node.js';
import { foldText } from './fold-text.js';
import { parseInstant } from './instant.js';
import { DAY_MS } from './predicate.js';
import { type VersionOperator, versionHolds } from './version/version-operator.js';
import { isVersionScheme } from './version/version-scheme.js';

/** What an evaluation needs besides the facts. */
export interface EvaluationContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether the asking user marked the device. */
  readonly favourite: boolean;
}

type Value = string | number | boolean;

interface Seen {
  readonly value: Value;
  /** The value as texts are compared. */
  readonly folded: string;
  /** What the record says of the scheme of its versions. */
  readonly scheme: unknown;
}

/** What a criterion is asked about: the device, or one record of a list. */
interface Subject {
  readonly values: (field: FieldDef) => readonly Seen[];
}

/**
 * The meaning of filters in plain code, device by device: what the columnar engine must equal. Used by its tests and by
 * `explain`. The filter must have passed `compileFilter`.
 */
export class ReferenceEvaluator {
  readonly #catalogue: FieldCatalogue;
  readonly #facts: Facts;
  readonly #context: EvaluationContext;
  readonly #device: Subject;
  readonly #seen = new Map<FieldDef, readonly Seen[]>();
  readonly #records = new Map<string, readonly FactRecord[]>();

  constructor(catalogue: FieldCatalogue, facts: Facts, context: EvaluationContext) {
    this.#catalogue = catalogue;
    this.#facts = facts;
    this.#context = context;
    this.#device = { values: (field) => remembered(this.#seen, field, () => this.#deviceValues(field)) };
  }

  matches(node: FilterNode): boolean {
    return this.#holds(node, this.#device);
  }

  /** Whether one record of a list fulfils a node of a correlated group. */
  recordMatches(node: FilterNode, list: string, record: FactRecord): boolean {
    return this.#holds(node, this.#recordSubject(list, record));
  }

  /** The non-empty values that a field has, over all records where it belongs to a list. */
  seen(field: FieldDef): readonly Value[] {
    return this.#device.values(field).map(({ value }) => value);
  }

  /** The records of a list, or of a field with several values, that hold a value at all. */
  records(list: string): readonly FactRecord[] {
    return remembered(this.#records, list, () => this.#findRecords(list));
  }

  #findRecords(list: string): readonly FactRecord[] {
    const fields = this.#catalogue.fieldsOf(list) ?? [];
    const single = fields.find((field) => field.id === list);
    if (single !== undefined) return valuesOf(single, this.#facts).map((value) => ({ [list]: value }));
    const raw = this.#facts[list];
    const records = (Array.isArray(raw) ? raw : []) as readonly unknown[];
    return records
      .filter((record): record is FactRecord => typeof record === 'object' && record !== null && !Array.isArray(record))
      .filter((record) => fields.some((field) => normaliseFact(field.type, record[recordKey(field)]) !== undefined));
  }

  #holds(node: FilterNode, subject: Subject): boolean {
    if ('field' in node) return this.#criterion(node, subject);
    const parts = readNode(node);
    if ('criterion' in parts) return this.#criterion(parts.criterion, subject);
    const { list } = parts;
    if (list === undefined) return this.#group(parts.kind, parts.nodes, subject);
    return this.records(list).some((record) => this.#group(parts.kind, parts.nodes, this.#recordSubject(list, record)));
  }

  #group(kind: GroupKind, nodes: readonly FilterNode[], subject: Subject): boolean {
    if (kind === 'all') return nodes.every((node) => this.#holds(node, subject));
    const some = nodes.some((node) => this.#holds(node, subject));
    return kind === 'any' ? some : !some;
  }

  #criterion(criterion: Criterion, subject: Subject): boolean {
    const field = this.#catalogue.get(criterion.field);
    if (field === undefined) return false;
    const opposite = CONDITIONS[criterion.condition].negates;
    const condition = opposite ?? criterion.condition;
    const some = subject.values(field).some((seen) => fulfils(field, condition, criterion, seen, this.#context.now));
    return opposite === undefined ? some : !some;
  }

  #deviceValues(field: FieldDef): readonly Seen[] {
    if (field.source === 'favourites') return [seenValue(this.#context.favourite)];
    const { list } = field;
    if (list === undefined) return valuesOf(field, this.#facts).map((value) => seenValue(value));
    return this.records(list).flatMap((record) => recordValues(field, recordKey(field), record));
  }

  #recordSubject(list: string, record: FactRecord): Subject {
    return { values: (field) => recordValues(field, field.list === list ? recordKey(field) : field.id, record) };
  }
}

function recordValues(field: FieldDef, key: string, record: FactRecord): readonly Seen[] {
  const value = normaliseFact(field.type, record[key]);
  return value === undefined ? [] : [seenValue(value, record[SCHEME_KEY])];
}

function seenValue(value: Value, scheme?: unknown): Seen {
  return { value, folded: foldText(String(value)), scheme };
}

function fulfils(
  field: FieldDef,
  condition: ConditionId,
  criterion: Criterion,
  { value, folded, scheme: recordScheme }: Seen,
  now: number,
): boolean {
  const term = criterion.term ?? '';
  switch (termKind(field.type, condition)) {
    case 'none':
      return condition === 'notEmpty' || value === (condition === 'isTrue');
    case 'text':
      return fits(symbolsOf(criterion, condition), folded);
    case 'number':
      return compare(condition, Number(value), Number(term));
    case 'ranges':
      return String(term)
        .split(',')
        .some((item) => inItem(item, Number(value)));
    case 'instant':
      return (condition === 'before') === Number(value) < (parseInstant(String(term)) ?? Number.NaN);
    case 'days':
      return (condition === 'olderThanDays') === now - Number(value) >= Number(term) * DAY_MS;
    default: {
      const named = foldText(String(recordScheme));
      const scheme = criterion.scheme ?? (isVersionScheme(named) ? named : (field.scheme ?? 'generic'));
      return versionHolds(condition as VersionOperator, String(value), String(term).trim(), scheme);
    }
  }
}

/** In a term taken apart: any run of characters. No character has this number. */
const ANY = -1;
const patterns = new WeakMap<Criterion, readonly number[]>();

/** The folded characters of the term, its wildcards as {@link ANY}. */
function symbolsOf(criterion: Criterion, condition: ConditionId): readonly number[] {
  const known = patterns.get(criterion);
  if (known !== undefined) return known;
  const symbols = String(criterion.term)
    .split(/(\\*%)/)
    .flatMap((part) => (part.endsWith('%') ? wildcardPart(part) : literal(part)));
  if (condition !== 'startsWith' && condition !== 'equals') symbols.unshift(ANY);
  if (condition !== 'endsWith' && condition !== 'equals') symbols.push(ANY);
  patterns.set(criterion, symbols);
  return symbols;
}

function wildcardPart(part: string): number[] {
  const slashes = part.length - 1;
  return [...literal('\\'.repeat(Math.floor(slashes / 2))), slashes % 2 === 1 ? PERCENT : ANY];
}

const PERCENT = '%'.charCodeAt(0);

const literal = (text: string): number[] => Array.from(foldText(text).split(''), (unit) => unit.charCodeAt(0));

/**
 * Walks the text once; where it stops fitting, the last wildcard takes one character more. No regular expression: with
 * five wildcards one of those tries for hours how to divide two hundred characters among them.
 */
function fits(symbols: readonly number[], text: string): boolean {
  let at = 0;
  let symbol = 0;
  let wildcard = -1;
  let taken = 0;
  while (at < text.length) {
    const wanted = symbols[symbol];
    if (wanted === ANY) {
      wildcard = symbol++;
      taken = at;
    } else if (wanted === text.charCodeAt(at)) {
      symbol++;
      at++;
    } else if (wildcard >= 0) {
      symbol = wildcard + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (symbols[symbol] === ANY) symbol++;
  return symbol === symbols.length;
}

function compare(condition: ConditionId, value: number, term: number): boolean {
  if (condition === '>') return value > term;
  if (condition === '>=') return value >= term;
  if (condition === '<') return value < term;
  return condition === '<=' ? value <= term : value === term;
}

function inItem(item: string, value: number): boolean {
  const [, min, max] = /^([^\d]*[\d.]+)(?:\s*-\s*(.+))?$/.exec(item.trim()) ?? [];
  return value >= Number(min) && value <= Number(max ?? min);
}
