import { ValueStore } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { useSole } from '../state/use-sole.js';
import { useStore } from '../state/use-store.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';

export interface Question {
  readonly title: string;
  /** What will happen, in so many words. */
  readonly body: ComponentChildren;
  /** The verb on the button: “Delete 3 devices”. */
  readonly action: string;
  /** It destroys something. Default true. */
  readonly danger?: boolean;
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void;
}

const asked = new ValueStore<Asked | undefined>(undefined);

/** Asks before something that cannot be taken back; true when the user wants it. */
export function confirm(question: Question): Promise<boolean> {
  asked.getSnapshot()?.answer(false);
  return new Promise((resolve) => {
    asked.set({
      ...question,
      answer: (yes) => {
        asked.set(undefined);
        resolve(yes);
      },
    });
  });
}

/** Where the questions of {@link confirm} appear. */
export function ConfirmHost() {
  const question = useStore(asked);
  const sole = useSole('confirm');
  if (!question || !sole) return null;
  const { title, body, action, danger = true, answer } = question;
  return (
    <Dialog
      title={title}
      onClose={() => answer(false)}
      onSubmit={() => answer(true)}
      buttons={
        <>
          <Button onClick={() => answer(false)}>Cancel</Button>
          <Button type="submit" kind={danger ? 'danger' : 'primary'} autofocus>
            {action}
          </Button>
        </>
      }
    >
      <div class="stack">{body}</div>
    </Dialog>
  );
}
