import { RmmError } from '@rmm/protocol';
import type { Presence } from '../agent/presence.js';
import { auditFacts, sectionOf } from '../filter/audit-facts.js';
import { deviceFacts } from '../filter/device-facts.js';
import type { FactService } from '../filter/fact-service.js';
import { type FactRecord, type Facts, recordKey } from '../filter/facts.js';
import type { FieldDef } from '../filter/field-def.js';
import { readAudits, readSurroundings } from '../filter/read-devices.js';
import { suggestField } from '../filter/suggest-field.js';
import type { OperationContext } from '../operation/operation.js';
import { toCsv } from './csv.js';
import { type Listing, listDevices, rowsInOrder } from './device-listing.js';
import { lastSeen } from './device-view.js';
import { favouriteDevices } from './favourites.js';
import { isoTime } from './iso-time.js';

/** The columns of the device list. */
const DEFAULT_COLUMNS = [
  'device.hostname',
  'device.description',
  'profile.name',
  'status.online',
  'device.type',
  'os.name',
  'network.ip',
  'network.externalIp',
  'device.lastUser',
  'hardware.manufacturer',
  'hardware.model',
  'device.serial',
  'agent.version',
  'device.lastSeen',
  'device.lastAudit',
  'device.tags',
];
const CHUNK = 200;
/** Beyond it a number is no date (ECMAScript: time values). */
const LAST_DATE = 8_640_000_000_000_000;
const ALL = 2 ** 31;

/** All devices of a listing as CSV. @throws RmmError `INVALID_INPUT` for an unknown column */
export async function exportDevices(
  facts: FactService,
  presence: Presence,
  context: OperationContext,
  { columns = DEFAULT_COLUMNS, ...listing }: Listing & { readonly columns?: readonly string[] },
): Promise<{ filename: string; mediaType: string; text: string }> {
  const fields = columns.map((id, i) => columnField(facts, id, i));
  const { ids } = await listDevices(facts, context, listing, 0, ALL);
  const rows: string[][] = [fields.map(({ label, unit }) => (unit ? `${label} (${unit})` : label))];
  for (let from = 0; from < ids.length; from += CHUNK) {
    const chunk = ids.slice(from, from + CHUNK);
    for (const known of await knownOf(facts, presence, context, chunk, fields)) {
      rows.push(fields.map((field) => cell(field, known)));
    }
  }
  return {
    filename: `devices-${new Date(context.now).toISOString().slice(0, 10)}.csv`,
    mediaType: 'text/csv; charset=utf-8',
    text: toCsv(rows),
  };
}

function columnField(facts: FactService, id: string, position: number): FieldDef {
  const field = facts.catalogue.get(id);
  if (field) return field;
  const near = suggestField(facts.catalogue, id);
  const message = `there is no field "${id}"; ${near ? `did you mean ${near}?` : 'fields.list names them'}`;
  throw new RmmError('INVALID_INPUT', `columns: ${message}`, {
    details: { issues: [{ path: `/columns/${position}`, message }] },
  });
}

/** What is stored of devices, in the order of the ids. Audits are only read for columns that need them. */
async function knownOf(
  facts: FactService,
  presence: Presence,
  { data, systemId, actor }: OperationContext,
  ids: readonly string[],
  fields: readonly FieldDef[],
): Promise<readonly Facts[]> {
  const rows = await rowsInOrder(data, ids);
  const surroundings = await readSurroundings(data, rows);
  const sections = new Set(fields.map(({ id }) => sectionOf(id)).filter((name) => name !== undefined));
  const audits = await readAudits(data, ids, [...sections]);
  const favourites = await favouriteDevices(data, actor, ids);
  const ofPlugins = await facts.pluginFacts(data, ids);
  return rows.map((row) => {
    const own = deviceFacts({ row, ...surroundings(row), lastSeen: lastSeen(presence, systemId, row) });
    return {
      ...auditFacts(audits.get(row.id) ?? {}),
      ...own,
      'device.favourite': favourites.has(row.id),
      ...ofPlugins.get(row.id),
    };
  });
}

function cell(field: FieldDef, known: Facts): string {
  const { list } = field;
  if (list === undefined)
    return [known[field.id]]
      .flat()
      .map((value) => text(field, value))
      .filter(Boolean)
      .join('; ');
  const records = (known[list] ?? []) as readonly FactRecord[];
  return records.map((record) => text(field, record[recordKey(field)])).join('; ');
}

function text({ type }: FieldDef, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (type === 'date' && typeof value === 'number') return Math.abs(value) <= LAST_DATE ? isoTime(value) : '';
  if (type === 'boolean') return value ? 'Yes' : 'No';
  if (type === 'real' && typeof value === 'number') return String(Math.round(value * 100) / 100);
  return String(value);
}
