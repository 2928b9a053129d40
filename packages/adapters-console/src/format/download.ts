/** Gives a text to the user as a file. */
export function download(filename: string, mediaType: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = filename;
  anchor.click();
  // The browser takes the address over within this task's successors; a second is plenty.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
