import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { dictionaryText } from './payload-dictionary.ts';

/**
 * What is sealed was shortened in a way that this build does not know, or holds too much. A later build may have
 * written it.
 */
export class NotCompressedError extends Error {
  override readonly name = 'NotCompressedError';
}

/**
 * How a shortened payload begins. A protobuf message never begins like this (there is no field 0), so what builds
 * before wrote can be told from it. Another dictionary is another mark; this one stays readable for ever.
 */
const mark = 1;
const dictionary = Buffer.from(dictionaryText, 'latin1');

/** A window that the dictionary fits into; with the usual, larger one each payload would cost twice the time. */
const window = { windowBits: 14, memLevel: 7 };

/** Temporal takes no payload above 2 MB; what comes out of a few bytes must not be more than would have gone in. */
const largest = 4 * 1024 * 1024;

/**
 * Payloads are short and alike: a command, the events that it led to, an answer. By themselves they hardly become
 * shorter (RFC 1951 has nothing to refer back to); with the words that they are made of known beforehand they become a
 * quarter. The length of what is sealed told what kind of command it is before this, too.
 *
 * @param plain a protobuf message
 * @returns the shorter of the two
 */
export function shorter(plain: Uint8Array): Uint8Array {
  const deflated = deflateRawSync(plain, { ...window, dictionary });
  return deflated.length + 1 < plain.length ? Buffer.concat([Buffer.of(mark), deflated]) : plain;
}

/**
 * @param given what `shorter` made, or a protobuf message
 * @throws NotCompressedError
 */
export function whole(given: Uint8Array): Uint8Array {
  const [first] = given;
  // The least that a message can begin with is field 1.
  if (first === undefined || first > 7) return given;
  if (first !== mark)
    throw new NotCompressedError(`A payload shortened in an unknown way (${String(first)})`);
  try {
    return inflateRawSync(given.subarray(1), { dictionary, maxOutputLength: largest });
  } catch (error) {
    throw new NotCompressedError('A shortened payload cannot be read', { cause: error });
  }
}
