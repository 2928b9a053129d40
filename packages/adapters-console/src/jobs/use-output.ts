import type { ExecutionDetail, RmmError } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { useClient, useQuery } from '../state/client-context.js';
import { addPiece, type OutputText, wholeText } from './output-text.js';

export interface Output {
  readonly execution: ExecutionDetail | undefined;
  readonly error: RmmError | undefined;
  readonly retry: () => void;
  readonly stdout: string;
  readonly stderr: string;
}

type Streams = Readonly<Record<'stdout' | 'stderr', OutputText>>;

/** An execution and its output, which grows as the script prints. */
export function useOutput(executionId: string): Output {
  const { live } = useClient();
  const { data, error, store } = useQuery('executions.get', { executionId }, [
    { event: 'execution.changed', where: { executionId } },
  ]);
  const [streams, setStreams] = useState<Streams | undefined>(undefined);
  const known = data?.id === executionId ? data : undefined;
  useEffect(() => {
    setStreams(known && { stdout: wholeText(known.stdout), stderr: wholeText(known.stderr) });
  }, [known]);
  useEffect(
    () =>
      live.on('execution.output', ({ data: piece }) => {
        if (piece.executionId !== executionId) return;
        const { stream, offset, text } = piece;
        setStreams((now) => now && { ...now, [stream]: addPiece(now[stream], offset, text) });
      }),
    [live, executionId],
  );
  return {
    execution: known,
    error,
    retry: () => void store.refresh(),
    stdout: streams?.stdout.text ?? known?.stdout ?? '',
    stderr: streams?.stderr.text ?? known?.stderr ?? '',
  };
}
