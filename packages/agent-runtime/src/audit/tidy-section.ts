import { AUDIT_SECTIONS, type Audit, type AuditSectionName, canonicalJson, LIMITS, RmmError } from '@rmm/protocol';
import { Check, Errors } from 'typebox/value';

/**
 * A section in the one form in which it is hashed and sent: texts without control characters and within the limit, lists
 * in a fixed order without repetitions and within the limit.
 *
 * @throws RmmError `INVALID_INPUT` when it does not fit its schema even so
 */
export function tidySection<Name extends AuditSectionName>(name: Name, section: Audit[Name]): Audit[Name] {
  const tidied: unknown = tidy(section);
  const schema = AUDIT_SECTIONS[name];
  if (isSection(name, tidied)) return tidied;
  const first = Errors(schema, tidied)[0];
  throw new RmmError(
    'INVALID_INPUT',
    `The ${name} section does not fit: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
  );
}

function isSection<Name extends AuditSectionName>(name: Name, value: unknown): value is Audit[Name] {
  return Check(AUDIT_SECTIONS[name], value);
}

function tidy(value: unknown): unknown {
  if (typeof value === 'string') return tidyText(value);
  if (Array.isArray(value)) return tidyList(value.map(tidy));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, tidy(item)]),
  );
}

function tidyText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  // Through UTF-8 and back: no half of a character, whether it came so or was cut so.
  return Buffer.from(clean.slice(0, LIMITS.auditTextLength)).toString();
}

function tidyList(items: unknown[]): unknown[] {
  const keyed = items
    .map((item) => ({ item, key: sortKey(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed
    .filter(({ key }, index) => index === 0 || key !== keyed[index - 1]?.key)
    .slice(0, LIMITS.auditListItems)
    .map(({ item }) => item);
}

/** By name, version, architecture where there are such; then by everything, so that the order never depends on the source. */
function sortKey(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const { name, version, architecture } = item as Partial<Record<string, unknown>>;
  return (
    [name, version, architecture].map((part) => (typeof part === 'string' ? part : '')).join('\0') + canonicalJson(item)
  );
}
