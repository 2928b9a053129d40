/**
 * Every error code of the SDK and what it means. Codes are stable: programs match on them, never on message text.
 * A retired code is never used again for something else.
 */
export const ERROR_CODES = {
  // input
  INVALID_INPUT:
    'The input does not fit the operation’s schema; `details.issues` names each field and what was expected.',
  INVALID_FILTER: 'A filter names an unknown field, or a condition or search term that does not suit the field.',
  INVALID_ID: 'An id is malformed.',
  PAYLOAD_TOO_LARGE: 'The request or frame is larger than the limit named in the message.',
  UNSUPPORTED_MEDIA_TYPE: 'The request body is not JSON.',
  // access
  UNAUTHENTICATED: 'No actor is known for this call: sign in, or send a valid token.',
  FORBIDDEN: 'The actor’s role does not grant the permission that the operation needs.',
  NOT_FOUND: 'Nothing with this id exists, or the actor may not see it.',
  ORIGIN_REFUSED: 'A browser request came from another origin than the one that serves the console.',
  CSRF_TOKEN_REFUSED: 'A state-changing browser request carried no valid CSRF token.',
  RATE_LIMITED: 'Too many attempts; try again after the time named in `details.retryAfterMs`.',
  LAST_ADMINISTRATOR: 'The change would leave the System without an active account administrator.',
  BUILT_IN: 'A built-in object (the accountadmin role, a default filter) cannot be changed or deleted.',
  // state
  CONFLICT: 'The object already exists, or changed meanwhile; read it again and repeat the change.',
  IN_USE: 'The object is still referred to by others, named in `details`.',
  DEVICE_SUSPENDED: 'The device was deleted and is suspended; restore it first.',
  JOB_FINISHED: 'The job has already ended; it can be relaunched, not changed.',
  COMPONENT_NOT_RUNNABLE:
    'The component cannot be run as a job: it is a monitor component, or above the user’s security level.',
  NOT_STARTED: 'The server was used before start() or after stop().',
  NOT_JOINABLE:
    'The operation acts outside of storage, which a rollback of the host’s own transaction would not take back; call it outside of the transaction.',
  UNKNOWN_OPERATION: 'No operation has this name.',
  // plugins
  PLUGIN_INVALID: 'A plugin declares something twice, or with a malformed name.',
  PLUGIN_INCOMPATIBLE: 'A plugin asks for another version of the SDK, or for a plugin that is not present.',
  // storage
  STORAGE_BUSY: 'The storage could not carry out the transaction because of concurrent ones; try again.',
  STORAGE_LOCKED: 'Another process already uses this data folder.',
  STORAGE_UNWRITABLE:
    'The storage cannot be used; `details.reason` tells why: `permission`, `full`, `unreachable`, `corrupt`, `io`, `outcome-unknown`.',
  STORAGE_INCOMPATIBLE: 'The stored data was written by a newer version of the SDK.',
  STORAGE_UNIQUE: 'A row with the same unique values is already stored.',
  SECRET_UNREADABLE: 'A stored secret cannot be decrypted with this server’s master key.',
  // agents and wire
  FRAME_MALFORMED: 'A frame could not be decoded, is of an unknown kind, or does not fit its schema.',
  FRAME_TOO_LARGE: 'A frame exceeds the size cap of the protocol.',
  PROTOCOL_UNSUPPORTED: 'The two sides share no protocol version; update the older one.',
  ENROLMENT_TOKEN_INVALID: 'The enrolment token is unknown, malformed or was revoked; make a new one in the Profile.',
  ENROLMENT_TOKEN_EXPIRED: 'The enrolment token has expired or is used up; make a new one in the Profile.',
  IDENTITY_REFUSED: 'The agent could not prove the identity that it claims.',
  DEVICE_DELETED: 'The device was deleted in the console; the agent uninstalls itself.',
  DEVICE_MOVED: 'The device was moved to another Profile before the command reached it; run it again there.',
  DEVICE_CLONED: 'Two computers present the same identity; the newer one must enrol again.',
  SERVER_KEY_MISMATCH: 'The server presented another key than the pinned one; the agent does not talk to it.',
  SIGNATURE_INVALID: 'A command is not signed by the key of the agent’s System.',
  COMMAND_EXPIRED: 'A command reached the agent after its expiry.',
  COMMAND_REPLAYED: 'A command was seen before.',
  COMMAND_UNSUPPORTED: 'The agent does not know this kind of command; update the agent.',
  INTERPRETER_MISSING: 'The device has no interpreter for the component’s language.',
  COMMAND_MISDIRECTED: 'A command is meant for another device or another System.',
  SCRIPT_NOT_STARTED: 'The device could not start the script; the message holds the operating system’s reason.',
  POLICY_FORBIDS: 'A policy of the device forbids this: jobs, or audits.',
  JOBS_DISABLED: 'The agent’s policy refuses incoming jobs.',
  AGENT_INTERRUPTED: 'The agent stopped while the script ran; whether the script completed is not known.',
  AGENT_STORAGE_FULL: 'The device’s disk is full; the agent could not accept the job.',
  AGENT_ALREADY_ENROLLED: 'This data folder already holds an agent’s identity.',
  AGENT_NOT_ENROLLED: 'This data folder holds no agent’s identity, and no enrolment token was given.',
  // the last resort
  INTERNAL: 'An unexpected fault of the server; the log holds the details under the id in `details.incident`.',
  PORT_IN_USE: 'The port is taken by another program; choose another one.',
  SERVER_UNREACHABLE: 'The server did not answer: it is down, or the network between is broken; try again in a moment.',
  SHUTTING_DOWN: 'The server is stopping; try again in a moment.',
} as const;

/** The name of an error. */
export type ErrorCode = keyof typeof ERROR_CODES;
