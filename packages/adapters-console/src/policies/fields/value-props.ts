import { type ComponentType, createContext } from 'preact';
import type { FieldBinding } from '../../parts/field.js';
import type { SettingProblems } from '../model/check-settings.js';
import type { SettingField } from '../model/setting-field.js';

export interface ValueProps<Field extends SettingField = SettingField> {
  readonly field: Field;
  readonly value: unknown;
  /** `undefined`: no longer set. */
  readonly onValue: (value: unknown) => void;
  /** Where the value is in the settings: `/monitors/0`. */
  readonly path: string;
  readonly problems: SettingProblems;
  readonly binding: FieldBinding;
  /** Not set is a choice of its own: another policy decides then. */
  readonly open: boolean;
}

/** The control for any field, for those that hold fields themselves. */
export const AnyInput = createContext<ComponentType<ValueProps> | undefined>(undefined);
