import type { Clock } from '@rmm/core/ports';

export interface EventStreamOptions {
  readonly clock: Clock;
  /** Called with each heartbeat; false ends the stream (the session is over). */
  readonly stillAllowed: () => Promise<boolean>;
  /** Called when the client does not read what is sent; the stream has ended by then. */
  readonly dropped: () => void;
  /** Turns what the source threw into the data of a last event, `error`. */
  readonly failed: (error: unknown) => object;
}

/** Keeps connections alive and finds dead ones: most proxies cut what is silent for 30 or 60 seconds. */
export const HEARTBEAT_MS = 25_000;
/** What may wait unsent for one client. */
export const MAX_UNSENT_BYTES = 1024 * 1024;

/**
 * Server-sent events out of an operation's stream: `id` counts up, `event` is the message's name. The source is read as
 * fast as it gives, so that nothing piles up behind it; a client too slow for that is dropped and may come again.
 * @param over ends the stream when aborted, and is aborted when the stream ends for any other reason.
 */
export function eventStream(
  source: AsyncIterable<unknown>,
  over: AbortController,
  options: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const end = () => over.abort();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = sender(controller, end, options.dropped);
        const stopBeating = startBeating(send, end, options);
        const onEnd = () => {
          stopBeating();
          close(controller);
        };
        if (over.signal.aborted) return onEnd();
        over.signal.addEventListener('abort', onEnd, { once: true });
        // Something must be sent at once, or proxies and some clients hold the headers back.
        send(': welcome\n\n');
        pump(source, over.signal, send, options.failed).then(end, end);
      },
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNSENT_BYTES }),
  );
}

type Send = (text: string) => void;

async function pump(
  source: AsyncIterable<unknown>,
  signal: AbortSignal,
  send: Send,
  failed: (error: unknown) => object,
): Promise<void> {
  const iterator = source[Symbol.asyncIterator]();
  const leave = () => void iterator.return?.()?.catch(() => {});
  signal.addEventListener('abort', leave, { once: true });
  try {
    for (let id = 1; !signal.aborted; id++) {
      const { done, value } = await iterator.next();
      if (done || signal.aborted) break;
      send(`id: ${id}\n${eventText(value)}`);
    }
  } catch (error) {
    if (!signal.aborted) send(`event: error\ndata: ${JSON.stringify(failed(error))}\n\n`);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function startBeating(send: Send, end: () => void, { clock, stillAllowed }: EventStreamOptions): () => void {
  let stopped = false;
  let cancel = () => {};
  const beat = () => {
    cancel = clock.after(HEARTBEAT_MS, () => {
      stillAllowed().then((allowed) => {
        if (stopped) return;
        if (!allowed) return end();
        send(': still here\n\n');
        beat();
      }, end);
    });
  };
  beat();
  return () => {
    stopped = true;
    cancel();
  };
}

function sender(controller: ReadableStreamDefaultController<Uint8Array>, end: () => void, dropped: () => void): Send {
  const encoder = new TextEncoder();
  let over = false;
  return (text) => {
    const room = controller.desiredSize;
    if (over || room === null) return;
    const bytes = encoder.encode(text);
    if (room >= bytes.length) return controller.enqueue(bytes);
    over = true;
    end();
    dropped();
  };
}

function close(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch {
    // The reader has cancelled, which closed it already.
  }
}

/** Event names are dotted words; anything else would break the stream's lines. */
function eventName(message: unknown): string {
  const name = isObject(message) && 'name' in message ? message.name : undefined;
  return typeof name === 'string' && /^[\w.:-]+$/.test(name) ? name : 'message';
}

/** Of messages that cannot change any more: all who listen are sent the same. */
const texts = new WeakMap<object, string>();

function eventText(message: unknown): string {
  const known = isObject(message) ? texts.get(message) : undefined;
  if (known !== undefined) return known;
  const text = `event: ${eventName(message)}\ndata: ${JSON.stringify(message)}\n\n`;
  if (isObject(message) && isFrozen(message)) texts.set(message, text);
  return text;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** With all that it holds. */
const isFrozen = (value: unknown): boolean =>
  !isObject(value) || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
