import { Button } from './button.js';

interface Props {
  readonly busy: boolean;
  readonly onDiscard: () => void;
}

/** At the foot of a long form, as long as something in it is not saved. */
export function SaveBar({ busy, onDiscard }: Props) {
  return (
    <div class="save-bar" role="status">
      <span class="grow strong-ish">Not saved yet</span>
      <Button onClick={onDiscard}>Discard</Button>
      <Button type="submit" kind="primary" busy={busy}>
        Save
      </Button>
    </div>
  );
}
