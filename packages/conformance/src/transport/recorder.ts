import type { AgentLink, AgentLinkHandler } from '@rmm/core/ports';
import type { AgentFrame } from '@rmm/protocol';

/** The server's end of one link: notes all that the transport tells. */
export class RecordedLink implements AgentLinkHandler {
  readonly link: AgentLink;
  readonly frames: AgentFrame[] = [];
  alives = 0;
  closes = 0;
  /** Frames being handled now, and the most there ever were. */
  inside = 0;
  mostInside = 0;
  /** Called for each frame; the transport waits for it. */
  work: (frame: AgentFrame) => Promise<void> = async () => {};

  constructor(link: AgentLink) {
    this.link = link;
  }

  async frame(frame: AgentFrame): Promise<void> {
    this.inside += 1;
    this.mostInside = Math.max(this.mostInside, this.inside);
    this.frames.push(frame);
    try {
      await this.work(frame);
    } finally {
      this.inside -= 1;
    }
  }

  alive(): void {
    this.alives += 1;
  }

  closed(): void {
    this.closes += 1;
  }
}

/** Waits until something holds; fails naming it when it does not within ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Long enough for something wrong to happen, if it is going to. */
export const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
