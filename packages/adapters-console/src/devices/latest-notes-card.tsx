import { Loaded } from '../parts/loaded.js';
import { Link } from '../router/link.js';
import { useCan, useQuery } from '../state/client-context.js';
import { NoteBody } from './note-body.js';

export function LatestNotesCard({ deviceId }: { readonly deviceId: string }) {
  const notes = useQuery('notes.list', { deviceId }, [{ event: 'device.changed', where: { deviceId } }]);
  const manage = useCan()('devices', 'manage');
  return (
    <section class="card">
      <header>
        <h2>Notes</h2>
        <Link to={`/devices/${deviceId}/notes`} class="button ghost small">
          {notes.data?.items.length === 0 && manage ? 'Add' : 'All'}
        </Link>
      </header>
      <Loaded answer={notes} waiting={<div class="inner" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="inner muted">No notes yet.{manage && ' Write down what the next technician should know.'}</p>
          ) : (
            <ul class="list">
              {items.slice(0, 3).map((note) => (
                <li key={note.id} class="tall">
                  <NoteBody note={note} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
