import { Type } from 'typebox';
import { OneOf, Strict } from '../../operation/schema.js';
import type { PolicyTypeDef } from '../policy-type.js';

/** The longest that Windows and macOS take, minutes. */
const DAY = 1440;

const minutes = (title: string, supply: 'plugged in' | 'on battery') =>
  Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: DAY,
      title: `${title}, ${supply}`,
      description: `Minutes without use, ${supply}; 0 is never`,
    }),
  );

const action = (title: string) =>
  Type.Optional(
    OneOf(['nothing', 'turn-off-display', 'sleep', 'hibernate', 'shut-down'], {
      title,
      description: 'What the device does then, as far as it can',
    }),
  );

/** The power saving of devices that support it (guide, chapter 8, *Power*). */
export const powerPolicyType: PolicyTypeDef = {
  name: 'power',
  label: 'Power',
  description: 'Power saving of devices that support it',
  settings: Strict({
    plan: Type.Optional(
      OneOf(['balanced', 'high-performance', 'power-saver'], {
        title: 'Power plan',
        description: 'The plan of the operating system; the settings below change it',
      }),
    ),
    displayOffMinutesPluggedIn: minutes('Turn off display', 'plugged in'),
    displayOffMinutesOnBattery: minutes('Turn off display', 'on battery'),
    diskOffMinutesPluggedIn: minutes('Turn off hard disks', 'plugged in'),
    diskOffMinutesOnBattery: minutes('Turn off hard disks', 'on battery'),
    sleepMinutesPluggedIn: minutes('Sleep', 'plugged in'),
    sleepMinutesOnBattery: minutes('Sleep', 'on battery'),
    hibernateMinutesPluggedIn: minutes('Hibernate', 'plugged in'),
    hibernateMinutesOnBattery: minutes('Hibernate', 'on battery'),
    powerButton: action('Power button'),
    lidClosed: action('Lid closed'),
    allowWakeTimers: Type.Optional(
      Type.Boolean({ title: 'Allow wake timers', description: 'Planned tasks may wake the device' }),
    ),
  }),
};
