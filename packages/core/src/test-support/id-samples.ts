import type { TSchema } from 'typebox';
import { Id } from '../operation/schema.js';

interface Node {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly format?: string;
}

/** An input in which every field is filled, and the ids that stand in it by the path of their field. */
export interface IdSample {
  readonly input: Record<string, unknown>;
  readonly ids: ReadonlyMap<string, string>;
}

/** Beyond the branches of any union in an input. */
const VARIANTS = 12;

/** Inputs that fit a schema, all fields filled, which together show every branch of its unions. Each id is another one. */
export function idSamples(schema: TSchema): readonly IdSample[] {
  return Array.from({ length: VARIANTS }, (_, variant) => {
    const ids = new Map<string, string>();
    const value = (node: Node, path: string): unknown => {
      if (node.$ref !== undefined) return { all: [] };
      if (node.anyOf) return value(node.anyOf[variant % node.anyOf.length] ?? {}, path);
      if (node.const !== undefined) return node.const;
      if (node.enum) return node.enum[variant % node.enum.length];
      if (node.type === 'array') return node.items ? [value(node.items, path)] : [];
      if (node.type === 'object') {
        const fields = Object.entries(node.properties ?? {});
        return Object.fromEntries(fields.map(([name, part]) => [name, value(part, path ? `${path}.${name}` : name)]));
      }
      if (isId(node)) ids.set(path, `id-${variant}-${ids.size}`);
      return ids.get(path) ?? plain(node);
    };
    return { input: value(schema as Node, '') as Record<string, unknown>, ids };
  });
}

const ID: Node = Id;

function isId({ type, pattern, maxLength }: Node): boolean {
  return type === 'string' && pattern === ID.pattern && maxLength === ID.maxLength;
}

function plain({ type, minimum, format }: Node): unknown {
  if (type === 'string') return format === 'date-time' ? '2026-01-15T09:00:00.000Z' : 'x';
  if (type === 'integer' || type === 'number') return minimum ?? 0;
  return type === 'boolean' ? false : null;
}
