const START = /^\s*<-\s*Start Result\s*->\s*$/i;
const END = /^\s*<-\s*End Result\s*->\s*$/i;
const RESULT = /^\s*Result\s*=(.*)$/i;

/**
 * What a component reports (guide, chapter 10): the text after `Result=` between the lines `<-Start Result->` and
 * `<-End Result->`. The text may go over several lines. Of several blocks the last counts, as the one nearest to the end of
 * the work; spaces around the lines, upper and lower case and Windows line ends do not matter.
 *
 * @returns undefined when there is no whole block with a `Result=` in it
 */
export function parseResultBlock(stdout: string): string | undefined {
  // Line by line, in time that grows with the output alone: what a script prints may be meant to keep its reader busy.
  let result: string | undefined;
  let text: string[] | undefined;
  let inBlock = false;
  for (const line of stdout.split(/\r\n|\r|\n/)) {
    if (!inBlock) inBlock = START.test(line);
    else if (END.test(line)) {
      if (text !== undefined) result = text.join('\n').trim();
      [inBlock, text] = [false, undefined];
    } else if (text !== undefined) text.push(line);
    else {
      const begins = RESULT.exec(line)?.[1];
      if (begins !== undefined) text = [begins];
    }
  }
  return result;
}

/** What a monitor component found. */
export type MonitorVerdict = { readonly state: 'fine' } | { readonly state: 'alert'; readonly result: string };

/**
 * Reads a monitor's exit code and output as the guide does: 0 is fine and what it printed is not collected; 1, or any other
 * code, is an alert with the result block's text. Without a block the alert carries what was printed, for an author who forgot
 * the block should still hear of the fault.
 *
 * @param exitCode - null when the script was ended before it could tell
 */
export function monitorVerdict(exitCode: number | null, stdout: string): MonitorVerdict {
  if (exitCode === 0) return { state: 'fine' };
  return { state: 'alert', result: parseResultBlock(stdout) ?? stdout.trim() };
}
