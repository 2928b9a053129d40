import { definePlugin, type PolicyTypeDef } from '@rmm/core';
import { Type } from 'typebox';

/** Start page and extensions of Chromium and the browsers made from it. */
const browserPolicy: PolicyTypeDef = {
  name: 'browser',
  label: 'Browser',
  description: 'Start page and extensions of Chromium',
  // Every field is optional: a policy decides only what it sets. Titles and descriptions make the editor in the console.
  settings: Type.Object(
    {
      startPage: Type.Optional(Type.String({ format: 'uri', title: 'Start page', maxLength: 2048 })),
      incognito: Type.Optional(
        Type.String({
          enum: ['available', 'disabled', 'forced'],
          title: 'Incognito mode',
          description: 'Windows without history',
        }),
      ),
      extensions: Type.Optional(
        Type.Array(Type.String({ pattern: '^[a-p]{32}$' }), {
          title: 'Extensions',
          description: 'Ids of extensions that are installed and stay so',
          maxItems: 100,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  // The extensions of all policies add up; of the other fields the policy decides that comes first.
  merge: { extensions: 'collect' },
};

/** Give it to `createRmm({ plugins: [browserPlugin] })`: policies of the type can be made, pushed and explained. */
export const browserPlugin = definePlugin({
  id: 'browser-policy',
  compat: '^0.1.0',
  policyTypes: [browserPolicy],
  setup: () => ({}),
});
