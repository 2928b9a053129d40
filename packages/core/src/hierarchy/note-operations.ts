import type { Static } from 'typebox';
import { directoryRef } from '../access/directory.js';
import { implement, type Operation } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { type NoteView, notesContract } from './device-contract.js';
import { type NoteRow, noteModel } from './hierarchy-models.js';
import { isoTime } from './iso-time.js';
import { notFound } from './not-found.js';

/** Notes about devices, suspended ones included. */
export function noteOperations(plugin: PluginContext): readonly Operation[] {
  return implement('notes', notesContract, {
    list: async ({ data }, { deviceId }) => {
      const rows = await data.find(noteModel, { match: { deviceId }, order: [{ field: 'id', dir: 'desc' }] });
      return { items: rows.map(view) };
    },
    add: async (context, { deviceId, text }) => {
      const author = await plugin.use(directoryRef).nameOf(context.actor);
      const row: NoteRow = { id: plugin.ids.next(), deviceId, author, createdAt: context.now, text };
      await context.data.insert(noteModel, row);
      context.emit('device.changed', { deviceId });
      return view(row);
    },
    remove: async (context, { deviceId, noteId }) => {
      const removed = await context.data.remove(noteModel, { id: noteId, deviceId });
      if (removed === 0) throw notFound('note', noteId);
      context.emit('device.changed', { deviceId });
      return {};
    },
  });
}

function view({ id, deviceId, author, createdAt, text }: NoteRow): Static<typeof NoteView> {
  return { id, deviceId, author, createdAt: isoTime(createdAt), text };
}
