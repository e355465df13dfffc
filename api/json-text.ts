import { Problem } from './problems.ts';

/** Deeper nesting than any schema of ours has; stops bodies made to exhaust the stack of whoever walks them. */
const deepest = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a body as one JSON value, more strictly than JSON.parse does: UTF-8 only, no byte-order mark, no
 * key twice in one object (two readers would take two different values, RFC 8259 section 4), no
 * `__proto__`, and no deep nesting.
 *
 * @throws Problem `malformed-json`
 */
export function readJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new Problem('malformed-json', { detail: 'The body is not UTF-8.' });
  }
  checkDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('malformed-json');
  }
  checkKeys(text);
  return value;
}

/** Runs over text that may not be JSON at all; only brackets outside strings count. */
function checkDepth(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
    } else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > deepest) throw new Problem('malformed-json', { detail: 'The body is nested too deeply.' });
    } else if (character === '}' || character === ']') {
      depth -= 1;
    }
  }
}

/** Runs over text that JSON.parse has taken, so a string before a colon is a key. */
function checkKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{') {
      open.push(new Set());
    } else if (character === '[') {
      open.push(undefined);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      if (nextMark(text, end + 1) === ':') {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        const keys = open.at(-1);
        if (key === '__proto__') {
          throw new Problem('malformed-json', { detail: 'The key __proto__ is not taken.' });
        }
        if (keys?.has(key) === true) {
          throw new Problem('malformed-json', { detail: 'A key stands twice in one object.' });
        }
        keys?.add(key);
      }
      at = end;
    }
  }
}

/** The place of the closing quotation mark; the end of the text where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function nextMark(text: string, start: number): string | undefined {
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character !== ' ' && character !== '\t' && character !== '\n' && character !== '\r') return character;
  }
  return undefined;
}
