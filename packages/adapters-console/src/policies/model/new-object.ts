import { isRecord, type Variant } from './setting-field.js';

/** An object of a form with what the schema sets by default. */
export function newObject(variants: readonly Variant[], variant = variants[0]): Readonly<Record<string, unknown>> {
  if (!variant) return {};
  const { tag, fields } = variant;
  const starts = fields
    .map((field) => [field.name, startOf(field)] as const)
    .filter(([, value]) => value !== undefined);
  return { ...(tag && { [tag.name]: tag.value }), ...Object.fromEntries(starts) };
}

function startOf(field: Variant['fields'][number]): unknown {
  if (field.fallback !== undefined) return field.fallback;
  if (!field.required) return undefined;
  if (field.kind === 'switch') return false;
  if (field.kind === 'pairs') return {};
  if (field.kind === 'group') return newObject(field.variants);
  const list = field.kind === 'items' || field.kind === 'lines' || field.kind === 'many';
  return list && field.least === 0 ? [] : undefined;
}

/** The object as another form: what both have stays. */
export function withVariant(value: Readonly<Record<string, unknown>>, variants: readonly Variant[], variant: Variant) {
  const names = [variant.id?.name, ...variant.fields.map(({ name }) => name)];
  const kept = Object.entries(value).filter(([name]) => names.includes(name));
  return { ...newObject(variants, variant), ...Object.fromEntries(kept) };
}

const ID_BYTES = 4;
const ID_LENGTH = 40;

/** The entry with an id: its own, else one made of its title that no other entry has. */
export function withId(
  item: Readonly<Record<string, unknown>>,
  variant: Variant | undefined,
  title: string,
  others: readonly unknown[],
): Readonly<Record<string, unknown>> {
  if (!variant?.id || item[variant.id.name]) return item;
  const { name } = variant.id;
  const wish = title
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, ID_LENGTH);
  const taken = others.some((other) => isRecord(other) && other[name] === wish);
  return { [name]: wish && !taken ? wish : [wish || 'entry', randomPart()].join('-'), ...item };
}

/** Also where the page is not served securely, and `randomUUID` therefore missing. */
function randomPart(): string {
  return [...crypto.getRandomValues(new Uint8Array(ID_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
