import type { ComponentChildren } from 'preact';
import type { Answer } from '../state/client-context.js';
import { Bones, Failed } from './states.js';

interface Props<T> {
  readonly answer: Answer<T>;
  readonly children: (data: T) => ComponentChildren;
  /** While nothing is known yet. */
  readonly waiting?: ComponentChildren;
}

/** Shows an answer, or that it is coming, or why it does not come. An old answer stays when a newer one fails. */
export function Loaded<T>({ answer, children, waiting }: Props<T>) {
  const { data, error, store } = answer;
  if (data !== undefined) return <>{children(data)}</>;
  if (error) return <Failed error={error} retry={() => void store.refresh()} />;
  return <>{waiting ?? <Bones />}</>;
}
