import type { Actor, Authenticator } from '@rmm/core/ports';
import express from 'express';

// What a host has before the RMM comes: an application, its settings, and its own way to know who calls.

export const app = express();
app.get('/', (_request, response) => void response.json({ product: 'Helpdesk' }));

export const settings = {
  dir: process.env.HELPDESK_DIR ?? 'data',
  agentPort: Number(process.env.HELPDESK_AGENT_PORT ?? 8443),
  /** 32 bytes, base64; kept apart from the data. */
  masterKey: process.env.HELPDESK_MASTER_KEY ?? '',
};

/** The helpdesk’s own sessions, and whom each stands for in the RMM. */
export const sessions = new Map<string, Actor>();

export const authenticator: Authenticator = {
  id: 'helpdesk',
  authenticate: async (request) => {
    const actor = sessions.get(request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '');
    return actor && { actor, via: 'token' };
  },
};
