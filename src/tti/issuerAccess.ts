import { isLoopbackHost, urlPort } from './issuerURL.js'

/** What a port of issuer keys may fetch besides https on port 443. */
export interface IssuerAccess {
  /** Opens loopback hosts, at any port and over http: for tests. Default false. */
  readonly allowLoopbackIssuer?: boolean | undefined
  /** Fetches from issuers whose URL is `http`, at port 80. Default false. */
  readonly allowHTTPIssuer?: boolean | undefined
}

export type URLFault = 'malformed' | 'scheme' | 'userinfo' | 'fragment' | 'loopback' | 'port' | 'http'

/** What an issuer's own URL and the options open together: an https issuer never gets its keys over http. */
export function opened(issuerURL: string, access: IssuerAccess): { loopback: boolean; http: boolean } {
  const url = parseURL(issuerURL)
  return {
    loopback: access.allowLoopbackIssuer === true && url !== undefined && isLoopbackHost(url.hostname),
    http: access.allowHTTPIssuer === true && url?.protocol === 'http:',
  }
}

export function urlFaults(text: string, loopbackOpen: boolean, httpOpen: boolean): readonly URLFault[] {
  const url = parseURL(text)
  if (!url) return ['malformed']
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return ['scheme']
  const faults: URLFault[] = []
  if (url.username !== '' || url.password !== '') faults.push('userinfo')
  if (text.includes('#')) faults.push('fragment')
  const loopback = isLoopbackHost(url.hostname)
  if (loopback && loopbackOpen) return faults
  if (loopback) faults.push('loopback')
  const port = urlPort(url)
  if (port !== 80 && port !== 443) faults.push('port')
  if (url.protocol === 'http:' && !httpOpen) faults.push('http')
  return faults
}

/** Only what is spelled as a URL: the platform's parser would also mend backslashes, spaces and missing slashes. */
function parseURL(text: string): URL | undefined {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[\x21-\x5b\x5d-\x7e]+$/.test(text)) return undefined
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
