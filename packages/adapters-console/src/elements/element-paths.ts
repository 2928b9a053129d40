import type { ElementName } from './element-types.js';

/** Reads an attribute of the element; undefined when it is absent or empty. */
export type Attribute = (name: string) => string | undefined;

export interface ElementView {
  /** Attributes that decide where the view begins. */
  readonly attributes: readonly string[];
  /** Where the view begins; undefined while a needed attribute is missing. */
  readonly path: (attribute: Attribute) => string | undefined;
}

const at = (path: string): ElementView => ({ attributes: [], path: () => path });

/** One thing by its id: `<rmm-job job="…">`. */
const one = (name: string, base: string): ElementView => ({
  attributes: [name],
  path: (attribute) => below(base, attribute(name)),
});

const below = (base: string, id: string | undefined, rest = '') =>
  id === undefined ? undefined : `${base}/${encodeURIComponent(id)}${rest}`;

const DEVICE_TABS = ['audit', 'jobs', 'policies', 'notes'];

/** Where the view of each element begins. */
export const ELEMENT_VIEWS: Readonly<Record<ElementName, ElementView>> = {
  'rmm-dashboard': {
    attributes: ['profile'],
    path: (attribute) => below('/profiles', attribute('profile')) ?? '/',
  },
  'rmm-device-list': {
    attributes: ['profile', 'filter', 'group', 'search'],
    path: (attribute) => {
      const query = new URLSearchParams();
      for (const [name, key] of [
        ['filter', 'filter'],
        ['group', 'group'],
        ['search', 'q'],
      ] as const) {
        const value = attribute(name);
        if (value) query.set(key, value);
      }
      const path = below('/profiles', attribute('profile'), '/devices') ?? '/system/devices';
      return query.size > 0 ? `${path}?${query}` : path;
    },
  },
  'rmm-device': {
    attributes: ['device', 'tab'],
    path: (attribute) => {
      const tab = attribute('tab') ?? '';
      return below('/devices', attribute('device'), DEVICE_TABS.includes(tab) ? `/${tab}` : '');
    },
  },
  'rmm-profile-list': at('/profiles'),
  'rmm-profile-settings': {
    attributes: ['profile'],
    path: (attribute) => below('/profiles', attribute('profile'), '/settings'),
  },
  'rmm-filter-editor': {
    attributes: ['filter', 'profile'],
    path: (attribute) => {
      const profile = attribute('profile');
      const fresh = `/filters/new${profile ? `?profile=${encodeURIComponent(profile)}` : ''}`;
      return below('/filters', attribute('filter')) ?? fresh;
    },
  },
  'rmm-policies': {
    attributes: ['profile', 'device'],
    path: (attribute) =>
      below('/devices', attribute('device'), '/policies') ??
      below('/profiles', attribute('profile'), '/policies') ??
      '/system/policies',
  },
  'rmm-policy': one('policy', '/policies'),
  'rmm-job-list': at('/jobs'),
  'rmm-job': one('job', '/jobs'),
  'rmm-component-list': at('/components'),
  'rmm-component': one('component', '/components'),
  'rmm-users': at('/account/users'),
  'rmm-roles': at('/account/roles'),
  'rmm-activity': at('/account/activity'),
};
