import type { PermissionDef } from '../plugin/plugin.js';

/** The areas of the product that a role may see or manage (guide, chapter 14). */
export const CORE_PERMISSIONS: readonly PermissionDef[] = [
  { name: 'system', label: 'System', description: 'Dashboard and settings of the System' },
  { name: 'profiles', label: 'Profiles', description: 'Profiles, their settings and variables, enrolment of devices' },
  { name: 'devices', label: 'Devices', description: 'Device lists and summaries, notes, tags, move, delete' },
  { name: 'groups', label: 'Groups', description: 'Device groups and Profile groups' },
  { name: 'filters', label: 'Filters', description: 'Filters of the System and of Profiles' },
  { name: 'audits', label: 'Audit', description: 'Hardware, software and change log of devices' },
  { name: 'components', label: 'Components', description: 'The component store' },
  { name: 'jobs', label: 'Jobs', description: 'Run, watch and cancel jobs' },
  { name: 'account', label: 'Account', description: 'Users, roles and the activity log' },
];

export const ACCOUNTADMIN = 'accountadmin';
