import { reply, replyJson } from './reply.js';

/** What operations that make files return. */
interface FileOutput {
  readonly filename: string;
  readonly mediaType: string;
  readonly text: string;
}

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:; ?[\w-]+=[\w.-]+)*$/;

/** Answers with the output of an operation: JSON, or the file itself when the route ends like a file's name (`/devices.csv`). */
export function replyOutput(output: unknown, route: string): Response {
  if (/\.[a-z0-9]+$/i.test(route) && isFile(output)) return replyFile(output);
  return replyJson(output ?? {});
}

function isFile(output: unknown): output is FileOutput {
  if (typeof output !== 'object' || output === null) return false;
  const { filename, mediaType, text } = output as Partial<Record<keyof FileOutput, unknown>>;
  return typeof filename === 'string' && typeof text === 'string' && typeof mediaType === 'string';
}

function replyFile({ filename, mediaType, text }: FileOutput): Response {
  const type = MEDIA_TYPE.test(mediaType) ? mediaType : 'application/octet-stream';
  return reply(text, {
    headers: {
      'content-type': /^text\/[^;]*$/.test(type) ? `${type}; charset=utf-8` : type,
      'content-disposition': attachment(filename),
    },
  });
}

/** RFC 6266: a plain name for old programs, the true one percent-encoded (RFC 8187). */
export function attachment(filename: string): string {
  const plain = filename.replace(/[^\w.() -]/g, '_');
  const exact = encodeURIComponent(filename.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
