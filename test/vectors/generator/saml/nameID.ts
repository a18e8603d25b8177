import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import { nameID, subject } from './template.js'
import { also, inParts, samlToolbox } from './toolbox.js'
import { ADMIN, PERSON } from './world.js'

const format = (version: string, name: string): string =>
  `urn:oasis:names:tc:SAML:${version}:nameid-format:${name}`
const x = (count: number): string => 'x'.repeat(count)

/** Whom the assertion names. */
export function nameIDVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'meaning', ['S93'], 'saml')
  const { input, of, signed } = samlToolbox(keys)
  const named = (value: string, Format?: string): Json =>
    of({ subject: subject(nameID(value, Format === undefined ? {} : { Format })) })
  const own = { profile: 'service-provider' }

  accepted('subject', 'one', 'one Subject with one NameID', input(signed()), { value: { nameID: PERSON } })
  refused('subject', 'missing', 'missing', 'a Subject without a NameID', of({ subject: subject('') }))
  refused('subject', 'none', 'missing', 'no Subject', of({ subject: '' }), also('subject-confirmation missing', 'in-response-to missing')) // prettier-ignore
  refused(
    'subject',
    'two-name-ids',
    'several',
    'two NameIDs',
    of({ subject: subject(nameID() + nameID(ADMIN)) }),
  )
  refused('subject', 'two-subjects', 'several', 'two Subjects', of({ subject: subject() + subject(nameID(ADMIN)) }), also('subject-confirmation several')) // prettier-ignore
  refused('subject', 'second-without-name', 'several', 'a second Subject that names nobody', of({ subject: `${subject()}<saml:Subject/>` })) // prettier-ignore
  refused(
    'subject',
    'element',
    'structured',
    'an element in the NameID',
    named(`${PERSON}<e:e xmlns:e="urn:e"/>`),
  )
  refused('subject', 'nested', 'structured', 'a NameID in a NameID', named(nameID(ADMIN)))
  refused('subject', 'include', 'structured', 'an XInclude as the NameID', named('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="file:///etc/hostname"/>'), { attacks: ['S61'] }) // prettier-ignore
  refused('subject', 'empty', 'empty', 'an empty NameID', named(''), also('nameid-value empty'))

  const formats: readonly [string, string, string, string | undefined][] = [
    ['typo', 'documentation-typo', 'the URN as a page of the guide misprints it', 'urn:oasis:name:tc:SAML:1.1:nameid-format:emailAddress'], // prettier-ignore
    ['missing', 'missing', 'no Format', undefined],
    ['empty', 'other', 'an empty Format', ''],
    ['persistent', 'other', 'persistent', format('2.0', 'persistent')],
    ['transient', 'other', 'transient', format('2.0', 'transient')],
    ['unspecified', 'other', 'unspecified', format('1.1', 'unspecified')],
    ['entity', 'other', 'an entity', format('2.0', 'entity')],
    ['windows', 'other', 'a Windows domain name', format('1.1', 'WindowsDomainQualifiedName')],
    ['kerberos', 'other', 'a Kerberos principal', format('2.0', 'kerberos')],
    ['saml-2-0', 'other', 'emailAddress with the number 2.0', format('2.0', 'emailAddress')],
    ['case', 'other', 'emailAddress in lower case', format('1.1', 'emailaddress')],
    ['white-space', 'other', 'emailAddress with a space', `${format('1.1', 'emailAddress')} `],
  ]
  accepted('nameid-format', 'email-address', 'emailAddress', input(signed()))
  for (const [name, reason, title, Format] of formats) {
    const message = signed({ subject: subject(nameID(PERSON, { Format })) })
    refused('nameid-format', name, reason, `Format: ${title}`, input(message))
    if (['missing', 'persistent', 'unspecified'].includes(name)) accepted('nameid-format', `${name}-own-profile`, `Format: ${title}; to SAML's own profile`, input(message, own)) // prettier-ignore
  }
  accepted(
    'nameid-format',
    'plus',
    'an address with a + that is declared as one',
    named('ada+aws@example.com'),
  )
  refused('nameid-format', 'plus-unspecified', 'plus-address', 'an address with a + that is not, as PingOne sends it', named('ada+aws@example.com', format('1.1', 'unspecified'))) // prettier-ignore

  addresses()
  const guest = 'ada_example.org#EXT#@tenant.onmicrosoft.com'
  accepted('nameid-guest', 'mail', "a guest's own address", named('ada@example.org'))
  accepted('nameid-guest', 'hash', 'an address with # and no mark of a guest', named('a#ext@example.com'))
  refused('nameid-guest', 'guest', 'guest', 'the user principal name of an Entra guest', named(guest))
  refused('nameid-guest', 'case', 'guest', 'the same in lower case', named(guest.toLowerCase()))
  accepted('nameid-guest', 'own-profile', "the same to SAML's own profile", input(signed({ subject: subject(nameID(guest)) }), own)) // prettier-ignore
  return vectors

  function addresses(): void {
    const good: readonly [string, string, string][] = [
      ['plain', 'an address', PERSON],
      ['case', 'upper and lower case: kept', 'Ada.Lovelace@Example.COM'],
      ['atext', 'every character that an atom may have', "!#$%&amp;'*+-/=?^_`{|}~@example.com"],
      ['dots', 'a local part with dots', 'a.b.c@example.com'],
      ['one-label', 'a domain of one label', 'ada@localhost'],
      ['digits', 'digits alone', '1@2.3'],
      ['hyphens', 'hyphens at every end', '-a-@-b-.c'],
      ['local-64', 'a local part of 64 characters', `${x(64)}@example.com`],
      ['all-254', 'an address of 254 characters', `a@${x(248)}.com`],
      ['quoted', 'a quoted local part with a space', '"ada lovelace"@example.com'],
      ['quoted-at', 'a quoted local part with an @', '"a@b"@example.com'],
      ['quoted-pair', 'a quoted local part with an escaped quote', '"a\\"b"@example.com'],
      ['quoted-backslash', 'a quoted local part with an escaped backslash', '"a\\\\"@example.com'],
      ['quoted-empty', 'a quoted local part with nothing in it', '""@example.com'],
      ['underscore', 'an underscore in the domain', 'a@b_c.example'],
      ['punycode', 'a domain in its ASCII form', 'a@xn--bcher-kva.example'],
    ]
    for (const [name, title, value] of good) accepted('nameid-value', name, title, named(value), { value: { nameID: value.replace('&amp;', '&') } }) // prettier-ignore
    const bad: readonly [string, string, string, string, string?][] = [
      ['no-at', 'no-at', 'a user name', 'ada'],
      ['domain-user', 'no-at', 'a Windows name', 'EXAMPLE\\ada'],
      ['at-alone', 'local-part', '@ alone', '@'],
      ['no-local', 'local-part', 'no local part', '@example.com'],
      ['no-domain', 'domain', 'no domain', 'ada@'],
      ['two-ats', 'domain', 'two @', 'ada@evil.example@example.com'],
      ['dot-first', 'local-part', 'a dot at the beginning', '.ada@example.com'],
      ['dot-last', 'local-part', 'a dot before the @', 'ada.@example.com'],
      ['dots-two', 'local-part', 'two dots in a row', 'ada..l@example.com'],
      ['space', 'local-part', 'a space in the local part', 'ada l@example.com'],
      ['backslash', 'local-part', 'a backslash in the local part', 'EXAMPLE\\ada@example.com'],
      ['comma', 'local-part', 'a comma', 'ada,admin@example.com'],
      ['semicolon', 'local-part', 'a list', `ada;${ADMIN}`],
      ['angle', 'local-part', 'a name and an address', 'Ada &lt;ada@example.com>'],
      ['comment', 'local-part', 'a comment of RFC 2822', 'ada(admin)@example.com'],
      ['mailto', 'local-part', 'a mailto: URL', 'mailto:ada@example.com'],
      ['domain-dot', 'domain', 'a dot at the end', 'ada@example.com.'],
      ['domain-dots', 'domain', 'two dots in the domain', 'ada@example..com'],
      ['domain-space', 'domain', 'a space in the domain', 'ada@example .com'],
      ['domain-port', 'domain', 'a port', 'ada@example.com:25'],
      ['literal', 'domain-literal', 'an address in brackets', 'ada@[192.0.2.1]'],
      ['literal-ipv6', 'domain-literal', 'an IPv6 address in brackets', 'ada@[IPv6:2001:db8::1]'],
      ['quoted-open', 'quoted-local-part', 'a quoted local part that does not end', '"ada@example.com'],
      ['quoted-then-more', 'quoted-local-part', 'more after a quoted local part', '"ada"x@example.com'],
      ['quoted-alone', 'quoted-local-part', 'a quoted local part alone', '"ada"'],
      ['quoted-escape-last', 'quoted-local-part', 'an escape of the closing quote', '"ada\\"@example.com'],
      ['quoted-inside', 'local-part', 'a quoted part in the middle', 'a."b".c@example.com'],
      ['quoted-tab', 'quoted-local-part', 'a tab in a quoted local part', '"a\tb"@example.com'],
      ['local-65', 'too-long', 'a local part of 65 characters', `${x(65)}@example.com`],
      ['all-255', 'too-long', 'an address of 255 characters', `a@${x(249)}.com`],
      ['white-space-before', 'white-space', 'a space before it', ` ${PERSON}`],
      ['white-space-after', 'white-space', 'a space after it', `${PERSON} `],
      ['lines', 'white-space', 'lines of its own', `\n  ${PERSON}\n`],
      ['no-break-space', 'not-ascii', 'a no-break space after it', `${PERSON}\u00a0`, 'S94'],
      ['umlaut', 'not-ascii', 'a letter with an umlaut', 'j\u00f6rg@example.com', 'S94'],
      ['umlaut-domain', 'not-ascii', 'a domain with an umlaut', 'ada@b\u00fccher.example', 'S94'],
      ['cyrillic', 'not-ascii', 'a Cyrillic a', '\u0430da@example.com', 'S94'],
      ['full-width', 'not-ascii', 'full-width letters', '\uff41da@example.com', 'S94'],
      ['full-width-at', 'not-ascii', 'a full-width @', 'ada\uff20example.com', 'S94'],
      ['zero-width', 'not-ascii', 'a zero-width space', 'ada\u200b@example.com', 'S94'],
      ['soft-hyphen', 'not-ascii', 'a soft hyphen', 'a\u00adda@example.com', 'S94'],
      ['kelvin', 'not-ascii', 'the Kelvin sign, which folds to k', '\u212a@example.com', 'S94'],
      ['dotless', 'not-ascii', 'a dotless i, which upper-cases to I', 'adm\u0131n@example.com', 'S94'],
      ['combining', 'not-ascii', 'a combining accent', 'ada\u0301@example.com', 'S94'],
      ['right-to-left', 'not-ascii', 'a mark that turns the text around', '\u202emoc.elpmaxe@ada', 'S94'],
      ['emoji', 'not-ascii', 'a character of two UTF-16 units', '\u{1f600}@example.com', 'S94'],
    ]
    for (const [name, reason, title, value, attack] of bad) refused('nameid-value', name, reason, title, named(value), attack ? { attacks: [attack] } : {}) // prettier-ignore
    const long: readonly [string, string, string, string][] = [
      ['long-local', '100,000 characters before the @', `${x(100_000)}@example.com`, 'x'],
      ['long-labels', '50,000 labels', `a@${'a.'.repeat(50_000)}com`, 'a.'],
      ['long-ats', '100,000 @', '@'.repeat(100_000), '@'],
      ['long-quotes', '50,000 escapes in quotes', `"${'\\a'.repeat(50_000)}`, '\\a'],
    ]
    for (const [name, title, value, repeated] of long) refused('nameid-value', name, 'too-long', title, input(inParts(signed({ subject: subject(nameID(value)) }), repeated)), { attacks: ['S73'], ...also('assertion-size too-large') }) // prettier-ignore
    accepted('nameid-value', 'opaque', "an opaque persistent name, to SAML's own profile", input(signed({ subject: subject(nameID('\u00e9 x', { Format: format('2.0', 'persistent') })) }), own), { value: { nameID: '\u00e9 x' } }) // prettier-ignore
    refused('nameid-value', 'own-profile', 'no-at', "what is declared as an address and is none, to SAML's own profile", input(signed({ subject: subject(nameID('ada')) }), own)) // prettier-ignore
  }
}
