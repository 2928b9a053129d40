import type { ComponentChildren } from 'preact';
import { formatAgo, formatTime } from '../format/time.js';
import { toast } from '../state/toasts.js';
import { useNow } from '../state/use-now.js';
import { Button, IconButton } from './button.js';

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'plain';

export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A time as its distance from now; the exact one is in the tooltip. */
export function Ago({ at, never = 'never' }: { readonly at: string | null; readonly never?: string }) {
  const now = useNow();
  if (at === null) return <span class="faint">{never}</span>;
  return (
    <time dateTime={at} title={formatTime(at)}>
      {formatAgo(at, now)}
    </time>
  );
}

/** A value, or a dash where there is none. */
export function Value({ children }: { readonly children: ComponentChildren }): ComponentChildren {
  const none = children === null || children === undefined || children === '' || children === false;
  return none ? <span class="faint">–</span> : children;
}

export interface Fact {
  readonly name: string;
  readonly value: ComponentChildren;
}

/** Names and values. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ name, value }) => [
        <dt key={`${name}-name`}>{name}</dt>,
        <dd key={name}>
          <Value>{value}</Value>
        </dd>,
      ])}
    </dl>
  );
}

export interface Part {
  readonly share: number;
  readonly tone?: 'good' | 'warn' | 'bad' | 'idle' | '';
}

/** Shares of a whole as a bar. Shares are parts of 1. */
export function Bar({
  parts,
  label,
  tall,
}: {
  readonly parts: readonly Part[];
  readonly label: string;
  readonly tall?: boolean;
}) {
  return (
    <span class={`bar ${tall ? 'tall' : ''}`} role="img" aria-label={label} title={label}>
      {parts
        .filter(({ share }) => share > 0)
        .map(({ share, tone = '' }) => (
          <i key={tone} class={tone} style={{ width: `${Math.max(share * 100, 0.75)}%` }} />
        ))}
    </span>
  );
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onValue: (value: T) => void;
  readonly size?: 'small';
}

/** A few choices side by side. */
export function Segmented<T extends string>({ label, value, choices, onValue, size }: SegmentedProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend and a border
    <div class={`segmented ${size ?? ''}`} role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onValue(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied.');
  } catch {
    toast('The browser does not allow copying here. Select the text and copy it by hand.', { kind: 'bad' });
  }
}

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const onClick = () => void copy(text);
  if (!label) return <IconButton icon="copy" label="Copy" size="small" onClick={onClick} />;
  return (
    <Button icon="copy" onClick={onClick}>
      {label}
    </Button>
  );
}
