import { type Static, Type } from 'typebox';
import { Id, Name, OneOf, Strict, Text } from '../../operation/schema.js';
import type { NamedInSettings, PolicyTypeDef } from '../policy-type.js';

/** The guide's eleven kinds of monitors (chapter 9). */
export const MONITOR_KINDS = [
  'online-status',
  'cpu',
  'memory',
  'component',
  'process',
  'service',
  'event-log',
  'software',
  'security-center',
  'disk-usage',
  'file-size',
] as const;

export const ALERT_PRIORITIES = ['critical', 'high', 'moderate', 'low', 'information'] as const;

const Email = Type.String({ format: 'email', maxLength: 254 });
const optional = (title: string, description: string) => Type.Optional(Type.Boolean({ title, description }));

const Alert = Strict(
  {
    priority: OneOf(ALERT_PRIORITIES, { title: 'Priority' }),
    autoResolveMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 43_200,
        title: 'Auto-resolution',
        description:
          'Minutes without the condition after which the alert counts as resolved; by hand where nothing is set',
      }),
    ),
  },
  { title: 'Alert details' },
);

const Ticket = Strict(
  {
    assignee: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, title: 'Assignee', description: 'Id of a user' }),
    ),
    notify: optional('Ticket e-mail notification', 'Tells the assignee by e-mail'),
  },
  { title: 'Create support ticket' },
);

const Response = Strict(
  {
    componentId: Type.Optional(
      Type.String({ ...Id, title: 'Run the following component', description: 'Id of a component' }),
    ),
    emailRecipients: Type.Optional(
      Type.Array(Email, { maxItems: 50, uniqueItems: true, title: 'E-mail the following recipients' }),
    ),
    emailSubject: Type.Optional(Type.String({ maxLength: 255, title: 'Subject of the e-mail' })),
    emailText: Type.Optional(Type.String({ ...Text, title: 'Text of the e-mail' })),
    defaultRecipients: optional('Default recipients', 'Also to the recipients of the Profile and of the System'),
    createTicket: Type.Optional(Ticket),
  },
  { title: 'Response details' },
);

const Monitor = Strict({
  /** Names the monitor over all policies: of two with the same id the first one counts. */
  id: Type.String({
    ...Id,
    title: 'Id',
    description: 'Of monitors with the same id the policy that comes first decides',
  }),
  kind: OneOf(MONITOR_KINDS, { title: 'Monitor type' }),
  name: Type.String({ ...Name, title: 'Name' }),
  details: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
    title: 'Trigger details',
    description: 'Limits and names that belong to the kind of monitor',
  }),
  alert: Alert,
  response: Type.Optional(Response),
});

type Monitor = Static<typeof Monitor>;

/** The component that a monitor runs, and the one that it answers with. */
function componentsOf({ kind, details, response }: Monitor, at: number): NamedInSettings[] {
  const named = { response: response?.componentId, details: kind === 'component' ? details.componentId : undefined };
  return Object.entries(named).flatMap(([part, id]) =>
    typeof id === 'string' ? [{ kind: 'components', id, path: `/monitors/${at}/${part}/componentId` }] : [],
  );
}

/** What devices watch by themselves (guide, chapters 8 and 9). The monitors of all policies add up. */
export const monitoringPolicyType: PolicyTypeDef = {
  name: 'monitoring',
  label: 'Monitoring',
  description: 'Monitors that watch the device and raise alerts',
  settings: Strict({
    monitors: Type.Optional(
      Type.Array(Monitor, { maxItems: 200, title: 'Monitors', description: 'The monitors of all policies add up' }),
    ),
  }),
  merge: { monitors: 'collect' },
  names: ({ monitors = [] }) => (monitors as readonly Monitor[]).flatMap(componentsOf),
  suspendable: 'monitors',
};
