import type { Note } from '@rmm/client';
import { initials } from '../format/words.js';
import { Ago } from '../parts/bits.js';

export function NoteBody({ note }: { readonly note: Note }) {
  return (
    <>
      <span class="avatar" aria-hidden="true">
        {initials(note.author)}
      </span>
      <div class="grow">
        <div class="row">
          <span class="strong-ish">{note.author}</span>
          <span class="faint">
            <Ago at={note.createdAt} />
          </span>
        </div>
        <p class="note-text wrap">{note.text}</p>
      </div>
    </>
  );
}
