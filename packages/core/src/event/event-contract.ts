import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Named, Strict, Time } from '../operation/schema.js';

const EventMessageSchema = Strict({
  name: Type.String(),
  at: Time,
  data: Type.Record(Type.String(), Type.Unknown()),
});
/**
 * One event as a listener gets it. `data` is the payload of that event without the System's id. All listeners get the same
 * frozen object.
 */
export interface EventMessage extends Static<typeof EventMessageSchema> {}
export const EventMessage = Named<EventMessage, typeof EventMessageSchema>(EventMessageSchema);

export const eventsContract = {
  subscribe: declare({
    kind: 'stream',
    summary: 'Listen to what happens in the System',
    requires: 'signed-in',
    route: 'GET /events',
    input: Strict({
      /** Event names, or their first part with a star: `job.*`. Default all. */
      names: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
    }),
    output: EventMessage,
  }),
};
export interface EventsApi extends ApiOf<typeof eventsContract> {}
