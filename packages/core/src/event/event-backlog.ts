import type { EventMessage } from './event-contract.js';

/** Events that wait, first in first out, up to so many and up to so many characters of the texts in them. */
export class EventBacklog {
  readonly #most: number;
  readonly #mostText: number;
  #messages: EventMessage[] = [];
  /** How many of the messages are taken. */
  #taken = 0;
  #text = 0;

  constructor(most: number, mostText: number) {
    this.#most = most;
    this.#mostText = mostText;
  }

  get size(): number {
    return this.#messages.length - this.#taken;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** False, and nothing is added, when there is no room. A text that is too long by itself still fits alone. */
  add(message: EventMessage): boolean {
    const text = textOf(message);
    if (this.size >= this.#most) return false;
    if (this.#text > 0 && this.#text + text > this.#mostText) return false;
    this.#messages.push(message);
    this.#text += text;
    return true;
  }

  take(): EventMessage | undefined {
    const message = this.#messages[this.#taken];
    if (!message) return undefined;
    this.#taken += 1;
    this.#text -= textOf(message);
    if (this.isEmpty) this.clear();
    else if (this.#taken >= 1024 && 2 * this.#taken >= this.#messages.length) {
      this.#messages = this.#messages.slice(this.#taken);
      this.#taken = 0;
    }
    return message;
  }

  clear(): void {
    this.#messages = [];
    this.#taken = 0;
    this.#text = 0;
  }
}

/** Such as the output of scripts. */
function textOf({ data }: EventMessage): number {
  let length = 0;
  for (const field in data) {
    const value = data[field];
    if (typeof value === 'string') length += value.length;
  }
  return length;
}
