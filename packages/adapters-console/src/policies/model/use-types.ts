import { useMemo } from 'preact/hooks';
import { useQuery } from '../../state/client-context.js';
import type { PolicyType } from './policy-views.js';
import { readSchema } from './read-schema.js';
import type { SettingField } from './setting-field.js';

export interface KnownType extends PolicyType {
  readonly fields: readonly SettingField[];
}

export interface KnownTypes {
  /** In the server's order; empty until they are there. */
  readonly all: readonly KnownType[];
  readonly get: (name: string) => KnownType | undefined;
  readonly field: (type: string, name: string) => SettingField | undefined;
}

/** The types of policies with their fields. */
export function usePolicyTypes(): KnownTypes {
  const { data } = useQuery('policies.types', {});
  return useMemo(() => {
    const all = (data?.items ?? []).map((type) => ({ ...type, fields: readSchema(type.settings) }));
    const get = (name: string) => all.find((type) => type.name === name);
    return { all, get, field: (type, name) => get(type)?.fields.find((one) => one.name === name) };
  }, [data]);
}
