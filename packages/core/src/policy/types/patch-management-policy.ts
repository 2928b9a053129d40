import { Type } from 'typebox';
import { OneOf, Strict } from '../../operation/schema.js';
import type { PolicyTypeDef } from '../policy-type.js';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const TEXT_FIELDS = ['title', 'description', 'category', 'kb'] as const;
const NUMBER_FIELDS = ['sizeMegabytes', 'ageDays'] as const;
const FLAG_FIELDS = ['restartNeeded', 'userInputNeeded'] as const;
const SEVERITIES = ['critical', 'important', 'moderate', 'low', 'unspecified'] as const;

const TEXT_CONDITIONS = ['contains', 'notContains', 'beginsWith', 'endsWith', 'equals'] as const;
const NUMBER_CONDITIONS = ['lessThan', 'atMost', 'equals', 'atLeast', 'moreThan'] as const;

/** Which conditions and terms go with which fields. */
const RULES = [
  rule(TEXT_FIELDS, TEXT_CONDITIONS, { type: 'string', minLength: 1, maxLength: 255 }),
  rule(NUMBER_FIELDS, NUMBER_CONDITIONS, { type: 'number', minimum: 0 }),
  rule(['severity'], NUMBER_CONDITIONS, { enum: SEVERITIES }),
  rule(FLAG_FIELDS, ['is'], { type: 'boolean' }),
];

function rule(fields: readonly string[], conditions: readonly string[], term: object) {
  return {
    if: { properties: { field: { enum: fields } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { condition: { enum: conditions }, term } },
  };
}

const Criterion = Strict(
  {
    field: OneOf([...TEXT_FIELDS, ...NUMBER_FIELDS, 'severity', ...FLAG_FIELDS], { title: 'Field' }),
    condition: OneOf([...new Set([...TEXT_CONDITIONS, ...NUMBER_CONDITIONS, 'is' as const])], {
      title: 'Condition',
      description:
        'Texts: contains to equals. Numbers and severity: lessThan to moreThan; critical is the highest. Others: is',
    }),
    term: Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
      title: 'Search term',
      description: `A text, a number, or true or false, as the field is. Severities: ${SEVERITIES.join(', ')}`,
    }),
  },
  { allOf: RULES },
);

/** Automatic installation of patches by what they are (guide, chapter 13, method 3). */
export const patchManagementPolicyType: PolicyTypeDef = {
  name: 'patch-management',
  label: 'Patch Management',
  description: 'Installs the patches that fulfil criteria, in a window of time',
  levels: ['system', 'profile'],
  settings: Strict({
    windowDays: Type.Optional(
      Type.Array(OneOf(DAYS), {
        minItems: 1,
        uniqueItems: true,
        title: 'Window: days',
        description: 'On which days patches are installed',
      }),
    ),
    windowStart: Type.Optional(
      Type.String({
        pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
        title: 'Window: start',
        description: 'HH:MM, in the time of the device',
      }),
    ),
    windowMinutes: Type.Optional(
      Type.Integer({ minimum: 15, maximum: 1440, title: 'Window: duration', description: 'Minutes' }),
    ),
    randomiseStart: Type.Optional(
      Type.Boolean({
        title: 'Randomize the start time to smooth network load',
        description: 'Each device starts at a moment of its own in the first half of the window',
      }),
    ),
    install: Type.Optional(
      OneOf(['all', 'matching'], {
        title: 'Install criteria',
        description: 'all: every patch that is missing. matching: those that fulfil the criteria',
      }),
    ),
    criteria: Type.Optional(
      Strict(
        {
          match: OneOf(['all', 'any'], {
            title: 'Match',
            description: 'Whether all criteria must hold, or one of them',
          }),
          lines: Type.Array(Criterion, { minItems: 1, maxItems: 100, title: 'Criteria' }),
        },
        { title: 'Filter patches by the following criteria', description: 'Counts where Install criteria is matching' },
      ),
    ),
    restart: Type.Optional(
      OneOf(['never', 'ask-user', 'when-needed', 'always'], {
        title: 'Restart',
        description: 'What follows an installation',
      }),
    ),
    restartDelayMinutes: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1440,
        title: 'Restart after',
        description: 'Minutes in which logged on users can save their work',
      }),
    ),
    restartWindowOnly: Type.Optional(
      Type.Boolean({ title: 'Restart only in the window', description: 'Otherwise also after it has closed' }),
    ),
  }),
};
