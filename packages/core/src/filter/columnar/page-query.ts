import { RmmError } from '@rmm/protocol';
import type { FieldCatalogue } from '../field-catalogue.js';
import type { FieldDef } from '../field-def.js';
import { DEFAULT_SEARCH_FIELDS, DEFAULT_SORT_FIELD, type Page, type PageRequest } from '../page.js';
import { leaf, or, type PlanNode, some } from '../plan.js';
import { parsePattern } from '../text-pattern.js';
import type { Bitmap } from './bitmap.js';
import type { DeviceSlots } from './device-slots.js';
import type { DeviceTable } from './device-table.js';
import { evaluatePlan, type PlanContext } from './evaluate-plan.js';
import { selectWindow } from './select-window.js';

/** Sorted pages of device lists. */
export class PageQuery {
  readonly #catalogue: FieldCatalogue;
  readonly #slots: DeviceSlots;
  readonly #table: DeviceTable;

  constructor(catalogue: FieldCatalogue, slots: DeviceSlots, table: DeviceTable) {
    this.#catalogue = catalogue;
    this.#slots = slots;
    this.#table = table;
  }

  /** @throws {RmmError} `INVALID_INPUT` for an unknown field, a negative offset or limit, or a search in no text field. */
  page(request: PageRequest, context: PlanContext): Page {
    checkBounds(request);
    const candidates = this.#candidates(request, context);
    const rows = rowsIn(candidates);
    this.#table.scratch.give(candidates);
    const keys = this.#keys(request, rows);
    const ranks = this.#slots.ranks();
    const ties = rows.map((row) => ranks[row] as number);
    const window = selectWindow(keys, ties, request.offset, request.offset + request.limit);
    return { ids: window.map((i) => this.#slots.idAt(rows[i] as number)), total: rows.length };
  }

  #candidates(request: PageRequest, context: PlanContext): Bitmap {
    const within = request.within?.rows() ?? this.#slots.alive;
    const text = request.search?.trim() ?? '';
    if (text === '') return within;
    const pattern = parsePattern(text, { fromStart: false, toEnd: false });
    const asked = (request.searchIn ?? DEFAULT_SEARCH_FIELDS).flatMap((id): PlanNode[] => {
      const field = this.#catalogue.get(id);
      if (field === undefined && request.searchIn === undefined) return [];
      if (field?.type !== 'string' && field?.type !== 'version') {
        throw refused('searchIn', `the field ${id} is no text field of the catalogue; choose another one`);
      }
      const question = leaf(field.id, { is: 'text', pattern });
      const list = listOf(field);
      return [list === undefined ? question : some(list, question)];
    });
    return this.#table.scratch.owned(evaluatePlan(this.#table, or(asked), context)).and(within);
  }

  /** Ascending keys: negated for a descending order, infinite where the field is empty. */
  #keys(request: PageRequest, rows: Uint32Array): Float64Array {
    const id = request.sortBy ?? DEFAULT_SORT_FIELD;
    const field = this.#catalogue.get(id);
    if (field === undefined) throw refused('sortBy', `the field ${id} is unknown; choose one of the field catalogue`);
    const sign = request.dir === 'desc' ? -1 : 1;
    const order = this.#orderOf(field, sign);
    const keys = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const key = order(rows[i] as number) * sign;
      keys[i] = Number.isNaN(key) ? Number.POSITIVE_INFINITY : key;
    }
    return keys;
  }

  #orderOf(field: FieldDef, sign: number): (row: number) => number {
    const name = listOf(field);
    if (name === undefined) return this.#table.column(field.id)?.order() ?? (() => Number.NaN);
    const list = this.#table.list(name);
    const order = list?.records.column(field.id)?.order();
    if (list === undefined || order === undefined) return () => Number.NaN;
    return (row) => {
      const places = list
        .recordsOf(row)
        .map(order)
        .filter((place) => !Number.isNaN(place));
      if (places.length === 0) return Number.NaN;
      return places.reduce((best, place) => (place * sign < best * sign ? place : best));
    };
  }
}

function rowsIn(bitmap: Bitmap): Uint32Array {
  const rows = new Uint32Array(bitmap.count());
  let filled = 0;
  bitmap.forEach((row) => {
    rows[filled++] = row;
  });
  return rows;
}

function listOf(field: FieldDef): string | undefined {
  return field.list ?? (field.multi === true ? field.id : undefined);
}

function checkBounds({ offset, limit }: PageRequest): void {
  for (const [name, value] of Object.entries({ offset, limit })) {
    if (!Number.isSafeInteger(value) || value < 0) throw refused(name, `${name} must be a whole number from 0 on`);
  }
}

function refused(member: string, message: string): RmmError {
  return new RmmError('INVALID_INPUT', `The page cannot be listed: ${message}.`, {
    details: { issues: [{ path: `/${member}`, message }] },
  });
}
