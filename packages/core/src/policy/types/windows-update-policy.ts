import { Type } from 'typebox';
import { OneOf, Strict } from '../../operation/schema.js';
import type { PolicyTypeDef } from '../policy-type.js';

const flag = (title: string, description: string) => Type.Optional(Type.Boolean({ title, description }));
const address = (title: string, description: string) =>
  Type.Optional(Type.String({ format: 'uri', pattern: '^https?://', maxLength: 2048, title, description }));

const DAYS = ['every-day', 'sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/**
 * How Windows Update works on the device itself (guide, chapter 13, method 2). Each setting is one of Windows' own
 * policies, named in its description.
 */
export const windowsUpdatePolicyType: PolicyTypeDef = {
  name: 'windows-update',
  label: 'Windows Update',
  description: 'How Windows Update works on Windows devices',
  levels: ['system', 'profile'],
  settings: Strict({
    patchPolicy: Type.Optional(
      OneOf(['install', 'download-and-let-user-choose', 'notify', 'disabled'], {
        title: 'Patch policy',
        description: 'What happens to important updates: AUOptions 4, 3 and 2, NoAutoUpdate',
      }),
    ),
    installDay: Type.Optional(
      OneOf(DAYS, { title: 'Install new updates on', description: 'ScheduledInstallDay, in the time of the device' }),
    ),
    installHour: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 23,
        title: 'Install new updates at',
        description: 'Full hour, 0 to 23, in the time of the device: ScheduledInstallTime',
      }),
    ),
    includeRecommended: flag(
      'Give me recommended updates the same way I receive important updates',
      'IncludeRecommendedUpdates',
    ),
    allUsersMayInstall: flag('Allow all users to install updates on the computer', 'ElevateNonAdmins'),
    includeMicrosoftProducts: flag(
      'Give me updates for Microsoft products and check for new optional Microsoft software',
      'AllowMUUpdateService',
    ),
    detailedNotifications: flag(
      'Show me detailed notifications when new Microsoft software is available',
      'EnableFeaturedSoftware',
    ),
    noRestartWithLoggedOnUsers: flag(
      'No auto-restart with logged on users for scheduled automatic updates installations',
      'Users are told of the restart and decide when; otherwise the device restarts after 5 minutes: NoAutoRebootWithLoggedOnUsers',
    ),
    restartPromptMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        title: 'Re-prompt for restart with scheduled installations',
        description: 'Minutes until the user is asked again: RebootRelaunchTimeout',
      }),
    ),
    restartDelayMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 30,
        title: 'Delay restart for scheduled installations',
        description: 'Minutes between installation and restart; 15 where nothing is set: RebootWarningTimeout',
      }),
    ),
    wsusServer: address('WSUS server', 'Address of the update service in place of Microsoft’s: WUServer'),
    wsusStatusServer: address(
      'WSUS statistics server',
      'Where devices report; mostly the same address: WUStatusServer',
    ),
    clientSideTargeting: flag(
      'Enable client-side targeting',
      'The device tells the WSUS server its groups: TargetGroupEnabled',
    ),
    targetGroups: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: '^[^;]*$' }), {
        maxItems: 50,
        uniqueItems: true,
        title: 'Target groups',
        description: 'The groups of the WSUS server that the device belongs to: TargetGroup',
      }),
    ),
  }),
};
