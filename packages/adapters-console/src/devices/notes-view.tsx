import type { Note } from '@rmm/client';
import { useState } from 'preact/hooks';
import type { ViewProps } from '../app/view-props.js';
import { Button, IconButton } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { Content } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { useCan, useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { DeviceLevel } from './device-level.js';
import { NoteBody } from './note-body.js';

/** What technicians wrote down about a device. */
export function NotesView({ params: { deviceId = '' } }: ViewProps) {
  const can = useCan();
  const notes = useQuery('notes.list', { deviceId }, [{ event: 'device.changed', where: { deviceId } }]);
  const manage = can('devices', 'manage');
  const refresh = () => void notes.store.refresh();
  return (
    <DeviceLevel deviceId={deviceId}>
      {() => (
        <Content narrow>
          <div class="stack gap-5">
            {manage && <NewNote deviceId={deviceId} onAdded={refresh} />}
            <Loaded answer={notes}>
              {({ items }) =>
                items.length === 0 ? (
                  <Empty icon="note" title="No notes yet" compact>
                    Notes stay with the device, also when it moves to another Profile.
                  </Empty>
                ) : (
                  <section class="card">
                    <ul class="list flush-top">
                      {items.map((note) => (
                        <NoteLine key={note.id} note={note} manage={manage} onRemoved={refresh} />
                      ))}
                    </ul>
                  </section>
                )
              }
            </Loaded>
          </div>
        </Content>
      )}
    </DeviceLevel>
  );
}

function NewNote({ deviceId, onAdded }: { readonly deviceId: string; readonly onAdded: () => void }) {
  const client = useClient();
  const [text, setText] = useState('');
  const { run, busy } = useAction(async () => {
    await client.notes.add({ deviceId, text: text.trim() });
    setText('');
    onAdded();
  });
  const submit = () => {
    if (text.trim()) void run();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        class="input"
        aria-label="New note"
        placeholder="What should the next technician know?"
        maxLength={4000}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && submit()}
      />
      <div class="row end">
        <span class="faint wide-only">Ctrl + Enter saves</span>
        <Button type="submit" kind="primary" busy={busy} disabled={!text.trim()}>
          Add note
        </Button>
      </div>
    </form>
  );
}

function NoteLine({ note, manage, onRemoved }: { note: Note; manage: boolean; onRemoved: () => void }) {
  const client = useClient();
  const remove = useAction(async () => {
    const yes = await confirm({
      title: 'Delete this note?',
      body: <p class="muted wrap">“{note.text.slice(0, 200)}”</p>,
      action: 'Delete note',
    });
    if (!yes) return;
    await client.notes.remove({ deviceId: note.deviceId, noteId: note.id });
    toast('The note was deleted.');
    onRemoved();
  });
  return (
    <li class="tall">
      <NoteBody note={note} />
      {manage && (
        <IconButton
          icon="trash"
          size="small"
          label="Delete note"
          busy={remove.busy}
          onClick={() => void remove.run()}
        />
      )}
    </li>
  );
}
