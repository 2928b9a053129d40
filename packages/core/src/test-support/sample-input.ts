import type { TSchema } from 'typebox';

interface Node {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly format?: string;
  readonly pattern?: string;
}

/** Values for fields by their name, wherever in an input they stand. */
export type KnownFields = Readonly<Record<string, unknown>>;

/** A small input that fits its schema. @param optional - also the fields that may be left out */
export function sampleInput(schema: TSchema, known: KnownFields, optional = false): Record<string, unknown> {
  return sample(schema as Node, known, optional) as Record<string, unknown>;
}

function sample(node: Node, known: KnownFields, optional: boolean): unknown {
  if (node.$ref !== undefined) return { all: [] };
  if (node.enum) return node.enum[0];
  if (node.const !== undefined) return node.const;
  const [first] = node.anyOf ?? [];
  if (first) return sample(first, known, optional);
  switch (node.type) {
    case 'object': {
      const names = Object.keys(node.properties ?? {}).filter((name) => optional || node.required?.includes(name));
      return Object.fromEntries(
        names.map((name) => [name, field(name, node.properties?.[name] ?? {}, known, optional)]),
      );
    }
    case 'array':
      return Array.from({ length: node.minItems ?? 0 }, () => sample(node.items ?? {}, known, optional));
    case 'string':
      if (node.format === 'email') return 'somebody@example.org';
      if (node.format === 'date-time') return '2026-01-15T09:00:00.000Z';
      return 'x'.repeat(Math.max(1, node.minLength ?? 1));
    case 'integer':
    case 'number':
      return node.minimum ?? 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function field(name: string, node: Node, known: KnownFields, optional: boolean): unknown {
  return Object.hasOwn(known, name) ? known[name] : sample(node, known, optional);
}
