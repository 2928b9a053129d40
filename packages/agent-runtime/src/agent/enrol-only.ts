import { parseEnrolmentToken, RmmError } from '@rmm/protocol';
import { Journal } from '../command/journal.js';
import type { Identity } from '../identity/identity.js';
import { machineHash } from '../identity/machine-hash.js';
import { PolicyFile } from '../policy/policy-file.js';
import { AgentState } from '../storage/agent-state.js';
import { AGENT_VERSION } from '../version.js';
import { Link } from '../wire/link.js';
import { reasonOf } from './agent-log.js';
import { type AgentOptions, DEFAULTS } from './agent-options.js';
import { openFolder } from './agent-parts.js';
import { enrol } from './enrolment.js';

/**
 * Joins the token's Profile and leaves the identity in the data folder, for an agent that is started later.
 *
 * @throws RmmError `AGENT_ALREADY_ENROLLED`, `ENROLMENT_TOKEN_INVALID`, `ENROLMENT_TOKEN_EXPIRED`, `SERVER_KEY_MISMATCH`…;
 * Error naming each address when none can be reached
 */
export async function enrolOnly(options: AgentOptions & { readonly token: string }): Promise<Identity> {
  const token = parseEnrolmentToken(options.token);
  const { folder, store, unlock } = await openFolder(options.dataDir);
  try {
    if (store.identity !== undefined) {
      throw new RmmError(
        'AGENT_ALREADY_ENROLLED',
        `${folder.root} already holds the identity of device ${store.identity.deviceId}: uninstall that agent first, or choose another folder with --data`,
      );
    }
    const machine = await machineHash();
    const state = await AgentState.open(folder.state);
    const journal = await Journal.open(folder.journal, state);
    const forgetOldDevice = async () => {
      await journal.clear();
      await new PolicyFile(folder.policy).remove();
    };
    const unreached: string[] = [];
    const never = new AbortController().signal;
    const connectMs = options.connectMs ?? DEFAULTS.connectMs;
    for (const text of token.urls) {
      const url = new URL(text);
      let link: Link | undefined;
      try {
        link = await Link.open({ url, pin: token.pin, proxy: options.proxy }, connectMs, never);
        const challenge = await link.expect('challenge', connectMs);
        return await enrol(link, challenge, { store, token, agentVersion: AGENT_VERSION, machine, forgetOldDevice });
      } catch (error) {
        if (error instanceof RmmError) throw error;
        unreached.push(`${url.host}: ${reasonOf(error)}`);
      } finally {
        link?.close();
      }
    }
    throw new Error(`The server cannot be reached. ${unreached.join('; ')}`);
  } finally {
    await unlock();
  }
}
