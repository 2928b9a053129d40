import type { VersionScheme } from './version/version-scheme.js';

/** What kind of value a field holds, which decides the conditions that suit it. Dates are epoch milliseconds. */
export type FieldType = 'string' | 'integer' | 'real' | 'boolean' | 'date' | 'version';

/** The headings of the guide's field list, in its order; plugins add their own. */
export const FIELD_GROUPS = [
  'Device Status',
  'Device Role',
  'Software Version',
  'Hardware',
  'Device ID',
  'Other status',
] as const;

/** A heading under which a field editor lists the field: one of {@link FIELD_GROUPS} or a plugin's own. */
export type FieldGroup = (typeof FIELD_GROUPS)[number] | (string & {});

/** A declared field of a device: something that a filter can ask about and a device list can show or sort by. */
export interface FieldDef {
  /** Dotted lowerCamelCase with at least two parts: `os.name`, `backup.lastRun`. */
  readonly id: string;
  /** For people. */
  readonly label: string;
  readonly group: FieldGroup;
  readonly type: FieldType;
  /** The device holds any number of values, as with IP addresses. Not for booleans. */
  readonly multi?: boolean;
  /**
   * The field belongs to the records of this list: `software.name` and `software.version` belong to `software`, so that
   * a correlated criterion can ask for both of the same package. The id is `<list>.<key in the record>`.
   */
  readonly list?: string;
  /** The usual values of a string field, for editors; other values are legal. */
  readonly choices?: readonly string[];
  /** For people: `GB`, `%`. */
  readonly unit?: string;
  /** How versions of this field are ordered unless the criterion or the record says otherwise. Default `generic`. */
  readonly scheme?: VersionScheme;
  /**
   * `favourites`: no fact of the device but whether the asking user marked it; a boolean, given with each evaluation.
   * Default `facts`.
   */
  readonly source?: 'facts' | 'favourites';
}
