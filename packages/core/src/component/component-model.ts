import type { Language } from '@rmm/protocol';
import type { Static } from 'typebox';
import { defineModel, required } from '../data/model.js';
import type { ComponentVariable as ComponentVariableSchema } from './component-contract.js';

export type ComponentVariable = Static<typeof ComponentVariableSchema>;

export interface ComponentRow {
  id: string;
  uid: string;
  name: string;
  kind: 'application' | 'monitor' | 'script';
  category: string;
  description: string;
  language: Language;
  script: string;
  securityLevel: number;
  timeoutMs: number;
  variables: ComponentVariable[];
  version: number;
  createdAt: number;
  updatedAt: number;
}

export const componentModel = defineModel<ComponentRow>({
  name: 'component',
  fields: {
    id: required('string'),
    uid: required('string'),
    name: required('string'),
    kind: required('string'),
    category: required('string'),
    description: required('string'),
    language: required('string'),
    script: required('string'),
    securityLevel: required('int'),
    timeoutMs: required('int'),
    variables: required('json'),
    version: required('int'),
    createdAt: required('time'),
    updatedAt: required('time'),
  },
  key: ['id'],
  unique: [['uid'], ['name']],
});
