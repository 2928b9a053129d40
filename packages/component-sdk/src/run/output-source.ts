import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { OutputStream } from './script-run.js';

const BUFFER_BYTES = 64 * 1024;
const MKFIFO_MS = 5000;

/** Where one output of a script comes from. */
export interface OutputSource {
  /** What `spawn` is told. */
  readonly stdio: 'pipe' | number;
  /** Call once the child runs, or failed to. `chunk` is valid only during the call. */
  read(childStream: Readable | null, onChunk: (chunk: Uint8Array) => void, onClose: () => void): void;
  /** Reads no more. */
  destroy(): void;
}

/**
 * Sources for both outputs. On Unix they are named pipes, made in the script's folder and unlinked at once: what Node makes
 * by itself are sockets, and a script cannot open those again (`echo oops > /dev/stderr` fails). They are also read into one
 * buffer each, so that a flood of output leaves no garbage behind. Without `mkfifo`, and on Windows, Node's own will do.
 */
export async function openOutputs(folder: string): Promise<Readonly<Record<OutputStream, OutputSource>>> {
  const paths = { stdout: join(folder, '.stdout'), stderr: join(folder, '.stderr') };
  const isMade = process.platform !== 'win32' && (await makePipes(Object.values(paths)));
  if (!isMade) return { stdout: new ChildStream(), stderr: new ChildStream() };
  const stdout = new NamedPipe(paths.stdout);
  try {
    return { stdout, stderr: new NamedPipe(paths.stderr) };
  } catch (error) {
    stdout.destroy();
    throw error;
  }
}

function makePipes(paths: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('mkfifo', ['-m', '600', ...paths], { timeout: MKFIFO_MS }, (error) => resolve(error === null));
  });
}

class NamedPipe implements OutputSource {
  readonly stdio: number;
  readonly #readEnd: number;
  #socket: Socket | undefined;
  #isOpen = true;

  constructor(path: string) {
    // The reader first, without waiting for a writer; then the writer finds a reader and does not wait either.
    this.#readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.stdio = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
  }

  read(_childStream: Readable | null, onChunk: (chunk: Uint8Array) => void, onClose: () => void): void {
    // The child has its own; as long as ours is open the pipe has no end.
    closeSync(this.stdio);
    // `onread` belongs to both; the types of Node 20 know it of one.
    const options: SocketConstructorOpts & ConnectOpts = {
      fd: this.#readEnd,
      readable: true,
      writable: false,
      onread: {
        buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
        callback: (length, buffer) => {
          onChunk(buffer.subarray(0, length));
          return true;
        },
      },
    };
    const socket = new Socket(options);
    socket.on('error', () => undefined);
    socket.once('close', onClose);
    // 'end' and with it 'close' come only to a stream that flows, although the data goes past it.
    socket.resume();
    this.#socket = socket;
  }

  destroy(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#socket) {
      this.#socket.destroy();
      return;
    }
    closeSync(this.stdio);
    closeSync(this.#readEnd);
  }
}

class ChildStream implements OutputSource {
  readonly stdio = 'pipe';
  #stream: Readable | null = null;

  read(childStream: Readable | null, onChunk: (chunk: Uint8Array) => void, onClose: () => void): void {
    this.#stream = childStream;
    childStream?.on('data', onChunk);
    childStream?.on('error', () => undefined);
    childStream?.once('close', onClose);
  }

  destroy(): void {
    this.#stream?.destroy();
  }
}
