import type { FindOptions, Order, Row, StorageOps, Where } from '../storage/storage.js';
import { type Match, match } from './match.js';
import type { Model } from './model.js';

export interface DataFind<R extends object> extends Omit<FindOptions, 'after' | 'fields' | 'where' | 'order'> {
  readonly where?: Where;
  readonly match?: Match<R>;
  readonly order?: readonly (Order & { readonly field: keyof R & string })[];
  readonly after?: Partial<R>;
  readonly fields?: readonly (keyof R & string)[];
}

/**
 * Rows of one System. This is the only way in which operations reach storage: every query is confined to the System and
 * every new row is marked with it, whatever the handler asks for.
 */
export class Data {
  readonly systemId: string;
  readonly #ops: StorageOps;

  constructor(ops: StorageOps, systemId: string) {
    this.#ops = ops;
    this.systemId = systemId;
  }

  /** The same transaction in another System. Only for the host's operations on Systems themselves. */
  inSystem(systemId: string): Data {
    return new Data(this.#ops, systemId);
  }

  insert<R extends object>(model: Model<R>, ...rows: readonly R[]): Promise<void> {
    return this.insertAll(model, rows);
  }

  /** The same for any number of rows; a call cannot have a hundred thousand arguments. */
  async insertAll<R extends object>(model: Model<R>, rows: readonly R[]): Promise<void> {
    if (rows.length > 0) await this.#ops.insert(model.def.name, this.#marked(model, rows));
  }

  /** Adds or replaces by key. */
  async put<R extends object>(model: Model<R>, ...rows: readonly R[]): Promise<void> {
    if (rows.length > 0) await this.#ops.put(model.def.name, this.#marked(model, rows));
  }

  async find<R extends object>(model: Model<R>, options: DataFind<R> = {}): Promise<readonly R[]> {
    const { match: fields, where, after, ...rest } = options;
    const found = await this.#ops.find(model.def.name, {
      ...rest,
      where: this.#confined(model, fields, where),
      ...(after && { after: { ...(after as Row), ...this.#mark(model) } }),
    });
    return found as readonly R[];
  }

  /** The one row that matches, if any. */
  async one<R extends object>(model: Model<R>, fields: Match<R>): Promise<R | undefined> {
    return (await this.find(model, { match: fields, limit: 1 }))[0];
  }

  count<R extends object>(model: Model<R>, fields: Match<R> = {}, where?: Where): Promise<number> {
    return this.#ops.count(model.def.name, this.#confined(model, fields, where));
  }

  update<R extends object>(model: Model<R>, fields: Match<R>, set: Partial<R>, where?: Where): Promise<number> {
    const { systemId: _mark, ...fieldsToSet } = set as Row;
    const changes = model.scope === 'system' ? fieldsToSet : (set as Row);
    return this.#ops.update(model.def.name, this.#confined(model, fields, where), changes);
  }

  remove<R extends object>(model: Model<R>, fields: Match<R>, where?: Where): Promise<number> {
    return this.#ops.remove(model.def.name, this.#confined(model, fields, where));
  }

  #mark(model: Model<object>): Row {
    return model.scope === 'system' ? { systemId: this.systemId } : {};
  }

  #marked<R extends object>(model: Model<R>, rows: readonly R[]): readonly Row[] {
    const mark = this.#mark(model);
    return rows.map((row) => ({ ...row, ...mark }));
  }

  #confined<R extends object>(model: Model<R>, fields: Match<R> | undefined, where: Where | undefined): Where {
    const all: Where[] = [];
    if (model.scope === 'system') all.push({ field: 'systemId', op: 'eq', value: this.systemId });
    if (fields && Object.keys(fields).length > 0) all.push(match(fields));
    if (where) all.push(where);
    return all.length === 1 && all[0] ? all[0] : { all };
  }
}
