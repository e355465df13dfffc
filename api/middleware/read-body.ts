import { raw } from 'express';
import type { RequestHandler } from 'express';
import { Problem } from '../problems.ts';

/**
 * Reads the bytes of one body: of the media type that the route takes, not compressed, not larger than it
 * allows. The largest is refused by its length before it is read, or as soon as it has come in.
 */
export function readBody(media: string, largest: number): RequestHandler[] {
  const read = raw({ type: () => true, limit: largest, inflate: false }) as RequestHandler;
  return [
    (request, _response, next) => {
      const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers;
      if (!isMedia(type, media) || encoding.toLowerCase() !== 'identity') {
        throw new Problem('unsupported-media-type', {
          detail: `Send the body with Content-Type: ${media}, in UTF-8 and not compressed.`,
        });
      }
      next();
    },
    read,
  ];
}

/** The bytes that `readBody` has read; none where nothing was sent. */
export function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

function isMedia(header: string | undefined, media: string): boolean {
  const [type, ...parameters] = (header ?? '').toLowerCase().split(';');
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='));
  return type?.trim() === media && (charset === undefined || /^charset="?utf-8"?$/.test(charset));
}
