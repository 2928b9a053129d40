import type { ExecutionDetail } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../format/bytes.js';
import { download } from '../format/download.js';
import { formatDuration } from '../format/time.js';
import { Ago, CopyButton } from '../parts/bits.js';
import { IconButton } from '../parts/button.js';
import { Check } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Bones, Failed } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useSeconds } from '../state/use-now.js';
import { isOver, StateBadge } from './job-bits.js';
import { useOutput } from './use-output.js';

interface Props {
  readonly executionId: string;
  /** At the right end of its head. */
  readonly aside?: ComponentChildren;
}

/** One execution: its state and what the script prints, as it prints it. */
export function OutputPane({ executionId, aside }: Props) {
  const { execution, error, retry, stdout, stderr } = useOutput(executionId);
  const [follow, setFollow] = useState(true);
  if (!execution) return error ? <Failed error={error} retry={retry} /> : <Waiting />;
  const over = isOver(execution.state);
  const silent = stdout === '' && stderr === '';
  return (
    <section class="output-pane" aria-label={`Output of ${execution.hostname}`}>
      <header class="strip slim">
        <Link to={`/devices/${execution.deviceId}`} class="strong link">
          {execution.hostname}
        </Link>
        <StateBadge state={execution.state} />
        <Timing execution={execution} />
        <span class="grow" />
        {aside}
        {!over && <Check label="Follow" checked={follow} onChecked={setFollow} />}
      </header>
      {execution.reason && (
        <div class={`notice ${over && execution.state !== 'cancelled' ? 'bad' : 'warn'} flat`}>
          <Icon name="warning" />
          <span class="wrap">{execution.reason.message}</span>
        </div>
      )}
      <div class="output-streams">
        {silent && <Silence execution={execution} />}
        {stdout !== '' && (
          <Stream
            name="stdout"
            text={stdout}
            total={execution.stdoutBytes}
            execution={execution}
            follow={follow && !over}
          />
        )}
        {stderr !== '' && (
          <Stream
            name="stderr"
            text={stderr}
            total={execution.stderrBytes}
            execution={execution}
            follow={follow && !over}
          />
        )}
      </div>
    </section>
  );
}

function Waiting() {
  return (
    <div class="content">
      <Bones />
    </div>
  );
}

function Timing({ execution }: { readonly execution: ExecutionDetail }) {
  const { queuedAt, startedAt, finishedAt, exitCode } = execution;
  const now = useSeconds(startedAt !== null && finishedAt === null);
  return (
    <span class="muted number">
      {exitCode !== null && <>exit code {exitCode} · </>}
      {startedAt === null ? (
        <>
          queued <Ago at={queuedAt} />
        </>
      ) : (
        formatDuration(elapsed(startedAt, finishedAt, now))
      )}
    </span>
  );
}

/** How long it ran; while it runs, whole seconds by this browser's clock. */
function elapsed(startedAt: string, finishedAt: string | null, now: number): number {
  const ms = (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt);
  return finishedAt === null ? Math.max(1000, Math.floor(ms / 1000) * 1000) : Math.max(0, ms);
}

function Silence({ execution: { state } }: { readonly execution: ExecutionDetail }) {
  const text =
    state === 'queued'
      ? 'Waiting for the device. It runs the job as soon as it is online.'
      : isOver(state)
        ? 'The script printed nothing.'
        : 'Nothing printed yet …';
  return <p class="output quiet">{text}</p>;
}

interface StreamProps {
  readonly name: 'stdout' | 'stderr';
  readonly text: string;
  readonly total: number;
  readonly execution: ExecutionDetail;
  readonly follow: boolean;
}

function Stream({ name, text, total, execution, follow }: StreamProps) {
  const element = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (follow) element.current?.scrollTo({ top: element.current.scrollHeight });
  }, [text, follow]);
  const bytes = new TextEncoder().encode(text).length;
  return (
    <div class="stream">
      <div class="stream-head">
        <span class="mono">{name}</span>
        <span class="number">{formatBytes(Math.max(total, bytes))}</span>
        <span class="grow" />
        <CopyButton text={text} />
        <IconButton
          icon="download"
          size="small"
          label={`Download ${name}`}
          onClick={() => download(`${execution.hostname}-${name}.txt`, 'text/plain', text)}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre ref={element} class={`output ${name === 'stderr' ? 'bad' : ''}`} tabIndex={0}>
        {text}
      </pre>
      {isOver(execution.state) && total > bytes && (
        <div class="stream-head">
          Cut: the script printed {formatBytes(total)}, of which the first {formatBytes(bytes)} are kept.
        </div>
      )}
    </div>
  );
}
