import type { OutputOf } from '@rmm/client';
import { useState } from 'preact/hooks';
import { download } from '../format/download.js';
import { formatTime } from '../format/time.js';
import { formatNumber, plural } from '../format/words.js';
import { IconButton } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { useDesk } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { type Action, useAction } from '../state/use-action.js';
import { exportLog } from './activity-log.js';

const PART = 5000;

interface Result {
  readonly verified: OutputOf<'activity.verify'>;
  readonly seal: OutputOf<'activity.export'>['seal'];
}

export interface Proof {
  readonly result: Result | undefined;
  readonly verify: Action<[]>;
  readonly save: Action<[]>;
  /** Entries so far, while an export runs. */
  readonly exported: number | undefined;
  readonly dismiss: () => void;
}

/** Checks the log, and takes it away to be checked elsewhere. */
export function useProof(): Proof {
  const { client, session } = useDesk();
  const [result, setResult] = useState<Result | undefined>(undefined);
  const [exported, setExported] = useState<number | undefined>(undefined);
  const verify = useAction(async () => {
    const verified = await client.activity.verify();
    const { seal } = await client.activity.export({ after: verified.entries, limit: 1 });
    setResult({ verified, seal });
  });
  const save = useAction(async () => {
    setExported(0);
    try {
      const text = await exportLog((after) => client.activity.export({ after, limit: PART }), setExported);
      const day = new Date().toISOString().slice(0, 10);
      download(`activity ${session.system.name} ${day}.jsonl`, 'application/jsonl', text);
      toast('The activity log was downloaded, with its seal in the last line.');
    } finally {
      setExported(undefined);
    }
  });
  return { result, verify, save, exported, dismiss: () => setResult(undefined) };
}

/** What the check found. */
export function ActivityProof({ proof: { result, dismiss } }: { readonly proof: Proof }) {
  if (!result) return null;
  const { intact, entries, pending, fault } = result.verified;
  return (
    <div class={`notice flat proof ${intact ? 'good' : 'bad'}`} role="status">
      <Icon name={intact ? 'shield' : 'warning'} />
      <span class="grow">
        {intact ? (
          <>
            <strong>{plural(entries, 'entry', 'entries')} intact</strong>
            {result.seal && `, sealed to #${formatNumber(result.seal.sequence)} at ${formatTime(result.seal.at)}`}
            {pending > 0 && `; ${formatNumber(pending)} newer not sealed yet`}
          </>
        ) : (
          <>
            <strong>The log was tampered with</strong>
            {fault && ` at #${formatNumber(fault.sequence)}: ${fault.reason}`}
          </>
        )}
      </span>
      <IconButton icon="close" label="Close the result" size="small" onClick={dismiss} />
    </div>
  );
}
