/** What a job is to run on. */
export interface JobTarget {
  readonly deviceIds?: readonly string[];
  readonly groupId?: string;
  readonly filterId?: string;
  readonly profileId?: string;
  /** For people: a host name, “12 devices”, a filter's name. */
  readonly label: string;
  readonly devices?: number;
}

export interface JobDialogProps {
  readonly target: JobTarget;
  readonly onClose: () => void;
}
