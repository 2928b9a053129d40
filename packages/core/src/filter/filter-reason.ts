import type { CriterionExplanation, FilterExplanation, GroupExplanation } from './explain-filter.js';
import type { FieldCatalogue } from './field-catalogue.js';
import type { FilterReason } from './filter-contract.js';
import type { GroupKind } from './filter-node.js';
import { criterionInWords, recordInWords, valueInWords } from './filter-words.js';

const GROUPS: Readonly<Record<GroupKind, string>> = { all: 'All of', any: 'Any of', none: 'None of' };
/** Groups without a line in them. */
const EMPTY: Readonly<Record<GroupKind, string>> = { all: 'Every device', any: 'No device', none: 'Every device' };

/** An explanation in words. */
export function filterReason(catalogue: FieldCatalogue, explained: FilterExplanation): FilterReason {
  if (explained.kind === 'criterion') return condition(catalogue, explained);
  const parts = explained.nodes.map((node) => filterReason(catalogue, node));
  if (explained.list !== undefined) return correlated(catalogue, explained, explained.list, parts);
  const { kind, matched } = explained;
  return { kind, holds: matched, text: parts.length === 0 ? EMPTY[kind] : GROUPS[kind], seen: [], parts };
}

function condition(catalogue: FieldCatalogue, explained: CriterionExplanation): FilterReason {
  const { seen, seenCount, matched } = explained;
  const field = catalogue.get(explained.field);
  if (field === undefined) return part(matched, `${explained.field}: there is no such field any more`, []);
  const shown = seen.map((value) => valueInWords(field, value));
  return part(matched, criterionInWords(field, explained), withMore(shown, seenCount));
}

function correlated(
  catalogue: FieldCatalogue,
  { kind, matched, record, recordCount = 0 }: GroupExplanation,
  list: string,
  parts: FilterReason[],
): FilterReason {
  const labels = (catalogue.fieldsOf(list) ?? []).map(({ label }) => label);
  const text = `One and the same ${labels.join(' / ')}: ${GROUPS[kind].toLowerCase()}`;
  const shown = record === undefined ? [] : [recordInWords(catalogue, list, record)];
  return { kind: 'some', holds: matched, text, seen: withMore(shown, recordCount), parts };
}

/** A condition, written down or not. */
export const part = (holds: boolean, text: string, seen: string[]): FilterReason => ({
  kind: 'condition',
  holds,
  text,
  seen,
  parts: [],
});

function withMore(shown: string[], count: number): string[] {
  return count > shown.length ? [...shown, `and ${count - shown.length} more`] : shown;
}
