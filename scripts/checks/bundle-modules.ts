const sourceMap =
  /\n\/\/# sourceMappingURL=data:application\/json;charset=utf-8;base64,([A-Za-z0-9+/=]+)\s*$/;

/** What `workflows/` needs of the SDK, and what that needs in turn; webpack's own glue. */
const allowed = [
  /^workflows\/(?!.*\.test\.)/,
  /^platform\/failure-converter\.cjs$/,
  /^node_modules\/@temporalio\/(common|workflow)\//,
  /^node_modules\/(long|ms|nexus-rpc)\//,
  /^webpack\//,
  // The SDK's two optional converters, which are bundled only where the worker names some.
  /^ignored\|node_modules\/@temporalio\/workflow\/lib\|__temporal_custom_(failure|payload)_converter$/,
];

/**
 * The modules of a bundle, as paths from the root, from its inline source map.
 * @throws Error when the bundle carries none: then nothing can be said about it
 */
export function modulesOf(code: string, root: string): string[] {
  const encoded = sourceMap.exec(code)?.[1];
  if (encoded === undefined) throw new Error('The workflow bundle has no inline source map.');
  const { sources } = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as { sources: string[] };
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return sources.map((source) => source.replaceAll(prefix, ''));
}

export function foreignModules(modules: readonly string[]): string[] {
  return modules.filter((module) => !allowed.some((pattern) => pattern.test(module)));
}

/** Bytes of the code, without the source map. */
export function sizeOf(code: string): number {
  return Buffer.byteLength(code.replace(sourceMap, ''), 'utf8');
}
