import { defineModel, nullable, required } from '../data/model.js';
import type { FilterNode } from './filter-node.js';

/** A filter that someone made. The default ones are not stored. */
export interface FilterRow {
  id: string;
  name: string;
  description: string;
  /** Empty for filters of the System. */
  profileId: string;
  /** Ids of the Profiles that a System filter looks at; null is all. */
  scope: readonly string[] | null;
  filter: FilterNode;
  /** Ids of the roles whose holders see it; null is all. */
  visibleTo: readonly string[] | null;
  createdAt: number;
}

export const filterModel = defineModel<FilterRow>({
  name: 'filter',
  fields: {
    id: required('string'),
    name: required('string'),
    description: required('string'),
    profileId: required('string'),
    scope: nullable('json'),
    filter: required('json'),
    visibleTo: nullable('json'),
    createdAt: required('time'),
  },
  key: ['id'],
  unique: [['profileId', 'name']],
});
