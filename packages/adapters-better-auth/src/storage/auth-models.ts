import type { FieldType, ModelDef } from '@rmm/core/ports';
import type { BetterAuthOptions } from 'better-auth';
import { getAuthTables } from 'better-auth/db';

/** The RMM's name of one of Better Auth's tables: `session` is kept as `authSession`. */
export function modelName(table: string): string {
  const words = table.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return `auth${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}

/**
 * The tables that Better Auth needs with these options, in the RMM's storage. Everything but the key is nullable,
 * because a later version can only add nullable fields; Better Auth itself sees to what is required.
 */
export function authModels(options: BetterAuthOptions): readonly ModelDef[] {
  return Object.values(getAuthTables(options)).map((table) => {
    const columns = Object.entries(table.fields)
      .filter(([name]) => name !== 'id')
      .map(([name, field]) => ({ ...field, name: field.fieldName ?? name }));
    return {
      name: modelName(table.modelName),
      key: ['id'],
      fields: {
        id: { type: 'string' },
        ...Object.fromEntries(columns.map(({ name, type }) => [name, { type: fieldType(type), nullable: true }])),
      },
      unique: columns.filter(({ unique }) => unique).map(({ name }) => [name]),
      indexes: columns.filter(({ index, unique }) => index && !unique).map(({ name }) => [name]),
    };
  });
}

/** Lists and JSON arrive as text: Better Auth's adapter factory turns them into it. */
function fieldType(type: unknown): FieldType {
  if (type === 'number') return 'real';
  if (type === 'boolean') return 'bool';
  return type === 'date' ? 'time' : 'string';
}
