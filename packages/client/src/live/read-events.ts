import { type LiveEvent, parseEvent } from './event-message.js';
import { SseParser } from './sse-parser.js';

/** Events out of an event stream's body. `alive` is called whenever anything arrives, comments included. */
export async function* readEvents(response: Response, alive: () => void = () => {}): AsyncGenerator<LiveEvent> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new SseParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      for (const { data } of parser.push(decoder.decode(value, { stream: true }))) {
        const event = parseEvent(data);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
