import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAgent } from '../agent/agent.js';
import { FrameServer } from '../test-support/frame-server.js';

/** An audit that tells of a section and leaves no frame of it. */
const WITHOUT_FRAME = 'console.log(JSON.stringify({ at: 5, hashes: { volumes: "0123456789" } }))';

test('a section that is no longer there when the server wants it does not end the connection', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-audit-handover-'));
  const server = await FrameServer.start();
  const lines: string[] = [];
  const agent = createAgent({
    dataDir: join(folder, 'data'),
    token: server.token(),
    auditCommand: [process.execPath, '-e', WITHOUT_FRAME, '--'],
    backoff: { firstMs: 20, longestMs: 100 },
    log: (_level, line) => lines.push(line),
  });
  try {
    await agent.start();
    await server.until(() => lines.some((line) => line.includes('the volumes section is no longer there')));
    expect(await server.finished(server.script('echo on'))).toMatchObject({ stdout: 'on\n' });
    expect(server.connections).toBe(1);
  } finally {
    await agent.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
