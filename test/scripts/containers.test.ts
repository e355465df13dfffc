import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentSettings } from '../../scripts/services/temporal.ts';
import { searchAttributes } from '../../workflows/contract/temporal.ts';

const compose = readFileSync('docker-compose.yml', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');

/** Errors are what the Compose schema refuses; the linter's own tastes are warnings and left out. */
function problemsOf(file: string): string {
  const linter = join('node_modules', 'dclint', 'bin', 'dclint.cjs');
  return spawnSync(process.execPath, [linter, '--quiet', file], { encoding: 'utf8' }).stdout.trim();
}

describe('docker-compose.yml', () => {
  it('is what the Compose schema allows', () => {
    expect(problemsOf('docker-compose.yml')).toBe('');
  });

  it('would be refused with a misspelt key', () => {
    const directory = mkdtempSync(join(tmpdir(), 'llwybr-compose-'));
    try {
      const file = join(directory, 'docker-compose.yml');
      writeFileSync(file, compose.replace('depends_on:', 'depend_on:'));
      expect(problemsOf(file)).toContain('additional properties');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('registers every search attribute of the contract', () => {
    for (const name of Object.values(searchAttributes)) {
      expect(compose).toContain(`- --search-attribute=${name}=Keyword\n`);
    }
  });

  it('gives Temporal the settings that npm start gives it', () => {
    const given = [...compose.matchAll(/- --dynamic-config-value=(\S+)$/gm)].map((match) => match[1]);
    const wanted = Object.entries(developmentSettings).map(([name, value]) => `${name}=${value}`);
    expect(given.sort()).toEqual(wanted.sort());
  });

  it('opens no port beyond this machine', () => {
    const published = [...compose.matchAll(/^ +- "?(\S*:\d+)"?$/gm)].map((match) => match[1]);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port ?? ''))).toEqual([]);
  });
});

describe('the image', () => {
  it.each([...new Set(`${compose}\n${dockerfile}`.match(/dist\/(api|workers|scripts)\/[\w/-]+\.js/g))])(
    'runs %s, which has a source',
    (file) => {
      expect(existsSync(file.replace(/^dist\//, '').replace(/\.js$/, '.ts'))).toBe(true);
    },
  );

  it('does not run as root', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

describe('.env.example', () => {
  it('names every variable that the configuration reads', () => {
    const source = readFileSync(join('platform', 'config.ts'), 'utf8');
    const read = new Set([...source.matchAll(/'([A-Z]+(?:_[A-Z]+)+|PORT)'/g)].map((match) => match[1] ?? ''));
    const example = readFileSync('.env.example', 'utf8');
    expect(read.size).toBeGreaterThan(8);
    expect([...read].filter((name) => !example.includes(name))).toEqual([]);
  });
});
