import type { Tool } from './role-draft.js';

/** The agent's tools as people call them (guide, chapter 14, *Agent Browser Tools*). */
const LABELS: Readonly<Record<Tool, readonly [label: string, hint: string]>> = {
  screenshot: ['Screenshot', 'See the whole screen once'],
  thumbnail: ['Thumbnail', 'See a small picture of the screen'],
  vnc: ['VNC', 'Take over the screen, any system'],
  rdp: ['RDP', 'Take over the screen, Windows'],
  commandShell: ['Command shell', 'Type commands'],
  quickJobs: ['Quick jobs', 'Run components and scripts at once'],
  taskManager: ['Task manager', 'See and end processes'],
  services: ['Services', 'Start and stop services'],
  eventViewer: ['Event viewer', 'Read the system’s log'],
  registryEditor: ['Registry editor', 'Change the registry, Windows'],
  fileTransfer: ['File transfer', 'Fetch and send files'],
  lanDeploy: ['LAN deployment', 'Install agents on neighbours'],
  chat: ['Chat', 'Talk with the person at the device'],
  sendMessage: ['Message', 'Show a message on the screen'],
  notes: ['Notes', 'Read and write notes'],
  restart: ['Restart', 'Restart the device'],
  shutdown: ['Shut down', 'Switch the device off'],
  wakeOnLan: ['Wake-on-LAN', 'Switch the device on'],
};

/** Tools in the order in which they are shown: what belongs together stands together. */
export function orderedTools(tools: readonly Tool[]): readonly Tool[] {
  const known = Object.keys(LABELS) as Tool[];
  return [...known.filter((tool) => tools.includes(tool)), ...tools.filter((tool) => !known.includes(tool))];
}

/** A tool that this console does not know yet keeps its name. */
export function toolLabel(tool: Tool): string {
  return LABELS[tool]?.[0] ?? tool;
}

export function toolHint(tool: Tool): string {
  return LABELS[tool]?.[1] ?? '';
}

export function describeTools(tools: readonly Tool[], all: readonly Tool[]): string {
  if (tools.length === 0) return 'No tools';
  return tools.length === all.length ? 'All tools' : `${tools.length} of ${all.length} tools`;
}
