import { expect } from 'vitest'

/** A page as a browser without scripts has it. */
export interface LoadedPage {
  readonly status: number
  readonly url: URL
  readonly text: string
  readonly headers: Headers
}

/**
 * A browser of forms and cookies alone, over plain HTTP: for tests that look at single requests. It follows redirects
 * within the center and stops at the first that leads elsewhere.
 */
export class FormBrowser {
  readonly cookies = new Map<string, string>()
  readonly #origin: string
  constructor(origin: string) {
    this.#origin = origin
  }

  get(path: string): Promise<LoadedPage> {
    return this.#load(new URL(path, this.#origin), { method: 'GET' })
  }

  /** Sends a page's form that has the button, with its hidden fields, as if by pressing it. */
  submit(page: LoadedPage, button: string, more: Record<string, string> = {}): Promise<LoadedPage> {
    return this.post(page, button, more)
  }

  post(
    page: LoadedPage,
    button: string,
    more: Record<string, string | undefined> = {},
    headers: Record<string, string> = {},
  ): Promise<LoadedPage> {
    const form = formsOf(page.text).find(({ buttons }) => buttons.some(({ label }) => label.includes(button)))
    expect(form, `a form with the button ${button} in ${page.text}`).toBeDefined()
    const pressed = form!.buttons.find(({ label }) => label.includes(button))
    const fields = { ...form!.fields, ...(pressed?.name ? { [pressed.name]: pressed.value } : {}), ...more }
    const body = new URLSearchParams(
      Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ).toString()
    return this.#load(new URL(form!.action, page.url), {
      method: 'POST',
      body,
      headers: { origin: this.#origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  }

  /** Signs in as somebody, on the way to a page. */
  async signIn(path: string, userName: string): Promise<LoadedPage> {
    return this.submit(await this.get(path), userName)
  }

  async #load(url: URL, init: RequestInit): Promise<LoadedPage> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      if (line.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const text = await response.text()
    const location = response.headers.get('location')
    if (location === null) return { status: response.status, url, text, headers: response.headers }
    const next = new URL(location, url)
    if (next.origin !== this.#origin)
      return { status: response.status, url: next, text, headers: response.headers }
    return this.#load(next, { method: 'GET' })
  }
}

interface Form {
  readonly action: string
  readonly fields: Record<string, string>
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly label: string }[]
}

function formsOf(text: string): readonly Form[] {
  return [...text.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', inner = '']) => ({
    action: attribute(attributes, 'action'),
    fields: Object.fromEntries(
      [...inner.matchAll(/<input([^>]*)>/g)].map(([, one = '']) => [
        attribute(one, 'name'),
        attribute(one, 'value'),
      ]),
    ),
    buttons: [...inner.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/g)].map(([, one = '', label = '']) => ({
      name: attribute(one, 'name'),
      value: attribute(one, 'value'),
      label: decoded(label.replaceAll(/<[^>]*>/g, ' ')),
    })),
  }))
}

function attribute(text: string, name: string): string {
  return decoded(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '')
}

function decoded(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
