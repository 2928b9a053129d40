import type { Field, FilterNode } from '@rmm/client';
import { formatTime } from '../format/time.js';
import { conditionLabel, termKind } from './conditions.js';

const JOIN = { all: ' and ', any: ' or ', none: ' or ' } as const;

/** A filter in words: `Operating system is “Debian” and Memory is less than 8`. */
export function describeFilter(filter: FilterNode, fields: readonly Field[]): string {
  return describe(filter, new Map(fields.map((field) => [field.id, field])), true);
}

function describe(node: FilterNode, fields: ReadonlyMap<string, Field>, outer: boolean): string {
  if ('field' in node) {
    const field = fields.get(node.field);
    const words = `${field?.label ?? node.field} ${conditionLabel(node.condition)}`;
    if (node.term === undefined) return words;
    const kind = termKind(field?.type, node.condition);
    if (kind === 'days') return `${words} ${node.term} days`;
    if (kind === 'instant') return `${words} ${formatTime(String(node.term))}`;
    return `${words} ${typeof node.term === 'number' || kind === 'number' ? node.term : `“${node.term}”`}`;
  }
  const [mode, nodes] =
    'all' in node
      ? (['all', node.all] as const)
      : 'any' in node
        ? (['any', node.any] as const)
        : (['none', node.none] as const);
  if (nodes.length === 0) return mode === 'any' ? 'no device' : 'every device';
  const inner = nodes.map((one) => describe(one, fields, false)).join(JOIN[mode]);
  const list = 'some' in node ? `one ${node.some} entry: ` : '';
  if (mode === 'none') return `${list}not (${inner})`;
  return outer || (nodes.length === 1 && !list) ? list + inner : `(${list}${inner})`;
}
