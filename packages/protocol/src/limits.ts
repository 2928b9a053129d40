/** Size caps and periods of the protocol. Both sides enforce them; exceeding one is an error, never a silent cut. */
export const LIMITS = {
  /** One frame on the wire, compressed. Two outputs of `outputBytes` that do not compress (random control characters) still fit. */
  frameBytes: 1536 * 1024,
  /** One frame's JSON after inflation. */
  inflatedFrameBytes: 8 * 1024 * 1024,
  /** Values in one frame's JSON: twice what the largest audit section holds. Bounds the time that parsing a hostile frame takes. */
  frameValues: 400_000,
  /** Depth of a frame's JSON. */
  frameDepth: 32,
  /** stdout or stderr of one script, UTF-8 bytes; what exceeds it is counted and dropped by the agent. */
  outputBytes: 512 * 1024,
  /** A component's script. */
  scriptBytes: 512 * 1024,
  /** A command's JSON as it is signed, characters. */
  commandLength: 4 * 1024 * 1024,
  /** Commands handed over per pull. */
  commandsPerPull: 16,
  /** Items of a list in an audit (packages, adapters…). */
  auditListItems: 20_000,
  /** Any single text of an audit. */
  auditTextLength: 1024,
  /** An unauthenticated link must say hello or enrol within this time, milliseconds. */
  helloMs: 10_000,
  /** Silence after which the agent pings, milliseconds. */
  heartbeatMs: 120_000,
  /** Silence after which the server calls a link dead, milliseconds. */
  silenceMs: 300_000,
} as const;
