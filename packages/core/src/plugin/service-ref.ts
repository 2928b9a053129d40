/** Names a service that one plugin provides to others, together with its type. */
export interface ServiceRef<T> {
  readonly id: string;
  /** Only for the type checker. */
  readonly service?: T;
}

export const serviceRef = <T>(id: string): ServiceRef<T> => ({ id });
