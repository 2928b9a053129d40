import { Type } from 'typebox';
import { OneOf, Strict } from '../../operation/schema.js';
import type { PolicyTypeDef } from '../policy-type.js';

const flag = (title: string, description: string) => Type.Optional(Type.Boolean({ title, description }));

/** What the agent shows to the user and takes from the server (guide, chapter 8, *Agent*). */
export const agentPolicyType: PolicyTypeDef = {
  name: 'agent',
  label: 'Agent',
  description: 'What the agent shows to the user of the device, and what it takes from the server',
  settings: Strict({
    serviceOnly: flag('Install service only', 'Hide the tray icon, so that the user cannot open the settings'),
    privacyMode: flag('Active privacy mode', 'Remote access to the desktop needs the consent of the user'),
    disableSettings: flag('Disable settings', 'The user cannot open the context menu of the agent'),
    disableAudits: flag('Disable audits', 'The device is not audited, neither by itself nor on demand'),
    disableIncomingJobs: flag('Disable incoming jobs', 'The agent refuses the jobs that are sent to it'),
    disableIncomingSupport: flag('Disable incoming support', 'Nobody gets remote access to the device'),
    browserMode: Type.Optional(
      OneOf(['disabled', 'user', 'administrator'], {
        title: 'Agent browser mode',
        description:
          'user: without the support window, hence without administrator mode. administrator: all of the agent',
      }),
    ),
  }),
};
