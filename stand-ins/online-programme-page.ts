import { escaped, page } from './page.ts';

export interface SignIn {
  /** How many people the stand-in has. */
  readonly enrolled: number;
  /** What is wrong with the code that was typed in. */
  readonly mistake?: string;
  /** Somebody has just logged in. */
  readonly welcome?: boolean;
}

/** Where somebody types in the code of their text. */
export function signInPage({ enrolled, mistake, welcome = false }: SignIn): string {
  const said =
    mistake === undefined ? '' : `<p id="mistake" class="mistake" role="alert">${escaped(mistake)}</p>\n`;
  return page(
    'Log in',
    'online programme stand-in',
    `<h1>${welcome ? 'You are logged in' : 'Log in'}</h1>
<p>This machine stands in for the online programme. People enrolled so far: ${String(enrolled)}.</p>
${welcome ? '<p role="status">The programme tells of the first login when it is next asked.</p>\n' : ''}<form method="post" action="/log-in">
${said}<label for="code">Your code</label>
<p class="hint" id="hint">As it stands in the text, for example BCDF-2345.</p>
<input id="code" name="code" maxlength="20" required autocomplete="off" aria-describedby="hint${
      mistake === undefined ? '' : ' mistake'
    }">
<button type="submit">Log in</button>
</form>`,
  );
}
