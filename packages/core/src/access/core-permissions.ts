import type { PermissionDef } from '../plugin/plugin.js';

/**
 * The areas of the product and their tabs (guide, chapter 14): a tab without a level of its own has its area's. ComStore and
 * Reports are areas of the guide that no operation asks for yet.
 */
export const CORE_PERMISSIONS: readonly PermissionDef[] = [
  { name: 'system', label: 'System', description: 'Dashboard of the System' },
  { name: 'system.settings', parent: 'system', label: 'Settings', description: 'Settings and variables of the System' },
  {
    name: 'system.targeting',
    parent: 'system',
    label: 'System-wide targeting',
    description: 'Change policies, filters and groups that hold in all Profiles; their own tab must allow it as well',
  },
  { name: 'profiles', label: 'Profiles', description: 'The list of Profiles and their summaries' },
  {
    name: 'profiles.settings',
    parent: 'profiles',
    label: 'Settings',
    description: 'Settings and variables of Profiles, enrolment of devices',
  },
  {
    name: 'devices',
    parent: 'profiles',
    label: 'Devices',
    description: 'Device lists and summaries, notes, tags, move, delete',
  },
  { name: 'audits', parent: 'profiles', label: 'Audit', description: 'Hardware, software and change log of devices' },
  { name: 'groups', parent: 'profiles', label: 'Groups', description: 'Device groups and Profile groups' },
  { name: 'filters', parent: 'profiles', label: 'Filters', description: 'Filters of the System and of Profiles' },
  { name: 'policies', parent: 'profiles', label: 'Policies', description: 'Policies and what holds on devices' },
  { name: 'components', label: 'Components', description: 'The component list' },
  { name: 'comstore', label: 'ComStore', description: 'Components of others; not in use yet' },
  { name: 'jobs', label: 'Jobs', description: 'Run, watch and cancel jobs' },
  { name: 'reports', label: 'Reports', description: 'Reports; not in use yet' },
  { name: 'account', label: 'Account', description: 'The activity log; users and roles are for accountadmins alone' },
  { name: 'account.activity', parent: 'account', label: 'Activity log', description: 'Who did what, and when' },
];

export const ACCOUNTADMIN = 'accountadmin';
