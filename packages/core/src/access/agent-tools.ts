/**
 * The tools of the agent that a role turns on one by one (guide, chapter 14, *Agent Browser Tools*; its Restart/Shutdown is
 * two here, and its message to the user, chapter 4, is one of them).
 */
export const AGENT_TOOLS = [
  'screenshot',
  'services',
  'vnc',
  'rdp',
  'commandShell',
  'restart',
  'shutdown',
  'thumbnail',
  'chat',
  'sendMessage',
  'lanDeploy',
  'taskManager',
  'fileTransfer',
  'registryEditor',
  'quickJobs',
  'eventViewer',
  'notes',
  'wakeOnLan',
] as const;
export type AgentTool = (typeof AGENT_TOOLS)[number];
