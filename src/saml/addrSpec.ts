/** Why a text is not an address that Identity Center takes as a NameID. */
export type AddrSpecFault =
  | 'empty'
  | 'white-space'
  | 'not-ascii'
  | 'no-at'
  | 'too-long'
  | 'local-part'
  | 'quoted-local-part'
  | 'domain'
  | 'domain-literal'

const ATEXT = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]$/
const atext = Uint8Array.from({ length: 128 }, (_, code) => (ATEXT.test(String.fromCharCode(code)) ? 1 : 0))

/**
 * What is wrong with a text as an addr-spec of RFC 2822 3.4.1, of which Identity Center's guide asks (R003), read narrowly: dot-atom or quoted-string before the
 * `@`, dot-atom after it, without comments, folding white space, obsolete forms and domain literals; ASCII only; at
 * most 64 octets before the `@` and 254 in all (RFC 5321 4.5.3.1, and its erratum 1690). Nothing is normalized: two
 * texts that differ are two people. Linear in the text, of which at most 254 characters are looked at.
 */
export function addrSpecFault(text: string): AddrSpecFault | undefined {
  if (text === '') return 'empty'
  if (/^[\t\n\r ]|[\t\n\r ]$/.test(text)) return 'white-space'
  if (text.length > 254) return 'too-long'
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return 'not-ascii'
  const quoted = text.startsWith('"')
  const end = quoted ? quotedEnd(text) : text.indexOf('@')
  if (quoted && end < 0) return 'quoted-local-part'
  if (end < 0) return 'no-at'
  if (text[end] !== '@') return quoted ? 'quoted-local-part' : 'no-at'
  if (end > 64) return 'too-long'
  if (!quoted && !isDotAtom(text.slice(0, end))) return 'local-part'
  const domain = text.slice(end + 1)
  if (domain.startsWith('[')) return 'domain-literal'
  return isDotAtom(domain) ? undefined : 'domain'
}

/** Atoms, none of them empty, with a dot between any two. */
function isDotAtom(text: string): boolean {
  let atom = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 46 && atom > 0) atom = 0
    else if (atext[code] === 1) atom++
    else return false
  }
  return atom > 0
}

/** The offset after a quoted-string: qtext, blanks and quoted pairs of printable characters; -1 if it is none. */
function quotedEnd(text: string): number {
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) return at + 1
    if (code === 92) at++
    const read = text.charCodeAt(at)
    if (!(read >= 32 && read <= 126)) return -1
  }
  return -1
}
