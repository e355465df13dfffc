/**
 * Today's state as far as the build that recorded a state knew it: what it keeps beyond that is left out, so that
 * the rest can be compared. Only objects with fields gain some: a list stays as long as it is, and what was empty
 * (nothing was told, nothing is known) has to be empty still.
 */
export function asRecorded(today: unknown, recorded: unknown): unknown {
  if (Array.isArray(today) && Array.isArray(recorded)) {
    return today.map((item: unknown, index) => asRecorded(item, recorded[index]));
  }
  if (!isObject(today) || !isObject(recorded) || Object.keys(recorded).length === 0) return today;
  return Object.fromEntries(
    Object.keys(recorded).flatMap((name) =>
      Object.hasOwn(today, name) ? [[name, asRecorded(today[name], recorded[name])]] : [],
    ),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
