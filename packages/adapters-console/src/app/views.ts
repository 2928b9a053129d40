import type { ComponentType } from 'preact';
import { matchRoute, type Params } from '../router/match-route.js';
import type { ViewProps } from './view-props.js';

type Loader = () => Promise<ComponentType<ViewProps>>;

/** Every view by its address, loaded when it is first shown, and the area that its readers may see. */
const VIEWS: readonly (readonly [pattern: string, load: Loader, permission?: string])[] = [
  ['/', () => import('../system/dashboard-view.js').then((m) => m.DashboardView), 'system'],
  ['/system/devices', () => import('../system/system-devices-view.js').then((m) => m.SystemDevicesView), 'devices'],
  ['/system/suspended', () => import('../system/suspended-view.js').then((m) => m.SuspendedView), 'devices'],
  [
    '/system/policies',
    () => import('../policies/system-policies-view.js').then((m) => m.SystemPoliciesView),
    'policies',
  ],
  [
    '/system/settings',
    () => import('../system/system-settings-view.js').then((m) => m.SystemSettingsView),
    'system.settings',
  ],
  ['/profiles', () => import('../profiles/profiles-view.js').then((m) => m.ProfilesView), 'profiles'],
  [
    '/profiles/:profileId',
    () => import('../profiles/profile-summary-view.js').then((m) => m.ProfileSummaryView),
    'profiles',
  ],
  [
    '/profiles/:profileId/devices',
    () => import('../profiles/profile-devices-view.js').then((m) => m.ProfileDevicesView),
    'devices',
  ],
  [
    '/profiles/:profileId/policies',
    () => import('../policies/profile-policies-view.js').then((m) => m.ProfilePoliciesView),
    'policies',
  ],
  [
    '/profiles/:profileId/settings',
    () => import('../profiles/profile-settings-view.js').then((m) => m.ProfileSettingsView),
    'profiles.settings',
  ],
  ['/devices/:deviceId', () => import('../devices/device-summary-view.js').then((m) => m.DeviceSummaryView), 'devices'],
  ['/devices/:deviceId/audit', () => import('../devices/audit-view.js').then((m) => m.AuditView), 'audits'],
  ['/devices/:deviceId/jobs', () => import('../devices/device-jobs-view.js').then((m) => m.DeviceJobsView), 'jobs'],
  ['/devices/:deviceId/notes', () => import('../devices/notes-view.js').then((m) => m.NotesView), 'devices'],
  [
    '/devices/:deviceId/policies',
    () => import('../policies/device/device-policies-view.js').then((m) => m.DevicePoliciesView),
    'policies',
  ],
  ['/policies/:policyId', () => import('../policies/editor/policy-view.js').then((m) => m.PolicyView), 'policies'],
  ['/filters/:filterId', () => import('../filters/filter-view.js').then((m) => m.FilterView), 'filters'],
  ['/components', () => import('../component-store/components-view.js').then((m) => m.ComponentsView), 'components'],
  [
    '/components/:componentId',
    () => import('../component-store/component-view.js').then((m) => m.ComponentView),
    'components',
  ],
  ['/jobs', () => import('../jobs/jobs-view.js').then((m) => m.JobsView), 'jobs'],
  ['/jobs/:jobId', () => import('../jobs/job-view.js').then((m) => m.JobView), 'jobs'],
  ['/account', () => import('../account/me-view.js').then((m) => m.MeView)],
  ['/account/users', () => import('../account/users-view.js').then((m) => m.UsersView), 'accountadmin'],
  ['/account/roles', () => import('../account/roles-view.js').then((m) => m.RolesView), 'accountadmin'],
  ['/account/roles/:roleId', () => import('../account/role-view.js').then((m) => m.RoleView), 'accountadmin'],
  ['/account/explain', () => import('../account/explain-view.js').then((m) => m.ExplainView), 'accountadmin'],
  ['/account/activity', () => import('../account/activity-view.js').then((m) => m.ActivityView), 'account.activity'],
];

export interface Found {
  readonly pattern: string;
  readonly params: Params;
  readonly load: Loader;
  /** An area, or `accountadmin`; absent: for everyone signed in. */
  readonly permission?: string;
}

/** The view at a path. */
export function findView(path: string): Found | undefined {
  for (const [pattern, load, permission] of VIEWS) {
    const params = matchRoute(pattern, path);
    if (params) return { pattern, params, load, ...(permission && { permission }) };
  }
  return undefined;
}

const loaded = new Map<string, ComponentType<ViewProps>>();

/** The view's code if it is here already. */
export function loadedView(pattern: string): ComponentType<ViewProps> | undefined {
  return loaded.get(pattern);
}

/** Fetches the view's code. */
export async function loadView({ pattern, load }: Pick<Found, 'pattern' | 'load'>): Promise<void> {
  if (!loaded.has(pattern)) loaded.set(pattern, await load());
}

/** Fetches the code of all views while nothing else is to do, so that each opens at once. */
export async function warmUp(): Promise<void> {
  for (const [pattern, load] of VIEWS) await loadView({ pattern, load }).catch(() => undefined);
}
