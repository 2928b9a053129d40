import type { ModelDef } from '@rmm/core/ports';

/** Every type, as it must be and as it may be absent. */
export const sample: ModelDef = {
  name: 'sampleRow',
  fields: {
    id: { type: 'string' },
    text: { type: 'string', nullable: true },
    count: { type: 'int', nullable: true },
    ratio: { type: 'real', nullable: true },
    flag: { type: 'bool', nullable: true },
    at: { type: 'time', nullable: true },
    data: { type: 'json', nullable: true },
    mustText: { type: 'string' },
    mustCount: { type: 'int' },
    mustRatio: { type: 'real' },
    mustFlag: { type: 'bool' },
    mustAt: { type: 'time' },
    mustData: { type: 'json' },
  },
  key: ['id'],
  indexes: [['text'], ['count', 'id']],
};

/** A row of {@link sample} with the nullable fields absent. */
export function sampleRow(id: string) {
  return {
    id,
    mustText: '',
    mustCount: 0,
    mustRatio: 0,
    mustFlag: false,
    mustAt: 0,
    mustData: {},
  };
}

/** Two fields make the key; another combination, partly nullable, is unique. */
export const member: ModelDef = {
  name: 'member',
  fields: {
    systemId: { type: 'string' },
    name: { type: 'string' },
    email: { type: 'string', nullable: true },
    age: { type: 'int', nullable: true },
  },
  key: ['systemId', 'name'],
  unique: [['systemId', 'email']],
  indexes: [['systemId', 'age']],
};

/** Work to be claimed. */
export const task: ModelDef = {
  name: 'task',
  fields: {
    id: { type: 'string' },
    queue: { type: 'string' },
    state: { type: 'string' },
    rank: { type: 'int' },
    owner: { type: 'string', nullable: true },
    note: { type: 'json', nullable: true },
  },
  key: ['id'],
  indexes: [['queue', 'state', 'rank']],
};

/** A named number. */
export const counter: ModelDef = {
  name: 'counter',
  fields: { name: { type: 'string' }, group: { type: 'string' }, value: { type: 'int' } },
  key: ['name'],
  indexes: [['group']],
};
