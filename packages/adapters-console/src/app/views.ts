import type { ComponentType } from 'preact';
import { matchRoute, type Params } from '../router/match-route.js';
import type { ViewProps } from './view-props.js';

type Loader = () => Promise<ComponentType<ViewProps>>;

/** Every view by its address; each is loaded when it is first shown. */
const VIEWS: readonly (readonly [pattern: string, load: Loader])[] = [
  ['/', () => import('../system/dashboard-view.js').then((m) => m.DashboardView)],
  ['/system/devices', () => import('../system/system-devices-view.js').then((m) => m.SystemDevicesView)],
  ['/system/suspended', () => import('../system/suspended-view.js').then((m) => m.SuspendedView)],
  ['/system/settings', () => import('../system/system-settings-view.js').then((m) => m.SystemSettingsView)],
  ['/profiles', () => import('../profiles/profiles-view.js').then((m) => m.ProfilesView)],
  ['/profiles/:profileId', () => import('../profiles/profile-summary-view.js').then((m) => m.ProfileSummaryView)],
  [
    '/profiles/:profileId/devices',
    () => import('../profiles/profile-devices-view.js').then((m) => m.ProfileDevicesView),
  ],
  [
    '/profiles/:profileId/settings',
    () => import('../profiles/profile-settings-view.js').then((m) => m.ProfileSettingsView),
  ],
  ['/devices/:deviceId', () => import('../devices/device-summary-view.js').then((m) => m.DeviceSummaryView)],
  ['/devices/:deviceId/audit', () => import('../devices/audit-view.js').then((m) => m.AuditView)],
  ['/devices/:deviceId/jobs', () => import('../devices/device-jobs-view.js').then((m) => m.DeviceJobsView)],
  ['/devices/:deviceId/notes', () => import('../devices/notes-view.js').then((m) => m.NotesView)],
  ['/filters/:filterId', () => import('../filters/filter-view.js').then((m) => m.FilterView)],
  ['/components', () => import('../component-store/components-view.js').then((m) => m.ComponentsView)],
  ['/components/:componentId', () => import('../component-store/component-view.js').then((m) => m.ComponentView)],
  ['/jobs', () => import('../jobs/jobs-view.js').then((m) => m.JobsView)],
  ['/jobs/:jobId', () => import('../jobs/job-view.js').then((m) => m.JobView)],
  ['/account', () => import('../account/me-view.js').then((m) => m.MeView)],
  ['/account/users', () => import('../account/users-view.js').then((m) => m.UsersView)],
  ['/account/roles', () => import('../account/roles-view.js').then((m) => m.RolesView)],
  ['/account/activity', () => import('../account/activity-view.js').then((m) => m.ActivityView)],
];

export interface Found {
  readonly pattern: string;
  readonly params: Params;
  readonly load: Loader;
}

/** The view at a path. */
export function findView(path: string): Found | undefined {
  for (const [pattern, load] of VIEWS) {
    const params = matchRoute(pattern, path);
    if (params) return { pattern, params, load };
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
