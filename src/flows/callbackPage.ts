/** The page in the browser once it came back. It says nothing of what came: no value of the request is in it. */
export function callbackPage(outcome: 'done' | 'refused' | 'other'): string {
  const { title, text } = pages[outcome]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 20vh auto 0; max-width: 32rem; padding: 0 1.5rem }
h1 { font-size: 1.75rem; line-height: 1.2 }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`
}

const pages = {
  done: {
    title: 'Back to your application',
    text: 'You can close this window and return to your application.',
  },
  refused: {
    title: 'The sign-in did not finish',
    text: 'Close this window, return to your application and sign in again if you wish.',
  },
  other: {
    title: 'Nothing here',
    text: 'An application on this machine waits for a sign-in at this address.',
  },
} as const

/** What every answer of the listener carries: nothing is kept, framed, run, loaded or told to other sites. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
}
